"""Teams and who belongs to them, since when and until when."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.infrastructure.database import Model


class Team(Model):
    """A group of people, such as a clinic."""

    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]


class Membership(Model):
    """Somebody's time in a team; the present one has no end."""

    __tablename__ = "memberships"
    __table_args__ = (
        Index(
            "uq_memberships_present",
            "team_id",
            "user_id",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
        Index("ix_memberships_user_id", "user_id", "left_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
