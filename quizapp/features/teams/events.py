"""What teams announce."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MembershipStarted:
    """Somebody belongs to a team from now on."""

    team_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class MembershipEnded:
    """Somebody belongs to a team no longer."""

    team_id: int
    user_id: int
