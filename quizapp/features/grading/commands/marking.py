"""Marks by people: giving and changing one, and what follows when all of an answer are final."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.errors import N_, Invalid, NotFound, Overtaken
from quizapp.domain.hand_marking import Round
from quizapp.features.attempts.commands.recounting import recount
from quizapp.features.attempts.events import AttemptGraded
from quizapp.features.attempts.models import Attempt, AttemptItem, ItemMark, Remarking
from quizapp.features.grading.queries import answers
from quizapp.features.grading.queries.answers import JudgedPart, Sheet
from quizapp.features.grading.queries.blind import AnswerKey
from quizapp.infrastructure import audit
from quizapp.infrastructure.context import Context
from quizapp.question_types import item, rubric
from quizapp.question_types.rubric import CriterionUnknown, LevelMissing, LevelUnknown

LONGEST_COMMENT = 4000
Levels = Mapping[str, Mapping[str, str]]
"""The chosen level of each criterion, by part and criterion."""


class NotJudged(Invalid):
    """Levels are missing or do not fit the rubric; `problems` says which, by part and criterion."""

    message = N_("This mark is not complete.")

    def __init__(self, problems: Mapping[str, Invalid]) -> None:
        super().__init__()
        self.problems = dict(problems)


class MarkedMeanwhile(Overtaken):
    """Somebody else has given the mark that this page was opened for."""

    message = N_("Somebody else marked this answer meanwhile. Your mark was not saved.")


class ChangedMeanwhile(Overtaken):
    """The mark to be replaced is not the one that counts now."""

    message = N_("This mark was changed meanwhile. Your change was not saved.")


class RubricChanged(Overtaken):
    """The answer was put on another rubric while somebody was marking it."""

    message = N_("The rubric changed while you were marking. Your mark was not saved.")


@dataclass(frozen=True, slots=True)
class Marking:
    """A mark as its form sends it: what the page showed, the levels, a comment.

    `replaces` is the id of the mark to be changed, 0 for a new one.
    """

    round: Round | None
    rubric_version_id: int
    levels: Levels
    comment: str
    replaces: int = 0


def judge(sheet: Sheet, levels: Levels) -> Fraction:
    """What the levels earn of the whole answer; raises NotJudged with every problem."""
    problems: dict[str, Invalid] = {}
    judged: dict[str, Fraction] = {}
    for entry in sheet.judged:
        chosen = levels.get(entry.name, {})
        found = _problems(entry, chosen)
        if found:
            problems.update(found)
            continue
        try:
            judged[entry.name] = rubric.share(entry.content.rubric, chosen)
        except Invalid as refusal:
            problems[entry.name] = refusal
    if problems:
        raise NotJudged(problems)
    mark = item.grade(sheet.asked.item, sheet.answer, is_strict=False, judged=judged)
    assert mark.share is not None  # noqa: S101 - every part that waited is judged
    return mark.share


def _problems(entry: JudgedPart, chosen: Mapping[str, str]) -> dict[str, Invalid]:
    known = entry.content.rubric.named()
    found: dict[str, Invalid] = {}
    unknown = sorted(set(chosen) - set(known))
    if unknown:
        found[entry.name] = CriterionUnknown(criterion=unknown[0])
    for name, criterion in known.items():
        level = chosen.get(name)
        if not level:
            found[f"{entry.name}-{name}"] = LevelMissing(criterion=criterion.title)
        elif level not in criterion.named():
            found[f"{entry.name}-{name}"] = LevelUnknown(criterion=criterion.title)
    return found


def give_mark(ctx: Context, code: str, key: AnswerKey, marking: Marking) -> Sheet:
    """Give or change a mark; the sheet as it is then. The same mark sent twice is given once."""
    attempt = ctx.session.get(Attempt, key.attempt_id, with_for_update=True, populate_existing=True)
    if attempt is None:
        raise NotFound
    policy.demand(ctx.actor, Permission.ATTEMPT_MARK, Belonging(course_id=attempt.course_id))
    sheet = answers.read_sheet(ctx, code, key)
    if marking.rubric_version_id != sheet.rubric_version_id:
        raise RubricChanged
    share = judge(sheet, marking.levels)
    _demand_comment(marking.comment)
    if _is_repeated(sheet, marking):
        return sheet
    replaced = _replaced(sheet, marking)
    if replaced is not None:
        replaced.replaced_at = ctx.now
        ctx.session.flush()
    mark = ItemMark(
        attempt_id=key.attempt_id,
        slot=key.slot,
        round=replaced.round if replaced else sheet.turn,
        marker_id=ctx.actor.user_id,
        question_version_id=sheet.rubric_version_id,
        levels={part: dict(chosen) for part, chosen in marking.levels.items()},
        share=str(share),
        comment=marking.comment,
        marked_at=ctx.now,
    )
    ctx.session.add(mark)
    ctx.session.flush()
    sheet = answers.read_sheet(ctx, code, key)
    _settle(ctx, attempt, sheet)
    audit.record(
        ctx,
        "mark.changed" if replaced else "mark.given",
        attempt,
        question=key.slot,
        round=mark.round,
        mark=mark.id,
        replaces=replaced.id if replaced else None,
        share=mark.share,
        verdict=attempt.verdict,
    )
    return sheet


def _demand_comment(comment: str) -> None:
    if len(comment) > LONGEST_COMMENT:
        raise NotJudged(
            {"comment": Invalid(N_("Use at most %(count)s characters."), count=LONGEST_COMMENT)}
        )


def _is_repeated(sheet: Sheet, marking: Marking) -> bool:
    """Whether it says what this marker's present mark says already."""
    return any(
        mark.marker_id == sheet.marker_id
        and mark.levels == marking.levels
        and mark.comment == marking.comment
        and (mark.round == marking.round or mark.id == marking.replaces)
        for mark in sheet.marks.values()
    )


def _replaced(sheet: Sheet, marking: Marking) -> ItemMark | None:
    """The mark this one changes, if any; raises where it is not this marker's turn."""
    if marking.replaces:
        if sheet.changeable is None or sheet.changeable.id != marking.replaces:
            raise ChangedMeanwhile
        return sheet.changeable
    if sheet.turn is None:
        raise MarkedMeanwhile
    # Who began as first may turn out to be second: neither has seen the other's mark.
    is_expected = marking.round == sheet.turn or sheet.turn is Round.SECOND
    if not is_expected:
        raise MarkedMeanwhile
    return None


def _settle(ctx: Context, attempt: Attempt, sheet: Sheet) -> None:
    """Let the marks count once they are final; until then the former result stays in force."""
    place = ctx.session.get_one(
        AttemptItem, (sheet.key.attempt_id, sheet.key.slot), populate_existing=True
    )
    share = sheet.outcome.share
    if share is None:
        if not sheet.waits:
            _ask_again(ctx, sheet)
        return
    place.share = str(Fraction(share == 1) if place.hazard is not None else share)
    if sheet.remarking is not None:
        sheet.remarking.done_at = ctx.now
    ctx.session.flush()
    recount(ctx, [attempt.id])
    ctx.publish(AttemptGraded(attempt.id, attempt.user_id, attempt.course_id, attempt.quiz_id))


def _ask_again(ctx: Context, sheet: Sheet) -> None:
    """A change made two final marks differ too much: a moderator decides, the result waits."""
    ctx.session.add(
        Remarking(
            attempt_id=sheet.key.attempt_id,
            slot=sheet.key.slot,
            question_version_id=sheet.rubric_version_id,
            asked_by=ctx.actor.user_id,
            asked_at=ctx.now,
        )
    )
    ctx.session.flush()
