"""Background work about people."""

from quizapp.features.accounts.commands import passwords, sessions
from quizapp.infrastructure.site import Site


def send_reset(site: Site, email: str) -> None:
    site.perform(passwords.send_reset, email)


def forget_old(site: Site) -> None:
    site.perform(sessions.forget_old)
