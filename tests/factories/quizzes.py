"""Quizzes beside those of the sample bank."""

from typing import Any

from quizapp.features.courses import queries as course_queries
from quizapp.features.quizzes import commands
from quizapp.formats.bank_files.models import Quiz as Definition
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.factories.content_sync import COURSE


def make_definition(slug: str = "extra", **changes: Any) -> Definition:
    """A graded quiz of one question without any limit; a pass mark comes with its reason."""
    reason = f"Panel for {changes['pass_mark']} percent" if "pass_mark" in changes else ""
    values = {
        "id": slug,
        "title": "Extra",
        "sections": [{"items": ["nc-1"]}],
        "shuffle_questions": False,
        "change_reason": reason,
        **changes,
    }
    return Definition.model_validate(values)


def make_quiz(site: Site, slug: str = "extra", **changes: Any) -> str:
    """Publish a quiz (or a new version of it); its slug."""

    def command(ctx: Context) -> None:
        course = course_queries.get_course(ctx, COURSE)
        commands.save_quiz(ctx, course, make_definition(slug, **changes))

    site.perform(command)
    return slug
