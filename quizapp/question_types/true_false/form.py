"""The fields with which an author writes a statement to judge."""

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from quizapp.domain.errors import N_
from quizapp.question_types import authoring
from quizapp.question_types.authoring import Path, at_most, one_kind_of_newline
from quizapp.question_types.base import Problem
from quizapp.question_types.choices_form import LONGEST_RATIONALE, harm_field, harm_of
from quizapp.question_types.true_false.content import Content, Side

TRUE, FALSE = "true", "false"
NO_KEY = Problem(
    "missing-key",
    N_("Nothing says yet whether the statement is true."),
    ("key",),
    N_("Choose True or False."),
)


class AuthoringForm(authoring.AuthoringForm):
    """Whether the statement is true, and what either answer is told."""

    key = RadioField(
        _("The statement is"),
        [AnyOf([TRUE, FALSE], message=_("Say whether the statement is true or false"))],
        choices=(SelectChoice(TRUE, _("True")), SelectChoice(FALSE, _("False"))),
        validate_choice=False,
    )
    true_rationale = TextAreaField(
        _("For those who answer True"), [at_most(LONGEST_RATIONALE)], filters=[one_kind_of_newline]
    )
    true_harm = harm_field()
    false_rationale = TextAreaField(
        _("For those who answer False"), [at_most(LONGEST_RATIONALE)], filters=[one_kind_of_newline]
    )
    false_harm = harm_field()

    remedies: ClassVar = {}

    @classmethod
    def values_of(cls, content: Any) -> dict[str, Any]:
        return {
            "key": TRUE if content.key else FALSE,
            "true_rationale": content.when_true.rationale,
            "true_harm": str(content.when_true.harm or ""),
            "false_rationale": content.when_false.rationale,
            "false_harm": str(content.when_false.harm or ""),
        }

    def document(self) -> dict[str, Any]:
        return {
            "key": self.key.data == TRUE,
            "when_true": _side(self.true_rationale.data, self.true_harm.data),
            "when_false": _side(self.false_rationale.data, self.false_harm.data),
        }

    def sketch(self) -> Content:
        document = self.document()
        return Content.model_construct(
            key=document["key"] if self.key.data in {TRUE, FALSE} else None,  # type: ignore[arg-type]
            when_true=_cut(document["when_true"]),
            when_false=_cut(document["when_false"]),
        )

    def problems(self) -> list[Problem]:
        open_key = [] if self.key.data in {TRUE, FALSE} else [NO_KEY]
        return [*open_key, *super().problems()]

    def name_of(self, path: Path) -> Any:
        names = {"when_true": _("Answer True"), "when_false": _("Answer False")}
        return names.get(str(path[0]), "") if path else ""

    def place_of(self, path: Path) -> str:
        side = {"when_true": "true", "when_false": "false"}.get(str(path[0]) if path else "")
        name = f"{side}_harm" if "harm" in path else f"{side}_rationale"
        return str(self._fields[name].id if side else self.key.id)


def _cut(side: dict[str, Any]) -> Side:
    return Side.model_construct(rationale=side["rationale"][:LONGEST_RATIONALE], harm=side["harm"])


def _side(rationale: str | None, harm: str | None) -> dict[str, Any]:
    return {"rationale": rationale or "", "harm": harm_of(harm)}
