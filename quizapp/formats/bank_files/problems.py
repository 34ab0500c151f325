"""What can be wrong in a file, and where."""

from dataclasses import asdict, dataclass
from typing import Any

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, slots=True, order=True)
class FileProblem:
    """A mistake in a file: its place, a stable code, what is wrong and what to do."""

    file: str
    line: int
    code: str
    message: str
    remedy: str
    severity: str = ERROR

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)
