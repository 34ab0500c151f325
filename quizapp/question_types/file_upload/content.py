"""What an author writes for, and a learner gives to, a question that is answered with files."""

import re
from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from quizapp.domain.errors import N_
from quizapp.question_types import base
from quizapp.question_types.base import Problem
from quizapp.question_types.file_upload import sniffing
from quizapp.question_types.file_upload.sniffing import LONGEST_NAME, MEGABYTE, NAMES, Kind
from quizapp.question_types.outline import Line
from quizapp.question_types.rubric import MarkedByHand

MOST_FILES, MOST_MEGABYTES = 10, 20
_TOKEN = re.compile(r"([0-9a-f]{64}):([1-9][0-9]{0,8}):([a-z]{2,5}):(.+)", re.ASCII)


def _tidy(name: str) -> str:
    if sniffing.tidy_name(name) != name:
        raise ValueError("this is no name of a file")
    return name


class StoredFile(BaseModel):
    """A file that was stored for a place of an attempt; its content is known by its digest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    digest: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of what is in it, in hex")
    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(_tidy)]
    size: int = Field(ge=1, le=MOST_MEGABYTES * MEGABYTE, description="Bytes")
    kind: Kind

    @property
    def token(self) -> str:
        """How a page names it: `digest:size:kind:name`."""
        return f"{self.digest}:{self.size}:{self.kind}:{self.name}"

    @classmethod
    def of_token(cls, token: str) -> Self:
        """Back from `token`; raises ValueError for anything else."""
        found = _TOKEN.fullmatch(token)
        if found is None:
            raise ValueError("this names no file")
        digest, size, kind, name = found.groups()
        return cls.model_validate({"digest": digest, "name": name, "size": size, "kind": kind})


class Content(MarkedByHand):
    """Which files are taken, and the rubric they are marked with."""

    kinds: tuple[Kind, ...] = Field((Kind.PDF, Kind.PNG, Kind.JPEG), description="What is taken")
    max_megabytes: int = Field(10, ge=1, le=MOST_MEGABYTES, description="The most one file may be")
    max_files: int = Field(1, ge=1, le=MOST_FILES, description="How many files may be given")

    def problems(self) -> list[Problem]:
        found = []
        if not self.kinds or len(set(self.kinds)) < len(self.kinds):
            found.append(
                Problem(
                    "file-kinds",
                    N_("No kind of file is taken, or one is named twice."),
                    ("kinds",),
                    N_("Name each kind once: pdf, png, jpeg, docx, txt."),
                )
            )
        return [*found, *super().problems()]

    def outline(self) -> Iterable[Line]:
        kinds = ", ".join(NAMES[kind] for kind in self.kinds)
        yield Line(("kinds",), N_("Files that are taken"), kinds)
        yield Line(("max_megabytes",), N_("Megabytes of a file"), str(self.max_megabytes))
        yield Line(("max_files",), N_("Number of files"), str(self.max_files))
        yield from super().outline()


class Response(base.Response):
    """The files given, in the order they were given in."""

    files: tuple[StoredFile, ...] = Field((), max_length=MOST_FILES)

    @property
    def is_empty(self) -> bool:
        return not self.files
