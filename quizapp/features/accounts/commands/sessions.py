"""Signing in and out: counted tries, sessions, and the end of them."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, update

from quizapp.domain.errors import N_, Invalid, NotFound, Refusal
from quizapp.features.accounts import queries
from quizapp.features.accounts.models import SignInFailure, User, UserSession
from quizapp.infrastructure import audit
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.database import one_at_a_time

MAX_EMAIL = 254
MAX_DEVICE = 200
COUNTING = 7_201_944  # any fixed number


class TooManyTries(Refusal):
    """Signing in has to wait; never for longer than a minute."""

    message = N_("Too many tries. Wait %(seconds)s seconds, then try again.")


class WrongSignIn(Invalid):
    """Unknown address, wrong password or disabled person: the same words for all three."""

    message = N_("The email address or the password is not right.")


@dataclass(frozen=True, slots=True)
class SignInTry:
    """A counted try: what to compare the password with, and what to forget on success."""

    failure_id: int
    user_id: int | None
    password_hash: str | None


def begin_sign_in(ctx: Context, email: str, address: str, device: str = "") -> SignInTry:
    """Count a try before the password is looked at, so that many at once are all counted.

    `device` names a device the person has signed in from: its tries are counted apart, so that
    guesses from elsewhere cannot keep the person out. Raises TooManyTries.
    """
    account = email.strip().lower()[:MAX_EMAIL]
    counted = f"{account} {device}" if device else account
    counted_address = f"{address} {device}" if device else address
    one_at_a_time(ctx.session, COUNTING)
    seconds = queries.seconds_to_wait(ctx, counted, counted_address)
    if seconds:
        raise TooManyTries(seconds=seconds)
    failure = SignInFailure(account=counted, address=counted_address, at=ctx.now)
    ctx.session.add(failure)
    ctx.session.flush()
    user = queries.find_by_email(ctx, account)
    usable = user is not None and user.is_active
    return SignInTry(
        failure.id,
        user.id if user is not None and usable else None,
        user.password_hash if user is not None and usable else None,
    )


def sign_in(ctx: Context, user_id: int, failure_id: int | None, device: str) -> str:
    """Start a session and return its token, which is never stored; forget the counted try."""
    user = ctx.session.get_one(User, user_id)
    if not user.is_active:
        raise WrongSignIn
    if failure_id is not None:
        ctx.session.execute(delete(SignInFailure).where(SignInFailure.id == failure_id))
    token = secrets.token_urlsafe(32)
    session = UserSession(
        token_hash=queries.hash_token(token),
        user_id=user.id,
        signed_in_at=ctx.now,
        last_seen_at=ctx.now,
        expires_at=ctx.now + timedelta(hours=ctx.settings.session_hours),
        device=device[:200],
    )
    user.last_active_at = ctx.now
    ctx.session.add(session)
    ctx.session.flush()
    audit.record(ctx, "session.started", user)
    return token


def note_failed_sign_in(ctx: Context, user_id: int | None) -> None:
    """Write to the audit log that somebody failed to sign in (in a transaction of its own)."""
    user = ctx.session.get(User, user_id) if user_id else None
    audit.record(ctx, "session.refused", user or "users")


def touch_session(ctx: Context) -> None:
    """Note that the person is still there; called at most every five minutes."""
    ctx.session.execute(
        update(UserSession)
        .where(UserSession.id == ctx.actor.session_id)
        .values(last_seen_at=ctx.now)
    )
    ctx.session.execute(
        update(User).where(User.id == ctx.actor.user_id).values(last_active_at=ctx.now)
    )


def renew_session(ctx: Context, failure_id: int) -> None:
    """The person has typed the password again: sensitive changes are open for a while."""
    ctx.session.execute(delete(SignInFailure).where(SignInFailure.id == failure_id))
    ctx.session.execute(
        update(UserSession)
        .where(UserSession.id == ctx.actor.session_id)
        .values(signed_in_at=ctx.now, last_seen_at=ctx.now)
    )


def sign_out(ctx: Context) -> None:
    ctx.session.execute(delete(UserSession).where(UserSession.id == ctx.actor.session_id))
    audit.record(ctx, "session.ended", queries.get_own(ctx))


def end_own_session(ctx: Context, session_id: int) -> None:
    """End one of one's own sessions on another device."""
    session = ctx.session.get(UserSession, session_id)
    if session is None or session.user_id != ctx.actor.user_id:
        raise NotFound
    ctx.session.delete(session)
    audit.record(ctx, "session.ended", queries.get_own(ctx))


def end_other_sessions(ctx: Context) -> None:
    user = queries.get_own(ctx)
    end_sessions(ctx, user.id, ctx.actor.session_id)
    audit.record(ctx, "session.others_ended", user)


def end_sessions(ctx: Context, user_id: int, keep: int | None = None) -> None:
    ended = delete(UserSession).where(UserSession.user_id == user_id)
    ctx.session.execute(ended.where(UserSession.id != keep) if keep is not None else ended)


def forget_old(ctx: Context) -> None:
    """Remove failures and sessions that no longer matter."""
    day = timedelta(days=1)
    ctx.session.execute(delete(SignInFailure).where(SignInFailure.at < ctx.now - day))
    ctx.session.execute(delete(UserSession).where(UserSession.expires_at < ctx.now - day))
