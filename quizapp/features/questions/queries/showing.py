"""A version of a question as its page shows it: as learners see it, and with key and reasons."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy import select

from quizapp.features.accounts.models import User
from quizapp.features.questions import queries
from quizapp.features.questions.models import Question, QuestionVersion, StimulusVersion
from quizapp.formats import figures, markdown
from quizapp.infrastructure.context import Context
from quizapp.question_types import item
from quizapp.question_types.base import HarmNote, QuestionType
from quizapp.question_types.item import Item

HEADLINE = 110


class InOrder(random.Random):
    """Chance that leaves everything where the author put it."""

    def shuffle(self, x: Any) -> None:  # noqa: ARG002 - the signature of random
        return


@dataclass(frozen=True, slots=True)
class PartShown:
    """A response field before and after release."""

    kind: QuestionType
    view: Any
    prefix: str
    feedback: Any
    harms: Sequence[HarmNote]
    shuffle_note: str


@dataclass(frozen=True, slots=True)
class CaseShown:
    """The case a question belongs to."""

    title: str
    html: Markup
    figure_html: Markup


@dataclass(frozen=True, slots=True)
class Preview:
    """A question as learners meet it, and as they read it afterwards."""

    stem_html: Markup
    figure_html: Markup
    parts: Sequence[PartShown]
    rationale: str
    case: CaseShown | None


def preview_of(version: QuestionVersion, stimulus: StimulusVersion | None) -> Preview:
    return preview(
        queries.item_of(version), version.stem, version.rationale, version.figure, stimulus
    )


def preview(
    parts: Item, stem: str, rationale: str, figure: str | None, stimulus: StimulusVersion | None
) -> Preview:
    """The author's order throughout, so that letters mean the same as in the editor."""
    orders = item.present(parts, InOrder())
    return Preview(
        stem_html=stem_html(stem),
        figure_html=figure_html(figure, "shown"),
        parts=[_part(part, orders[part.name]) for part in parts.parts],
        rationale=rationale,
        case=_case(stimulus),
    )


def _part(part: item.Part, order: Any) -> PartShown:
    nothing = part.kind.response()
    return PartShown(
        kind=part.kind,
        view=part.kind.answer_view(part.content, order, nothing),
        prefix=item.field_prefix("shown", part),
        feedback=part.kind.feedback_view(part.content, order, nothing),
        harms=part.content.harms(),
        shuffle_note=part.content.shuffle_note(),
    )


def _case(stimulus: StimulusVersion | None) -> CaseShown | None:
    if stimulus is None:
        return None
    return CaseShown(
        stimulus.title,
        markdown.to_html(stimulus.text),
        figure_html(stimulus.figure, "case"),
    )


def stem_html(stem: str) -> Markup:
    """As attempts show it: a stem of one paragraph as a line, a longer one as blocks."""
    return markdown.to_html(stem) if "\n" in stem.strip() else markdown.to_inline_html(stem)


def figure_html(svg: str | None, name: str) -> Markup:
    return figures.inline(svg, name) if svg else Markup()


def headline(stem: str) -> str:
    """A stem's words up to a length, cut between words."""
    text = " ".join(markdown.to_plain(stem).split())
    return text if len(text) <= HEADLINE else text[:HEADLINE].rsplit(" ", 1)[0] + " …"


@dataclass(frozen=True, slots=True)
class History:
    """A question's versions, the newest first, and the names of their authors."""

    versions: Sequence[QuestionVersion]
    authors: dict[int, str]

    def author_of(self, version: QuestionVersion) -> str | None:
        return self.authors.get(version.author_id or 0)

    def before(self, version: QuestionVersion) -> QuestionVersion | None:
        """The version with the next lower number."""
        return next((other for other in self.versions if other.number < version.number), None)


def get_history(ctx: Context, question: Question) -> History:
    versions = queries.list_versions(ctx, question)
    return History(versions, author_names(ctx, [version.author_id for version in versions]))


def author_names(ctx: Context, user_ids: Iterable[int | None]) -> dict[int, str]:
    """The name of each person, by id."""
    wanted = {number for number in user_ids if number is not None}
    rows = ctx.session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return dict(rows.all())
