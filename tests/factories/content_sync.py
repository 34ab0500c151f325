"""Question banks on disk: the sample bank of tests/data, copied and changed as a test likes."""

import shutil
from pathlib import Path

from quizapp.features.content_sync import commands
from quizapp.features.content_sync.commands import Report
from quizapp.formats.bank_files.reading import read_bank
from quizapp.infrastructure.site import Site

SAMPLE = Path(__file__).parent.parent / "data" / "question_bank"
COURSE = "needle-care"


class BankFolder:
    """A copy of the sample bank that a test may write into."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "question_bank"
        shutil.copytree(SAMPLE, self.root)

    def path(self, name: str) -> Path:
        return self.root / COURSE / name

    def replace(self, name: str, old: str, new: str, count: int = 1) -> None:
        """Change text of a file; the text has to be there."""
        text = self.path(name).read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        self.path(name).write_text(text.replace(old, new, count), encoding="utf-8")

    def append(self, name: str, text: str) -> None:
        with self.path(name).open("a", encoding="utf-8") as file:
            file.write(text)

    def write(self, name: str, text: str | bytes) -> None:
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).write_bytes(text if isinstance(text, bytes) else text.encode())


def sync(site: Site, root: Path = SAMPLE, *, prefer_files: bool = False) -> Report:
    """Load the bank's one course."""
    (folder,) = read_bank(root).courses
    return site.perform(commands.sync_course, folder, prefer_files=prefer_files)
