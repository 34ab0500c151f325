"""The four kinds of refusal; each command module names its own beside the code that raises them."""

from typing import Any


def N_(message: str) -> str:  # noqa: N802 - the name gettext looks for
    """Mark a text for translation where no language is known yet."""
    return message


class Refusal(Exception):
    """Something a person asked for that is not done, and why.

    `message` is a gettext source text; `values` fill its named placeholders, moments as the site
    writes them. `title` heads the page in place of the usual words for the kind.
    """

    message = N_("This cannot be done.")
    title = ""

    def __init__(self, message: str | None = None, **values: Any) -> None:
        super().__init__(message or self.message)
        self.message = message or self.message
        self.values = values

    def __str__(self) -> str:
        return self.message % self.values if self.values else self.message


class Invalid(Refusal):
    """The input breaks a rule; `field` says which one where that is known."""

    message = N_("Check what you entered.")

    def __init__(
        self, message: str | None = None, *, field: str | None = None, **values: Any
    ) -> None:
        super().__init__(message, **values)
        self.field = field


class AccessDenied(Refusal):
    """The policy says no."""

    message = N_("You do not have access to this page.")


class NotFound(Refusal):
    """No such thing, or not for this actor: the two are told apart nowhere."""

    message = N_("We cannot find that page.")


class Conflict(Refusal):
    """Right input, wrong moment."""

    message = N_("This cannot be done now.")
    title = N_("This cannot be done now")


class Overtaken(Conflict):
    """Somebody else was quicker, or one was oneself in another tab."""

    message = N_("Nothing was overwritten. Reload to see what is there.")
    title = N_("This changed meanwhile")


class Unavailable(Exception):
    """The store is busy, full or away: nothing was written, trying again later may work."""
