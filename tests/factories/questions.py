"""Questions as an author on the site writes them."""

from typing import Any

from quizapp.domain.access.roles import SYSTEM, Actor
from quizapp.features.courses import queries as course_queries
from quizapp.features.questions import commands, queries
from quizapp.features.questions.commands import QuestionDraft
from quizapp.features.questions.models import Question
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.factories.content_sync import COURSE


def make_draft(stem: str = "Is a needle used twice?", **changes: Any) -> QuestionDraft:
    """A true-or-false question that can go live as it is."""
    content = {
        "key": False,
        "when_true": {"rationale": "It is used once."},
        "when_false": {"rationale": "It is used once."},
    }
    values: dict[str, Any] = {
        "body": {"parts": [{"name": "r1", "type": "true_false", "content": content}]},
        "level": "remember",
        "labels": {"objective": ["NC-1"], "reference": ["R1"]},
        **changes,
    }
    return QuestionDraft(stem=stem, **values)


def make_question(
    site: Site,
    draft: QuestionDraft | None = None,
    *,
    code: str | None = None,
    is_live: bool = True,
    author: Actor = SYSTEM,
) -> Question:
    def command(ctx: Context) -> Question:
        course = course_queries.get_course(ctx, COURSE)
        question = commands.create_question(ctx, course.id, draft or make_draft(), code)
        if is_live:
            commands.publish_question(ctx, question)
        return question

    return site.perform(command, actor=author)


def edit_question(site: Site, code: str, *, author: Actor = SYSTEM, **changes: Any) -> None:
    """Write a new draft over what is shown now and publish it."""

    def command(ctx: Context) -> None:
        question = queries.get_question(ctx, code)
        shown = queries.get_shown_version(ctx, question)
        values: dict[str, Any] = {
            "stem": shown.stem,
            "body": shown.body,
            "level": shown.level,
            "rationale": shown.rationale,
            "figure": shown.figure,
            "evidence": shown.evidence,
            "hazard": shown.hazard,
            "labels": shown.labels,
            **changes,
        }
        revision = shown.revision if question.draft_version_id else 0
        commands.save_draft(ctx, question, QuestionDraft(**values), revision)
        commands.publish_question(ctx, question)

    site.perform(command, actor=author)
