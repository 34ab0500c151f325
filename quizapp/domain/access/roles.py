"""Roles, grants and the actor who holds them."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person is here for; one person may hold several."""

    LEARNER = "learner"
    INSTRUCTOR = "instructor"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role a person holds, limited to one course or one team where that is given."""

    role: Role
    course_id: int | None = None
    team_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking. `user_id` is None for the system itself and for somebody not signed in."""

    user_id: int | None = None
    name: str = ""
    email: str = ""
    code: str = ""
    theme: str = ""
    session_id: int | None = None
    signed_in_at: float = 0.0
    grants: tuple[Grant, ...] = field(default_factory=tuple)

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None

    def has_role(self, role: Role) -> bool:
        return any(grant.role == role for grant in self.grants)


ANONYMOUS = Actor()
SYSTEM = Actor(name="System", grants=(Grant(Role.SYSTEM),))
