"""What accounts announce."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PersonRenamed:
    """Somebody has another name from now on."""

    user_id: int
    sort_name: str
