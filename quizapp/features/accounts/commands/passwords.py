"""Setting passwords: one's own, by a one-time link, and the links themselves."""

import secrets
from datetime import timedelta

from sqlalchemy import func, select, update

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.errors import N_, Conflict, NotFound
from quizapp.features.accounts import queries
from quizapp.features.accounts.commands.sessions import end_sessions
from quizapp.features.accounts.models import OneTimeLink, User
from quizapp.infrastructure import audit, jobs, mail
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.language import text

LINK_LIFETIME = timedelta(minutes=30)
INVITATION_LIFETIME = timedelta(days=7)
RESETS_PER_DAY = 5


class LinkUsed(NotFound):
    """A one-time link that was used, replaced or is too old."""

    message = N_("This link was used already or is too old. Ask for a new one.")


def set_password(ctx: Context, user: User, password_hash: str, keep_session: int | None) -> None:
    """Store a hash made outside the transaction; all other sessions and open links end."""
    policy.demand(ctx.actor, Permission.ACCOUNT_MANAGE, Belonging(learner_id=user.id))
    user = ctx.fresh(user)
    user.password_hash = password_hash
    end_sessions(ctx, user.id, keep_session)
    void_links(ctx, user.id)
    audit.record(ctx, "password.changed", user)


def change_own_password(ctx: Context, password_hash: str) -> None:
    user = queries.get_own(ctx)
    set_password(ctx, user, password_hash, ctx.actor.session_id)
    mail.write(
        ctx,
        user.email,
        text(N_("Your password was changed")),
        text(
            N_(
                "Hello %(name)s,\n\nyour password at %(site)s was changed. If that was not you, "
                "tell an administrator now.\n"
            ),
            name=user.name,
            site=ctx.settings.address,
        ),
    )


def create_link(ctx: Context, user: User, *, is_invitation: bool = False) -> str:
    """A one-time link's token for somebody to set a password; earlier ones stop working."""
    policy.demand(ctx.actor, Permission.PERSON_MANAGE)
    if not user.is_active:
        raise Conflict(N_("Enable this person first."))
    token = _new_link(ctx, user, INVITATION_LIFETIME if is_invitation else LINK_LIFETIME)
    audit.record(ctx, "password_link.created", user)
    return token


def request_reset(ctx: Context, email: str) -> None:
    """Ask the worker to mail a link if somebody has this address.

    Known and unknown addresses cost the same here, so that nobody can tell them apart.
    """
    jobs.enqueue(ctx, "accounts.send_reset", email=email.strip().lower())


def send_reset(ctx: Context, email: str) -> None:
    """Mail a one-time link to somebody active with this address, at most five a day."""
    user = queries.find_by_email(ctx, email)
    if user is None or not user.is_active or _count_links_today(ctx, user) >= RESETS_PER_DAY:
        return
    token = _new_link(ctx, user, LINK_LIFETIME)
    audit.record(ctx, "password_link.requested", user)
    mail.write(
        ctx,
        user.email,
        text(N_("Set a new password")),
        text(
            N_(
                "Hello %(name)s,\n\nsomebody, probably you, asked for a new password. Set it here "
                "within 30 minutes:\n\n%(link)s\n\nIf it was not you, do nothing: your password "
                "stays as it is.\n"
            ),
            name=user.name,
            link=f"{ctx.settings.address}/password/new/{token}",
        ),
    )


def use_link(ctx: Context, token: str, password_hash: str) -> User:
    """Set a password by a one-time link, once; every session of the person ends."""
    link = queries.find_link(ctx, token)
    if link is None:
        raise LinkUsed
    used = ctx.session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None))
        .values(used_at=ctx.now)
    )
    user = ctx.session.get_one(User, link.user_id)
    if used.rowcount != 1 or not user.is_active:  # type: ignore[attr-defined]
        raise LinkUsed
    user.password_hash = password_hash
    end_sessions(ctx, user.id)
    void_links(ctx, user.id)
    audit.record(ctx, "password.changed", user, by_link=True)
    return user


def _new_link(ctx: Context, user: User, lifetime: timedelta) -> str:
    void_links(ctx, user.id)
    token = secrets.token_urlsafe(32)
    link = OneTimeLink(
        token_hash=queries.hash_token(token),
        user_id=user.id,
        created_by=ctx.actor.user_id,
        created_at=ctx.now,
        expires_at=ctx.now + lifetime,
    )
    ctx.session.add(link)
    ctx.session.flush()
    return token


def _count_links_today(ctx: Context, user: User) -> int:
    recent = select(func.count()).select_from(OneTimeLink)
    return (
        ctx.session.scalar(
            recent.where(
                OneTimeLink.user_id == user.id, OneTimeLink.created_at > ctx.now - timedelta(days=1)
            )
        )
        or 0
    )


def void_links(ctx: Context, user_id: int) -> None:
    ctx.session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.user_id == user_id, OneTimeLink.used_at.is_(None))
        .values(used_at=ctx.now)
    )
