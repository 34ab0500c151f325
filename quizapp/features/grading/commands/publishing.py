"""Making a draft live after somebody has read exactly that draft."""

from quizapp.features.questions import commands as question_commands
from quizapp.features.questions.commands import DraftChanged, NothingToPublish
from quizapp.features.questions.models import Question, QuestionVersion
from quizapp.infrastructure.context import Context


def publish_reviewed(ctx: Context, question: Question, digest: str, note: str) -> QuestionVersion:
    """Publish the draft with this fingerprint; raises DraftChanged if it is another by now."""
    question = ctx.fresh(question)
    if question.draft_version_id is None:
        raise NothingToPublish
    draft = ctx.session.get_one(QuestionVersion, question.draft_version_id)
    if draft.digest != digest:
        raise DraftChanged
    return question_commands.publish_question(ctx, question, note)
