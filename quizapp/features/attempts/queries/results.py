"""The result of a finished attempt: what may be shown of it now, and every question reviewed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from fractions import Fraction
from typing import Any

from markupsafe import Markup
from sqlalchemy import select

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.errors import NotFound
from quizapp.domain.marking import Ground
from quizapp.features.attempts.models import CLOSED, Attempt, AttemptItem, Response
from quizapp.features.attempts.queries import adjustments, history, judgements, published
from quizapp.features.attempts.queries.judgements import Judgement
from quizapp.features.attempts.queries.published import PublishedQuestion, Slot
from quizapp.features.attempts.queries.releasing import Released, Releases
from quizapp.features.attempts.queries.taking import Address
from quizapp.features.courses import queries as course_queries
from quizapp.features.courses.models import Course, Hazard, Objective, Reference
from quizapp.features.quizzes.models import Quiz
from quizapp.formats.bank_files.models import Quiz as Definition
from quizapp.infrastructure.context import Context
from quizapp.question_types import item
from quizapp.question_types.base import Harm, QuestionType
from quizapp.question_types.item import Answer

RIGHT, PARTLY, WRONG, PENDING = "right", "partly", "wrong", "pending"
VOID, AWARDED, ANOTHER_KEY = "void", "awarded", "another_key"
MISSED = frozenset({PARTLY, WRONG})


@dataclass(frozen=True, slots=True)
class PartFeedback:
    """A response field as its type's feedback template shows it."""

    kind: QuestionType
    view: Any


@dataclass(frozen=True, slots=True)
class Review:
    """One question after release."""

    number: int
    state: str
    stem_html: Markup
    figure_html: Markup
    parts: Sequence[PartFeedback]
    is_answered: bool
    rationale: str
    harm: Harm | None
    hazard: Hazard | None
    objectives: Sequence[Objective]
    references: Sequence[Reference]
    evidence: str | None
    confidence: int | None
    is_flagged: bool
    share: Fraction | None
    judgement: Judgement | None
    """How people marked it, once their marks are final and answers are shown."""
    counted: Fraction | None
    """The share that counts: that of the key, or what a correction gives; None for nothing."""
    correction: str
    """What a correction made of it: VOID, AWARDED or ANOTHER_KEY; empty without one."""

    @property
    def lesson_slugs(self) -> list[str]:
        """The lessons to read again, the hazard's first."""
        slugs = [self.hazard.lesson_slug] if self.hazard else []
        slugs += [objective.lesson_slug for objective in self.objectives]
        return list(dict.fromkeys(slug for slug in slugs if slug))


@dataclass(frozen=True, slots=True)
class ObjectiveScore:
    """Points reached and possible at an objective."""

    objective: Objective
    points: Fraction
    maximum: int

    @property
    def rounded(self) -> str:
        value = float(self.points)
        return f"{value:.1f}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class Result:
    """A finished attempt with everything its page shows."""

    attempt: Attempt
    course: Course
    quiz: Quiz
    definition: Definition
    released: Released
    reviews: Sequence[Review]
    objectives: Sequence[ObjectiveScore]
    hazards: dict[str, Hazard]
    used: int
    extra: int
    critical_total: int
    critical_right: int
    confidence: dict[int, tuple[int, int]]

    @property
    def attempts_left(self) -> int | None:
        cap = self.definition.attempts
        return None if cap is None else max(0, cap + self.extra - self.used)

    @property
    def missed(self) -> list[Review]:
        """Safety-critical questions missed."""
        return [r for r in self.reviews if r.hazard is not None and r.state in MISSED]

    @property
    def carried(self) -> list[Hazard]:
        """Hazards missed in an earlier attempt, not asked in this one and not right since."""
        return [
            self.hazards[reason["hazard"]]
            for reason in self.attempt.reasons or ()
            if reason.get("is_carried") and reason["hazard"] in self.hazards
        ]

    @property
    def is_emptied(self) -> bool:
        """Whether no question counts any more."""
        return any(reason["ground"] == Ground.NOTHING for reason in self.attempt.reasons or ())

    @property
    def ordered(self) -> list[Review]:
        """Safety-critical misses, other misses, then the right ones."""
        return sorted(
            self.reviews,
            key=lambda r: (r.state not in MISSED, r.hazard is None or r.state == RIGHT, r.number),
        )

    @property
    def minutes(self) -> int:
        """Whole minutes taken, at least one."""
        assert self.attempt.submitted_at is not None  # noqa: S101 - it is closed
        taken = self.attempt.submitted_at - self.attempt.started_at
        return max(1, round(taken.total_seconds() / 60))


def get_attempt(ctx: Context, course: Course, quiz_slug: str, number: int) -> tuple[Attempt, Quiz]:
    """One's own attempt and its quiz; raises NotFound."""
    row = ctx.session.execute(
        select(Attempt, Quiz)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(
            Quiz.course_id == course.id,
            Quiz.slug == quiz_slug,
            Attempt.user_id == ctx.actor.user_id,
            Attempt.number == number,
        )
    ).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


def get_result(ctx: Context, address: Address) -> Result:
    """One's own finished attempt; raises NotFound while it is open."""
    course = course_queries.get_course(ctx, address.course)
    attempt, quiz = get_attempt(ctx, course, address.quiz, address.number)
    return build(ctx, course, quiz, attempt)


def build(ctx: Context, course: Course, quiz: Quiz, attempt: Attempt) -> Result:
    """The result of an attempt the actor may read."""
    if attempt.state != CLOSED or not policy.may(
        ctx.actor, Permission.ATTEMPT_READ, Belonging(attempt.user_id, course.id)
    ):
        raise NotFound
    definition = published.definition(ctx, attempt.quiz_version_id)
    shown = Releases(ctx).of(definition, attempt.quiz_id)
    reviews = _Reviewer(ctx, course, attempt, shown).reviews()
    critical = [review for review in reviews if review.hazard is not None]
    return Result(
        attempt=attempt,
        course=course,
        quiz=quiz,
        definition=definition,
        released=shown,
        reviews=reviews,
        objectives=_by_objective(reviews),
        hazards=course_queries.list_hazards(ctx, course.id),
        used=history.count_used(ctx, attempt.quiz_id, attempt.user_id),
        extra=adjustments.count_extra(ctx, attempt.quiz_id, attempt.user_id),
        critical_total=len(critical),
        critical_right=sum(review.state == RIGHT for review in critical),
        confidence=_by_confidence(reviews),
    )


class _Reviewer:
    """Builds the reviews of an attempt in a fixed number of statements."""

    def __init__(self, ctx: Context, course: Course, attempt: Attempt, shown: Released) -> None:
        self._shown = shown
        session = ctx.session
        self._slots = published.slots(ctx, attempt.id)
        self._questions = published.questions(ctx, [s.version_id for s in self._slots])
        self._objectives = course_queries.list_objectives(ctx, course.id)
        self._hazards = course_queries.list_hazards(ctx, course.id)
        self._references = course_queries.list_references(ctx, course.id)
        self._responses = {
            row.slot: row
            for row in session.scalars(select(Response).where(Response.attempt_id == attempt.id))
        }
        self._marks = {
            row.slot: row
            for row in session.execute(
                select(
                    AttemptItem.slot,
                    AttemptItem.share,
                    AttemptItem.harm,
                    AttemptItem.awarded,
                    AttemptItem.is_void,
                ).where(AttemptItem.attempt_id == attempt.id)
            )
        }

        self._judgements = judgements.list_judgements(ctx, attempt.id, self._questions.values())

    def reviews(self) -> list[Review]:
        return [self._review(slot, self._questions[slot.version_id]) for slot in self._slots]

    def _review(self, slot: Slot, question: PublishedQuestion) -> Review:
        response = self._responses.get(slot.number)
        answer = item.load(response.answer) if response else {}
        mark = self._marks[slot.number]
        share = None if mark.share is None else Fraction(mark.share)
        judgement = None if share is None else self._judgements.get(slot.number)
        return Review(
            number=slot.number,
            state=_state(share),
            stem_html=question.stem_html,
            figure_html=question.figure_html,
            parts=self._parts(slot, question, answer, judgement) if self._shown.answers else (),
            is_answered=bool(answer),
            rationale=question.rationale if self._shown.rationale else "",
            harm=Harm(mark.harm) if mark.harm and self._shown.answers else None,
            hazard=self._hazards.get(slot.hazard or ""),
            objectives=_known(question.objectives, self._objectives),
            references=_known(question.references, self._references)
            if self._shown.rationale
            else (),
            evidence=question.evidence if self._shown.rationale else None,
            confidence=response.confidence if response else None,
            is_flagged=bool(response and response.is_flagged),
            share=share,
            judgement=judgement if self._shown.answers else None,
            counted=None if mark.is_void else Fraction(mark.awarded) if mark.awarded else share,
            correction=_correction(mark, slot, question, answer),
        )

    def _parts(
        self, slot: Slot, question: PublishedQuestion, answer: Answer, judgement: Judgement | None
    ) -> list[PartFeedback]:
        found = []
        for part in question.item.parts:
            order, response = slot.presentation[part.name], item.response_of(part, answer)
            view = part.kind.feedback_view(part.content, order, response)
            if judgement is not None and part.kind.is_manual:
                view = judgement.told(part, view)
            found.append(
                PartFeedback(part.kind, view if self._shown.rationale else without_reasons(view))
            )
        return found


def _correction(mark: Any, slot: Slot, question: PublishedQuestion, answer: Answer) -> str:
    if mark.is_void:
        return VOID
    if mark.awarded is not None:
        return AWARDED
    if mark.share is None or any(part.kind.is_manual for part in question.item.parts):
        return ""
    own = item.grade(question.item, answer, is_strict=slot.hazard is not None)
    return "" if own.share == Fraction(mark.share) else ANOTHER_KEY


def without_reasons(view: Any) -> Any:
    """A feedback view whose every `rationale`, at any depth, is left empty."""
    if isinstance(view, list | tuple):
        return type(view)(without_reasons(entry) for entry in view)
    if not is_dataclass(view) or isinstance(view, type):
        return view
    values = {field.name: getattr(view, field.name) for field in fields(view)}
    return replace(
        view,
        **{
            name: "" if name == "rationale" else without_reasons(value)
            for name, value in values.items()
        },
    )


def _known(codes: Iterable[str], known: dict[str, Any]) -> list[Any]:
    return [known[code] for code in codes if code in known]


def _state(share: Fraction | None) -> str:
    if share is None:
        return PENDING
    if share == 1:
        return RIGHT
    return PARTLY if share else WRONG


def _by_objective(reviews: Sequence[Review]) -> list[ObjectiveScore]:
    totals: dict[int, tuple[Objective, Fraction, int]] = {}
    for review in reviews:
        if review.counted is None:
            continue
        for objective in review.objectives:
            _, points, maximum = totals.get(objective.id, (objective, Fraction(0), 0))
            totals[objective.id] = (objective, points + review.counted, maximum + 1)
    ordered = sorted(totals.values(), key=lambda entry: entry[0].position)
    return [ObjectiveScore(*entry) for entry in ordered]


def _by_confidence(reviews: Sequence[Review]) -> dict[int, tuple[int, int]]:
    """Right and not right answers by how sure one was, the surest first."""
    found: dict[int, tuple[int, int]] = {}
    for level in (3, 2, 1):
        marked = [r for r in reviews if r.confidence == level and r.state != PENDING]
        if marked:
            right = sum(review.state == RIGHT for review in marked)
            found[level] = (right, len(marked) - right)
    return found
