"""Reading people, sessions and the limits on sign-in."""

import hashlib
import math
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, literal_column, or_, select, true
from sqlalchemy.orm import selectinload

from quizapp.domain.access.roles import Actor, Grant, Role
from quizapp.domain.errors import NotFound
from quizapp.features.accounts.models import (
    ACTIVE,
    OneTimeLink,
    RoleGrant,
    SignInFailure,
    User,
    UserSession,
)
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.runners import Read, Rows

LIMIT_WINDOW = timedelta(minutes=5)
LIMITS = {"account": 10, "address": 50, "total": 500}
LONGEST_DELAY = 60
TOUCH_AFTER = timedelta(minutes=5)

_signed_in = Read(
    select(
        UserSession.id,
        UserSession.user_id,
        UserSession.signed_in_at,
        UserSession.last_seen_at,
        User.name,
        User.email,
        User.code,
        User.theme,
        RoleGrant.role,
        RoleGrant.course_id,
        RoleGrant.team_id,
    )
    .join(User, User.id == UserSession.user_id)
    .outerjoin(RoleGrant, RoleGrant.user_id == User.id)
    .where(
        UserSession.token_hash == bindparam("token_hash"),
        UserSession.expires_at > bindparam("now"),
        UserSession.last_seen_at > bindparam("seen_after"),
        User.state == literal_column("'active'"),
    )
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a session's token stands for at this moment."""

    actor: Actor
    needs_touch: bool


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find_signed_in(run: Rows, token: str, now: datetime, idle: timedelta) -> SignedIn | None:
    """The person a session belongs to, unless it is over, idle for too long, or they are disabled.

    One select for session, person and grants; nothing of it is cached, so a change of role or
    state counts from the next request on.
    """
    values = {"token_hash": hash_token(token), "now": now, "seen_after": now - idle}
    rows = run(_signed_in, values)
    if not rows:
        return None
    first = rows[0]
    grants = tuple(
        Grant(Role(row.role), row.course_id, row.team_id) for row in rows if row.role is not None
    )
    actor = Actor(
        user_id=first.user_id,
        name=first.name,
        email=first.email,
        code=first.code,
        theme=first.theme,
        session_id=first.id,
        signed_in_at=first.signed_in_at.timestamp(),
        grants=grants,
    )
    return SignedIn(actor, needs_touch=now - first.last_seen_at > TOUCH_AFTER)


def find_by_email(ctx: Context, email: str) -> User | None:
    return ctx.session.scalar(select(User).where(User.email == email.strip().lower()))


def get_by_code(ctx: Context, code: str) -> User:
    found = ctx.session.scalar(
        select(User).where(User.code == code).options(selectinload(User.grants))
    )
    if found is None:
        raise NotFound
    return found


def get_own(ctx: Context) -> User:
    return ctx.session.get_one(User, ctx.actor.user_id)


def list_own_sessions(ctx: Context) -> list[UserSession]:
    idle = timedelta(minutes=ctx.settings.session_idle_minutes)
    return list(
        ctx.session.scalars(
            select(UserSession)
            .where(
                UserSession.user_id == ctx.actor.user_id,
                UserSession.expires_at > ctx.now,
                UserSession.last_seen_at > ctx.now - idle,
            )
            .order_by(UserSession.last_seen_at.desc())
        )
    )


def find_link(ctx: Context, token: str) -> OneTimeLink | None:
    """A one-time link that still works."""
    return ctx.session.scalar(
        select(OneTimeLink).where(
            OneTimeLink.token_hash == hash_token(token),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > ctx.now,
        )
    )


def seconds_to_wait(ctx: Context, account: str, address: str) -> int:
    """How long the next try at signing in has to wait; 0 means it may come now.

    After the limit of failures in five minutes the delay doubles with each one, up to a minute.
    """
    longest = 0.0
    for kind, limit in LIMITS.items():
        count, last = _count_failures(ctx, kind, account, address)
        if last is not None and count >= limit:
            delay = min(2 ** min(count - limit, 6), LONGEST_DELAY)
            longest = max(longest, delay - (ctx.now - last).total_seconds())
    return math.ceil(longest)


def _count_failures(
    ctx: Context, kind: str, account: str, address: str
) -> tuple[int, datetime | None]:
    conditions: dict[str, ColumnElement[bool] | None] = {
        "account": SignInFailure.account == account,
        "address": SignInFailure.address == address,
        "total": None,
    }
    asked = select(func.count(), func.max(SignInFailure.at)).where(
        SignInFailure.at > ctx.now - LIMIT_WINDOW
    )
    condition = conditions[kind]
    if condition is not None:
        asked = asked.where(condition)
    count, last = ctx.session.execute(asked).one()
    return count, last


def count_users(ctx: Context, *conditions: Any) -> int:
    return ctx.session.scalar(select(func.count()).select_from(User).where(*conditions)) or 0


def list_people(ctx: Context, search: str = "") -> list[User]:
    """Everybody whose name or address holds the text, by name, with their grants."""
    asked = select(User).options(selectinload(User.grants)).order_by(User.sort_name, User.id)
    if search:
        asked = asked.where(matches(search))
    return list(ctx.session.scalars(asked))


def matches(search: str) -> ColumnElement[bool]:
    """Name or address contains the text, whatever its case and accents."""
    text = fold(search)
    return or_(
        User.sort_name.contains(text, autoescape=True), User.email.contains(text, autoescape=True)
    )


def fold(text: str) -> str:
    """Lower case without accents: the form names are sorted and searched in."""
    decomposed = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def has_sample_accounts(ctx: Context) -> bool:
    return count_users(ctx, User.is_sample.is_(True), User.state == ACTIVE) > 0


def has_administrator(ctx: Context, *, besides: int | None = None) -> bool:
    """Whether somebody (else) who may sign in is administrator."""
    is_other = RoleGrant.user_id != besides if besides is not None else true()
    found = ctx.session.scalar(
        select(RoleGrant.user_id)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.role == Role.ADMINISTRATOR, User.state == ACTIVE, is_other)
        .limit(1)
    )
    return found is not None
