"""The editor's two forms as one: the fields of every question, and those of its type."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from pydantic import ValidationError
from wtforms import Form as PlainForm

from quizapp.features.questions.commands import QuestionDraft
from quizapp.features.questions.forms.question import QuestionForm
from quizapp.features.questions.models import OBJECTIVE, REFERENCE, TAG, QuestionVersion
from quizapp.features.questions.queries import problems_in
from quizapp.features.questions.queries.surroundings import Surroundings
from quizapp.question_types import authoring, item
from quizapp.question_types.authoring import AuthoringForm
from quizapp.question_types.base import Problem, QuestionType
from quizapp.question_types.item import Item, Part


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something to correct before the form can be saved, and the control it is about."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Advice:
    """Something that keeps the question from going live, and the control it is about."""

    place: str
    name: Any
    message: str
    remedy: Any


class Editor:
    """The two forms of the editor as one: the common fields and those of the type."""

    def __init__(
        self,
        kind: QuestionType,
        form: QuestionForm,
        part: AuthoringForm,
        course: Surroundings,
        shown: QuestionVersion | None = None,
    ) -> None:
        self.kind = kind
        self.form = form
        self.part = part
        self.shown = shown
        # A text keeps the drawing it has: its regions were drawn on that one.
        own = item.drawings(item.from_body(shown.body)) if shown else {}
        self.figures = {**course.figures, **own}
        part.offer_figures(self.figures)

    @classmethod
    def posted(
        cls,
        kind: QuestionType,
        course: Surroundings,
        fields: Any,
        shown: QuestionVersion | None = None,
    ) -> "Editor":
        """As sent by the page."""
        form = QuestionForm(course, _kept(shown), formdata=fields)
        part = authoring.form_class(kind)(fields, prefix=f"{authoring.PREFIX}-")
        return cls(kind, form, part, course, shown)

    @classmethod
    def of_version(cls, course: Surroundings, version: QuestionVersion, revision: int) -> "Editor":
        """As a version has it."""
        (part,) = item.from_body(version.body).parts
        values = {
            "stem": version.stem,
            "rationale": version.rationale,
            "level": version.level,
            "evidence": version.evidence or "",
            "hazard": version.hazard or "",
            "objectives": list(version.labels.get(OBJECTIVE, ())),
            "references": list(version.labels.get(REFERENCE, ())),
            "tags": ", ".join(version.labels.get(TAG, ())),
            "revision": str(revision),
            "digest": version.digest,
        }
        form = QuestionForm(course, _kept(version), formdata=None, data=values)
        own = authoring.form_of(part.kind, part.content)
        return cls(part.kind, form, own, course, version)

    @classmethod
    def for_new(cls, kind: QuestionType, course: Surroundings) -> "Editor":
        found = authoring.form_class(kind)
        values = found.values_for_new()
        part = found(data=values, prefix=f"{authoring.PREFIX}-")
        return cls(kind, QuestionForm(course, {}, formdata=None), part, course)

    def press(self, action: str) -> str | None:
        """Do what one of the type's own buttons asks; the control to go on with."""
        found = self.part.pressed(action)
        if found is None:
            return None
        values, focus = found
        self.part = type(self.part)(data=values, prefix=f"{authoring.PREFIX}-")
        self.part.offer_figures(self.figures)
        return focus

    def validate(self) -> bool:
        """Whether a draft can be kept as it is; incomplete is no mistake."""
        results = [self.form.validate(), self.part.validate()]
        if not all(results):
            return False
        try:
            self._content()
        except ValidationError:
            self.form.form_errors.append(gettext("Something in the answer does not fit its type."))
            return False
        return True

    def _content(self) -> Any:
        content = self.kind.content.model_validate(self.part.document())
        return content.with_figures(self.figures)

    def mistakes(self) -> list[Mistake]:
        """What is wrong, in the order of the page."""
        found = [Mistake(place, text) for place, text in _errors_of(self.form)]
        own = [Mistake(place, text) for place, text in _errors_of(self.part)]
        first = 1 if found and found[0].place == self.form.stem.id else 0
        return [*found[:first], *own, *found[first:]]

    def draft(self) -> QuestionDraft:
        """What the forms say, for the commands; after `validate`."""
        form = self.form
        before = _kept(self.shown)
        return QuestionDraft(
            stem=form.stem.data or "",
            body=item.body_of(self.kind.name, self._content()),
            level=form.level.data or "",
            rationale=form.rationale.data or "",
            figure=self.shown.figure if self.shown else None,
            evidence=form.evidence.data or None,
            hazard=form.hazard.data or None,
            labels={
                OBJECTIVE: _in_order(form.objectives.data or (), before.get(OBJECTIVE, ())),
                REFERENCE: _in_order(form.references.data or (), before.get(REFERENCE, ())),
                TAG: form.tag_list(),
            },
        )

    def item(self) -> Item:
        """What is written so far, ready to be shown though it may be incomplete."""
        content = self.part.sketch().with_figures(self.figures)
        return Item((Part(item.FIRST, self.kind, content),))

    def advice(self) -> list[Advice]:
        """What keeps the question from going live."""
        form = self.form
        labels = {OBJECTIVE: form.objectives.data or (), REFERENCE: form.references.data or ()}
        own = self.part.problems()
        problems = problems_in(own, form.stem.data or "", form.level.data or "", labels)
        return [advice_on(problem, self.part) for problem in problems]


def advice_on(problem: Problem, part: AuthoringForm) -> Advice:
    """A problem in the words of the site, with the control to go to."""
    return Advice(
        authoring.control_of(part, problem.path),
        part.name_of(problem.path),
        problem.message,
        part.remedies.get(problem.code) or problem.remedy,
    )


def _kept(version: QuestionVersion | None) -> dict[str, Sequence[str]]:
    if version is None:
        return {}
    return {**version.labels, "hazard": [version.hazard] if version.hazard else []}


def _in_order(chosen: Iterable[str], before: Sequence[str]) -> list[str]:
    """What was there keeps its order, so that saving without a change changes nothing."""
    given = list(dict.fromkeys(chosen))
    return [c for c in before if c in given] + [c for c in given if c not in before]


def _errors_of(form: PlainForm) -> list[tuple[str, str]]:
    """Each control's first error, nested forms included, and those of the whole."""
    found = [("", str(text)) for text in form.form_errors]
    for field in form:
        if hasattr(field, "entries") and field.entries:
            for entry in field:
                found += _errors_of(entry.form)
        elif field.errors:
            found.append((field.id, str(field.errors[0])))
    return found
