"""What drills count, and when they are content."""

from dataclasses import asdict, dataclass, field
from typing import Any

MOST_TROUBLE = 10


@dataclass(slots=True)
class Tally:
    """One drill on one engine."""

    drill: str
    engine: str
    rounds: int = 0
    acknowledged: int = 0
    """Starts, answers and hand-ins that somebody was told are done."""
    missing: int = 0
    doubled: int = 0
    refused: int = 0
    """What was told to be refused, or had to be sent again."""
    steps: int = 0
    """Of histories, each compared with the model."""
    trouble: list[str] = field(default_factory=list)
    """Anything else that must not be: the first few in words."""

    @property
    def present(self) -> int:
        return self.acknowledged - self.missing

    @property
    def is_sound(self) -> bool:
        is_complete = not (self.missing or self.doubled or self.trouble)
        return is_complete and self.rounds > 0 and self.acknowledged > 0

    def complain(self, text: str) -> None:
        if len(self.trouble) < MOST_TROUBLE:
            self.trouble.append(text)

    def line(self) -> str:
        counts = (
            f"{self.drill} on {self.engine}: {self.rounds} rounds, "
            f"{self.acknowledged} acknowledged, {self.present} present, "
            f"{self.missing} missing, {self.doubled} doubled, {self.refused} refused"
        )
        steps = [f"{self.steps} steps compared with the model"] if self.steps else []
        return "\n  ".join([", ".join([counts, *steps]), *self.trouble])

    def document(self) -> dict[str, Any]:
        return {**asdict(self), "present": self.present, "is_sound": self.is_sound}
