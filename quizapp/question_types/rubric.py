"""Rubrics: what a person looks at who marks an answer by hand, and what it adds up to."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from quizapp.domain.errors import N_, Invalid
from quizapp.question_types import outline
from quizapp.question_types.base import Content, Problem
from quizapp.question_types.naming import folded, names_of
from quizapp.question_types.outline import Line

MOST_CRITERIA, MOST_LEVELS = 20, 10
LONGEST_TITLE, LONGEST_TEXT = 200, 2000
LONGEST_MODEL, LONGEST_NOTES = 20_000, 8000
NAME = r"^[a-z0-9-]{0,40}$"
Points = Annotated[Decimal, Field(ge=0, le=1000, decimal_places=2)]


class LevelMissing(Invalid):
    """A criterion that nobody has judged yet."""

    message = N_("Choose a level for “%(criterion)s”.")


class LevelUnknown(Invalid):
    """A level that the criterion does not have."""

    message = N_("“%(criterion)s” has no such level. Choose one of the list.")


class CriterionUnknown(Invalid):
    """A criterion that the rubric does not have."""

    message = N_("The rubric has no criterion “%(criterion)s”. Reload the page.")


class NothingToEarn(Invalid):
    """A rubric without points: no share can be told."""

    message = N_("This rubric has no points, so nothing can be marked with it.")


class Level(BaseModel):
    """One of the ways in which an answer may meet a criterion."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field("", pattern=NAME, description="Stable name; made of the label if left out")
    label: str = Field(min_length=1, max_length=LONGEST_TITLE, description="For example: Complete")
    points: Points = Field(description="What it is worth")
    description: str = Field("", max_length=LONGEST_TEXT, description="How one can tell it")


class Criterion(BaseModel):
    """Something to look at, with its levels, the best one first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field("", pattern=NAME, description="Stable name; made of the title if left out")
    title: str = Field(min_length=1, max_length=LONGEST_TITLE)
    description: str = Field("", max_length=LONGEST_TEXT, description="What to look at")
    levels: tuple[Level, ...] = Field((), max_length=MOST_LEVELS)

    @property
    def maximum(self) -> Fraction:
        return max((Fraction(level.points) for level in self.levels), default=Fraction(0))

    def named(self) -> dict[str, Level]:
        names = names_of((level.id, level.label) for level in self.levels)
        return dict(zip(names, self.levels, strict=True))


class Rubric(BaseModel):
    """Criteria whose best levels add up to the points of the answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    points: Points | None = Field(
        None, description="Points in all, as a check: the best levels have to add up to it"
    )
    criteria: tuple[Criterion, ...] = Field((), max_length=MOST_CRITERIA)

    @property
    def maximum(self) -> Fraction:
        return sum((criterion.maximum for criterion in self.criteria), Fraction(0))

    def named(self) -> dict[str, Criterion]:
        names = names_of((criterion.id, criterion.title) for criterion in self.criteria)
        return dict(zip(names, self.criteria, strict=True))

    def problems(self) -> list[Problem]:
        """What keeps it from being marked with; paths start with `rubric`."""
        if not self.criteria:
            return [_NO_CRITERIA]
        titles = Counter(folded(criterion.title) for criterion in self.criteria)
        found = [
            problem
            for place, criterion in enumerate(self.criteria)
            for problem in _criterion_problems(
                criterion, place, is_double=titles[folded(criterion.title)] > 1
            )
        ]
        if self.points is not None and self.points != self.maximum:
            found.append(
                Problem(
                    "rubric-sum",
                    N_("The rubric does not add up to its points."),
                    ("rubric", "points"),
                    N_("Add the best level of each criterion: their sum is the points in all."),
                )
            )
        return found

    def outline(self) -> Iterator[Line]:
        """Every part in words, for comparing two texts of a question."""
        points = "" if self.points is None else points_text(self.points)
        yield Line(("rubric", "points"), N_("Rubric: points in all"), points)
        for name, criterion in self.named().items():
            path, values = ("rubric", name), {"criterion": criterion.title}
            yield Line((*path, "title"), N_("Rubric: criterion"), criterion.title)
            label = N_("Rubric, %(criterion)s: what to look at")
            yield Line((*path, "description"), label, criterion.description, values)
            for key, level in criterion.named().items():
                text = f"{points_text(level.points)}: {level.label}"
                label = N_("Rubric, %(criterion)s: level")
                yield Line((*path, key, "label"), label, text, values)
                label = N_("Rubric, %(criterion)s: how one can tell a level")
                yield Line((*path, key, "description"), label, level.description, values)


class MarkedByHand(Content):
    """What types share whose answers a person marks: the rubric, and texts beside it."""

    rubric: Rubric = Field(Rubric(), description="What a marker looks at")
    model_answer: str = Field(
        "", max_length=LONGEST_MODEL, description="An answer that meets everything"
    )
    notes: str = Field(
        "", max_length=LONGEST_NOTES, description="For markers; learners never read it"
    )
    show_model_answer: bool = Field(
        True, description="Learners read the model answer when answers are released"
    )

    @property
    def released_answer(self) -> str:
        """The model answer, where learners may read it once answers are released."""
        return self.model_answer if self.show_model_answer else ""

    def problems(self) -> list[Problem]:
        return self.rubric.problems()

    def outline(self) -> Iterable[Line]:
        yield from self.rubric.outline()
        yield Line(("model_answer",), N_("Model answer"), self.model_answer)
        label = N_("Show the model answer to learners")
        yield outline.yes_no(("show_model_answer",), label, self.show_model_answer)
        yield Line(("notes",), N_("Notes for markers"), self.notes)


_NO_CRITERIA = Problem(
    "no-criteria",
    N_("The rubric has no criterion."),
    ("rubric", "criteria"),
    N_("Say what a marker looks at, with levels and their points."),
)


def _criterion_problems(criterion: Criterion, place: int, *, is_double: bool) -> Iterator[Problem]:
    path = ("rubric", "criteria", place)
    if is_double:
        yield Problem(
            "duplicate-criterion",
            N_("Two criteria have the same title."),
            (*path, "title"),
            N_("Change or remove one of them."),
        )
    if not criterion.maximum:
        yield Problem(
            "criterion-without-points",
            N_("A criterion has no level with points."),
            (*path, "levels"),
            N_("Give its best level the points it is worth."),
        )
    if all(level.points for level in criterion.levels):
        yield Problem(
            "criterion-without-zero",
            N_("A criterion has no level with 0 points."),
            (*path, "levels"),
            N_("Add one for answers that do not meet it."),
        )
    labels = Counter(folded(level.label) for level in criterion.levels)
    if any(count > 1 for count in labels.values()):
        yield Problem(
            "duplicate-level",
            N_("Two levels of a criterion have the same name."),
            (*path, "levels"),
            N_("Change or remove one of them."),
        )


def share(rubric: Rubric, chosen_levels: Mapping[str, str]) -> Fraction:
    """What the chosen level of every criterion earns, as a share of 1.

    Both names are those of `named()`. Raises LevelMissing, LevelUnknown or CriterionUnknown, with
    the criterion as `field`, and NothingToEarn.
    """
    known = rubric.named()
    for name in chosen_levels:
        if name not in known:
            raise CriterionUnknown(field=name, criterion=name)
    earned = Fraction(0)
    for name, criterion in known.items():
        chosen = chosen_levels.get(name)
        if not chosen:
            raise LevelMissing(field=name, criterion=criterion.title)
        level = criterion.named().get(chosen)
        if level is None:
            raise LevelUnknown(field=name, criterion=criterion.title)
        earned += Fraction(level.points)
    if not rubric.maximum:
        raise NothingToEarn
    return earned / rubric.maximum


@dataclass(frozen=True, slots=True)
class Marked:
    """How one criterion was judged, as learners read it: names are those of `named()`."""

    criterion: str
    level: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class LevelView:
    """A level as a table shows it."""

    name: str
    label: str
    points: str
    description: str


@dataclass(frozen=True, slots=True)
class CriterionView:
    """A criterion as a table shows it; `points` is the most it can earn."""

    name: str
    title: str
    description: str
    points: str
    levels: Sequence[LevelView]


def table(rubric: Rubric) -> tuple[CriterionView, ...]:
    """The rubric for `rubric.html`."""
    return tuple(
        CriterionView(
            name,
            criterion.title,
            criterion.description,
            points_text(criterion.maximum),
            tuple(
                LevelView(key, level.label, points_text(level.points), level.description)
                for key, level in criterion.named().items()
            ),
        )
        for name, criterion in rubric.named().items()
    )


def points_text(points: Decimal | Fraction) -> str:
    """With at most two decimals, none where they say nothing."""
    return f"{float(points):.2f}".rstrip("0").rstrip(".")
