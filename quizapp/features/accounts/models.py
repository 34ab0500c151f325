"""People, what they may do, and where they are signed in."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizapp.domain.access.roles import Role
from quizapp.infrastructure.database import Model

ACTIVE, DISABLED = "active", "disabled"
THEMES = ("", "light", "dark")


class User(Model):
    """A person. `code` is what addresses show; `email` is kept in lower case."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'disabled')", name="state"),
        CheckConstraint("theme IN ('', 'light', 'dark')", name="theme"),
        Index("ix_users_sort_name", "sort_name", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    sort_name: Mapped[str]
    password_hash: Mapped[str | None]
    state: Mapped[str] = mapped_column(default=ACTIVE)
    theme: Mapped[str] = mapped_column(default="")
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    last_active_at: Mapped[datetime | None]

    grants: Mapped[list["RoleGrant"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="RoleGrant.id"
    )

    @property
    def is_active(self) -> bool:
        return self.state == ACTIVE


class RoleGrant(Model):
    """A role somebody holds, limited to a course or a team where one is named."""

    __tablename__ = "role_grants"
    __table_args__ = (
        CheckConstraint(
            "role IN ('learner', 'instructor', 'manager', 'administrator')", name="role"
        ),
        CheckConstraint("course_id IS NULL OR role = 'instructor'", name="course_of_instructor"),
        CheckConstraint("team_id IS NULL OR role = 'manager'", name="team_of_manager"),
        UniqueConstraint("user_id", "role", "course_id", "team_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[str]
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))

    @property
    def as_role(self) -> Role:
        return Role(self.role)


class UserSession(Model):
    """One sign-in on one device; the cookie's token is kept only as its hash."""

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    signed_in_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    device: Mapped[str]


class OneTimeLink(Model):
    """A link to set a password: single use, short-lived, kept only as its hash."""

    __tablename__ = "one_time_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInFailure(Model):
    """A failed try, counted per account, per network address and in total; never a lock-out."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (
        Index("ix_sign_in_failures_account_at", "account", "at"),
        Index("ix_sign_in_failures_address_at", "address", "at"),
        Index("ix_sign_in_failures_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime]
