"""The fields that every question has, whatever its type."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    Field,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from quizapp.features.questions.models import OBJECTIVE, REFERENCE
from quizapp.features.questions.queries import wording
from quizapp.features.questions.queries.surroundings import Surroundings
from quizapp.formats.bank_files.models import CODE
from quizapp.question_types import authoring
from quizapp.web.forms import Form, at_most

LONGEST_STEM, LONGEST_RATIONALE = 20_000, 8000
MOST_TAGS = 20
LONGEST_TAG = 60


def _tidy(text: str | None) -> str | None:
    return (authoring.one_kind_of_newline(text) or "").strip() if text is not None else None


class ChecklistField(SelectMultipleField):
    """Check boxes; a value the course does not offer is refused in plain words."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        del form
        known = {choice.value for choice in self.choices}
        if not known.issuperset(self.data or ()):
            raise ValidationError(gettext("Choose from the list"))


class QuestionForm(Form):
    """What every question has; `revision` and `digest` say which text the author began with."""

    stem = TextAreaField(
        _("Stem"),
        [DataRequired(_("Write the question")), at_most(LONGEST_STEM)],
        filters=[_tidy],
        description=_(
            "Put the problem here, so that one could answer it with the options covered."
        ),
    )
    rationale = TextAreaField(
        _("Rationale for everybody"),
        [at_most(LONGEST_RATIONALE)],
        filters=[_tidy],
        description=_("Shown after the quiz, whatever was answered."),
    )
    objectives = ChecklistField(_("Objectives"))
    level = SelectField(
        _("Thinking level"),
        validate_choice=False,
        description=_("What answering asks of the mind."),
    )
    evidence = SelectField(
        _("Strength of evidence"),
        validate_choice=False,
        description=_("For the claim behind the right answer."),
    )
    hazard = SelectField(
        _("Safety-critical"),
        validate_choice=False,
        description=_("Missing this question means “not safe yet”, whatever the score."),
    )
    references = ChecklistField(_("References"))
    tags = StringField(
        _("Tags"),
        [at_most(1200)],
        filters=[_tidy],
        description=_("Separated by commas, for example hygiene, sharps-box."),
    )
    revision = HiddenField()
    digest = HiddenField()
    copy_of = HiddenField()

    def __init__(
        self, course: Surroundings, kept: Mapping[str, Sequence[str]], **options: Any
    ) -> None:
        """`kept` are labels of the question that the course may offer no more."""
        super().__init__(**options)
        self.objectives.choices = _offered(
            {code: f"{code}: {text}" for code, text in course.objectives.items()},
            kept.get(OBJECTIVE, ()),
        )
        self.references.choices = _offered(
            {code: source.text for code, source in course.references.items()},
            kept.get(REFERENCE, ()),
        )
        self.level.choices = [SelectChoice("", _("Choose")), *_translated(wording.LEVELS)]
        self.evidence.choices = [
            SelectChoice("", _("Not stated")),
            *_translated(wording.EVIDENCE),
        ]
        self.hazard.choices = [
            SelectChoice("", _("No")),
            *_offered(course.hazards, kept.get("hazard", ())),
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        is_right = bool(super().validate(extra_validators))
        for field in (self.level, self.evidence, self.hazard):
            if (field.data or "") not in {choice.value for choice in field.choices}:
                is_right = _refuse(field, gettext("Choose from the list"))
        tags = self.tag_list()
        wrong = next((tag for tag in tags if not _is_tag(tag)), None)
        if wrong is not None:
            text = gettext("Use letters, digits and hyphens in a tag, like sharps-box")
            is_right = _refuse(self.tags, text)
        elif len(tags) > MOST_TAGS:
            text = gettext("Use at most %(count)s tags", count=MOST_TAGS)
            is_right = _refuse(self.tags, text)
        return is_right

    def tag_list(self) -> list[str]:
        tags = re.split(r"[,\n]", self.tags.data or "")
        return list(dict.fromkeys(tag.strip() for tag in tags if tag.strip()))


def _offered(known: Mapping[str, str], kept: Iterable[str]) -> list[SelectChoice]:
    """The course's choices, and what the question has beyond them."""
    gone = [code for code in kept if code not in known]
    return [
        *(SelectChoice(code, text) for code, text in known.items()),
        *(SelectChoice(c, _("%(code)s (no longer in the course)", code=c)) for c in gone),
    ]


def _translated(words: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice(str(value), gettext(text)) for value, text in words.items()]


def _is_tag(text: str) -> bool:
    return len(text) <= LONGEST_TAG and re.fullmatch(CODE, text) is not None


def _refuse(field: Field, text: str) -> bool:
    field.errors = [*field.errors, text]
    return False
