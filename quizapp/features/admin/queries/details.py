"""The details of an audit event as phrases."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from quizapp.domain.errors import N_
from quizapp.features.admin.queries.naming import COURSES, TEAMS, USERS, Names
from quizapp.features.admin.queries.wording import ROLES, Phrase, action_words, plain
from quizapp.features.attempts.queries.adjustments import percent_of

_GRANT = re.compile(r"(?P<role>\w+)(?: (?P<kind>course|team) (?P<number>\d+))?")
_KINDS = {"course": COURSES, "team": TEAMS}
_UNTOLD = frozenset(
    {"verdict", "score", "points", "code", "number", "quiz", "course", "after", "share"}
)
"""Results, which administrators do not see, and what the subject's own name says already."""


def mentioned(details: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """The ids of people, courses and teams that the details name, with their tables."""
    if isinstance(details.get("user"), int):
        yield USERS, details["user"]
    for grant in details.get("grants") or ():
        match = _GRANT.fullmatch(grant)
        if match and match["number"]:
            yield _KINDS[match["kind"]], int(match["number"])


def detail_phrases(details: Mapping[str, Any], names: Names, subject: str) -> tuple[Phrase, ...]:
    """What there is to say beyond the action and its subject."""
    found: list[Phrase] = []
    for key, value in details.items():
        if key in _UNTOLD or value in (None, False, "", []):
            continue
        if key == "grants":
            found.extend(_grant(str(grant), names) for grant in value)
        elif key == "user":
            found.extend(_person(value, names, subject))
        elif key in _TOLD:
            found.extend(_TOLD[key](value, details))
        else:
            found.extend(_spelled(key, value))
    return tuple(found)


def _spelled(key: str, value: Any) -> list[Phrase]:
    """A detail that has no words of its own: its name and value as they are."""
    if isinstance(value, Mapping):
        return [phrase for inner in value.items() for phrase in _spelled(*inner)]
    what = key.replace("_", " ").capitalize()
    if value is True:
        return [plain(what)]
    return [Phrase(N_("%(what)s: %(value)s"), {"what": what, "value": value})]


def _person(number: Any, names: Names, subject: str) -> list[Phrase]:
    name = names.text(USERS, number)
    is_told = subject in {"enrollments", "completions"}
    return [] if is_told or name is None else [plain(name)]


def _grant(grant: str, names: Names) -> Phrase:
    match = _GRANT.fullmatch(grant)
    if match is None or match["role"] not in ROLES:
        return plain(grant)
    name = names.text(_KINDS[match["kind"]], int(match["number"])) if match["number"] else None
    if name is None:
        return Phrase(ROLES[match["role"]])
    message = (
        N_("Instructor of %(name)s") if match["kind"] == "course" else N_("Manager of %(name)s")
    )
    return Phrase(message, {"name": name})


def _name(value: Any, _details: Mapping[str, Any]) -> list[Phrase]:
    # A team's name is its subject's name; of a person it says only that it changed.
    return [Phrase(N_("New name"))] if value is True else []


def _by(value: Any, _details: Mapping[str, Any]) -> list[Phrase]:
    return [Phrase(N_("Time was up"))] if value == "deadline" else []


def _factor(value: Any, _details: Mapping[str, Any]) -> list[Phrase]:
    percent = percent_of(str(value))
    return [Phrase(N_("%(percent)s%% more time"), {"percent": percent})] if percent else []


_TOLD: dict[str, Callable[[Any, Mapping[str, Any]], list[Phrase]]] = {
    "kind": lambda value, _: [action_words(str(value))],
    "before": lambda value, details: [
        Phrase(
            N_("From “%(before)s” to “%(after)s”"),
            {"before": value, "after": details.get("after", "")},
        )
    ],
    "by": _by,
    "by_link": lambda *_: [Phrase(N_("With a one-time link"))],
    "break_minutes": lambda value, _: [Phrase(N_("%(count)s min of breaks"), {"count": value})],
    "email": lambda *_: [Phrase(N_("New email address"))],
    "extra_minutes": lambda value, _: [Phrase(N_("%(count)s extra min"), {"count": value})],
    "factor": _factor,
    "first_day": lambda value, _: [Phrase(N_("From %(day)s"), {"day": value})],
    "last_day": lambda value, _: [Phrase(N_("To %(day)s"), {"day": value})],
    "minutes": lambda value, _: [Phrase(N_("%(count)s min more"), {"count": value})],
    "name": _name,
    "note": lambda value, _: [plain(value)],
    "one_person": lambda *_: [Phrase(N_("Limited to people"))],
    "version": lambda value, _: [Phrase(N_("Version %(number)s"), {"number": value})],
}
