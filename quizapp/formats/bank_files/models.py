"""The shape of every file of question_bank/: what authors may write, and what it means."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from quizapp.domain import drawing
from quizapp.question_types.base import Content

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
CODE = r"^[A-Za-z0-9]+([-_.][A-Za-z0-9]+)*$"
Slug = Annotated[str, Field(pattern=SLUG, max_length=80)]
Code = Annotated[str, Field(pattern=CODE, max_length=60)]
Text = Annotated[str, Field(min_length=1, max_length=20_000)]
Line = Annotated[str, Field(min_length=1, max_length=300)]


def _with_zone(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Moment = Annotated[datetime, AfterValidator(_with_zone)]


def _none_is_empty(value: Any) -> Any:
    return [] if value is None else value


Codes = Annotated[tuple[Code, ...], BeforeValidator(_none_is_empty)]


class Level(StrEnum):
    """What answering asks of the mind (after Bloom)."""

    REMEMBER = "remember"
    UNDERSTAND = "understand"
    APPLY = "apply"
    ANALYSE = "analyse"
    EVALUATE = "evaluate"


class Evidence(StrEnum):
    """How strong the evidence for a statement is."""

    STRONG = "strong"
    MODERATE = "moderate"
    LIMITED = "limited"
    CONFLICTING = "conflicting"
    THEORY = "theory"


class EntryStatus(StrEnum):
    """Where a question stands in its life."""

    DRAFT = "draft"
    LIVE = "live"
    RETIRED = "retired"


class FileModel(BaseModel):
    """Unknown keys are mistakes, not extras."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Review(FileModel):
    """Who checked this as a clinician, and when; empty until somebody has."""

    by: str | None = Field(None, max_length=120)
    on: date | None = None


class Reference(FileModel):
    """An entry of references.yaml."""

    id: Code
    text: Text = Field(description="The citation as learners read it (Markdown)")
    url: str | None = Field(None, pattern=r"^https://\S+$", description="Where it can be opened")
    note: str | None = Field(None, description="For authors: what was checked")


class Objective(FileModel):
    """Something a learner can do after the course, measurable."""

    id: Code
    text: Line
    lesson: Slug | None = Field(None, description="The lesson that teaches it")


class Hazard(FileModel):
    """A safety fact that must not be missed."""

    id: Slug
    title: Line
    why: Text = Field(description="What happens to a patient if it is missed")
    lesson: Slug | None = Field(None, description="Where to read about it")


class GlossaryEntry(FileModel):
    """A term that lessons explain where they use it: [[term]]."""

    term: Line
    meaning: Text
    references: Codes = ()


class Step(FileModel):
    """A lesson or a quiz in its place."""

    lesson: Slug | None = None
    quiz: Slug | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Step":
        if (self.lesson is None) == (self.quiz is None):
            raise ValueError("name either a lesson or a quiz")
        return self


class Module(FileModel):
    """A part of the course, with its steps in order."""

    id: Slug
    title: Line
    summary: str = ""
    steps: tuple[Step, ...] = Field(min_length=1)
    after: tuple[Slug, ...] = Field((), description="Modules to complete before this one opens")


class Notice(FileModel):
    """The fixed callout above the modules."""

    title: Line
    text: Text


class Completion(FileModel):
    """When the course counts as complete."""

    lessons: Literal["all", "none"] = "all"
    quizzes: tuple[Slug, ...] = Field((), description="Quizzes to pass")


class Course(FileModel):
    """The file course.yaml."""

    id: Slug = Field(description="The folder's name; part of addresses, so never change it")
    title: Line
    summary: Text
    audience: str = ""
    language: str = "en-GB"
    order: int = 100
    notice: Notice | None = None
    review: Review = Review()
    objectives: tuple[Objective, ...] = Field(min_length=1)
    hazards: tuple[Hazard, ...] = ()
    glossary: tuple[GlossaryEntry, ...] = ()
    modules: tuple[Module, ...] = Field(min_length=1)
    completion: Completion = Completion()


class LessonFront(FileModel):
    """The front matter of lessons/*.md."""

    id: Slug
    title: Line
    summary: str = ""
    objectives: Codes = Field(min_length=1)
    minutes: int = Field(ge=1, le=120)
    references: Codes = ()
    review: Review = Review()
    key_points: tuple[Text, ...] = ()
    confirm: tuple[Text, ...] = Field((), description="What a clinician must still confirm")


class Entry(FileModel):
    """What every question has, whatever its type."""

    id: Code = Field(description="Unique in the whole bank and never changed")
    type: str
    status: EntryStatus = EntryStatus.LIVE
    stem: Text
    rationale: str = Field("", max_length=8000, description="Shown to everybody after the quiz")
    references: Codes = ()
    objectives: Codes = Field(min_length=1)
    level: Level
    hazard: Slug | None = None
    evidence: Evidence | None = None
    tags: Codes = ()
    figure: Slug | None = Field(None, description="A file of figures/, without .svg")
    review: Review = Review()

    def content(self) -> Content:
        """The type's own content; each type's entry model fills it in."""
        raise NotImplementedError


class Vignette(FileModel):
    """A case: one stimulus for several questions in order."""

    id: Code
    title: Line
    stimulus: Text
    reveal: Literal["all", "stepwise"] = Field(
        "all", description="stepwise: one question after the other, with no way back"
    )
    figure: Slug | None = None
    items: tuple[Any, ...] = Field(min_length=2)


class Mode(StrEnum):
    """What a quiz is for."""

    GRADED = "graded"
    PRACTICE = "practice"
    SURVEY = "survey"


class Release(StrEnum):
    """When something about one's answers is shown."""

    AT_ONCE = "at_once"
    AFTER_SUBMIT = "after_submit"
    AFTER_CLOSE = "after_close"
    NEVER = "never"


class Feedback(FileModel):
    """What is shown when."""

    score: Release = Release.AFTER_SUBMIT
    answers: Release = Field(Release.AFTER_SUBMIT, description="Which options were right")
    rationale: Release = Release.AFTER_SUBMIT


class Window(FileModel):
    """When a quiz may be taken; times without zone are UTC."""

    opens: Moment | None = None
    closes: Moment | None = None


class Draw(FileModel):
    """Questions chosen at the start of each attempt: every filter given has to fit."""

    count: int = Field(ge=1, le=500)
    objectives: Codes = ()
    levels: tuple[Level, ...] = ()
    hazards: tuple[Slug, ...] = ()
    tags: Codes = ()
    types: tuple[str, ...] = ()
    safety: Literal["any", "only", "none"] = Field(
        "any", description="only / none: just, or no, safety-critical questions"
    )

    def rule(self) -> drawing.Draw:
        """The draw as the rules of drawing know it."""
        return drawing.Draw(
            count=self.count,
            objectives=frozenset(self.objectives),
            levels=frozenset(str(level) for level in self.levels),
            hazards=frozenset(self.hazards),
            tags=frozenset(self.tags),
            types=frozenset(self.types),
            safety=self.safety,
        )


class Section(FileModel):
    """A part of a quiz: fixed questions (or vignettes) first, then draws."""

    title: str = ""
    intro: str = ""
    minimum: Decimal | None = Field(None, ge=0, le=100, description="Percent needed in this part")
    items: tuple[Code, ...] = ()
    draws: tuple[Draw, ...] = ()

    @model_validator(mode="after")
    def _not_empty(self) -> "Section":
        if not self.items and not self.draws:
            raise ValueError("give items, draws or both")
        return self


class Quiz(FileModel):
    """A file of quizzes/."""

    id: Slug
    title: Line
    summary: str = ""
    mode: Mode = Mode.GRADED
    pass_mark: Decimal = Field(Decimal(80), ge=0, le=100, description="Percent")
    pass_mark_reason: str = ""
    change_reason: str = Field("", description="Why this version differs; for pass-mark changes")
    time_limit_minutes: int | None = Field(None, ge=1, le=1440)
    attempts: int | None = Field(None, ge=1, le=100, description="None: as many as one likes")
    cooling_off_minutes: int = Field(0, ge=0)
    counts: Literal["best", "last", "first"] = "best"
    window: Window = Window()
    navigation: Literal["free", "sequential"] = "free"
    questions_per_page: int = Field(1, ge=0, le=50, description="0: all on one page")
    shuffle_questions: bool = True
    confidence: Literal["off", "ask", "required"] = "off"
    mark_hazards: bool = Field(False, description="Show the safety-critical badge while answering")
    open_book: bool = True
    feedback: Feedback = Feedback()
    double_marking: bool = Field(
        False, description="Two people mark each answer that no key marks, neither sees the other"
    )
    moderation_over: Decimal = Field(
        Decimal(20),
        ge=0,
        le=100,
        description="Percent points of a question: two marks further apart go to a third person",
    )
    sections: tuple[Section, ...] = Field(min_length=1)
