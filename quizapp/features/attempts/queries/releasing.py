"""What a quiz's feedback plan shows of finished attempts at this moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import func, select

from quizapp.features.attempts.models import OPEN, Attempt
from quizapp.features.attempts.queries import published
from quizapp.formats.bank_files.models import Feedback, Mode, Release
from quizapp.formats.bank_files.models import Quiz as Definition
from quizapp.infrastructure.context import Context


@dataclass(frozen=True, slots=True)
class Released:
    """What the quiz's feedback plan shows at this moment, and from when the rest."""

    score: bool
    answers: bool
    rationale: bool
    later: datetime | None = None


class Releases:
    """Judges feedback plans; asks once, and only where it matters, who is still answering."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    def of(self, definition: Definition, quiz_id: int) -> Released:
        """The plan of a finished attempt; a survey has nothing to show."""
        if definition.mode is Mode.SURVEY:
            return Released(score=False, answers=False, rationale=False)
        plan = definition.feedback
        is_delayed = Release.AFTER_CLOSE in (plan.score, plan.answers, plan.rationale)
        ends = self._end(definition, quiz_id) if is_delayed else None
        is_past = ends is not None and ends < self._ctx.now

        def shows(release: Release) -> bool:
            if release is Release.AFTER_CLOSE:
                return is_past
            return release is not Release.NEVER

        answers = shows(plan.answers)
        later = None if is_past else ends
        return Released(shows(plan.score), answers, answers and shows(plan.rationale), later)

    def is_score_shown(self, attempt: Attempt) -> bool:
        """Whether its learner may know by now how a finished attempt ended."""
        definition = published.definition(self._ctx, attempt.quiz_version_id)
        return self.of(definition, attempt.quiz_id).score

    def score_due(self, attempt: Attempt) -> datetime | None:
        """When its learner will know how a finished attempt ended; None if now, or never."""
        definition = published.definition(self._ctx, attempt.quiz_version_id)
        shown = self.of(definition, attempt.quiz_id)
        is_delayed = definition.feedback.score is Release.AFTER_CLOSE and not shown.score
        return shown.later + timedelta(seconds=1) if is_delayed and shown.later else None

    def _end(self, definition: Definition, quiz_id: int) -> datetime | None:
        """The last moment at which anybody can answer: of the window, or of who has more time."""
        closes = definition.window.closes
        if closes is None:
            return None
        grace = timedelta(seconds=self._ctx.settings.grace_seconds)
        return max(closes + grace, self._running.get(quiz_id, closes))

    @cached_property
    def _running(self) -> dict[int, datetime]:
        """By quiz: when the last of the attempts that are running now is over."""
        rows = self._ctx.session.execute(
            select(Attempt.quiz_id, func.max(Attempt.hard_at))
            .where(Attempt.state == OPEN, Attempt.hard_at >= self._ctx.now)
            .group_by(Attempt.quiz_id)
        )
        return {quiz_id: end for quiz_id, end in rows if end is not None}


def is_never_told(definition: Definition) -> bool:
    """Whether learners are never told how a graded quiz ended."""
    plan: Feedback = definition.feedback
    return definition.mode is Mode.GRADED and plan.score is Release.NEVER
