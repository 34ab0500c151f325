"""What is asked before marks are corrected."""

import hashlib
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired

from quizapp.features.grading.models import ACCEPT, FULL_MARKS, NEW_KEY, VOID
from quizapp.features.grading.queries.dry_runs import Choices
from quizapp.formats import markdown
from quizapp.question_types.accepting import Accepted
from quizapp.web.forms import Form, at_most, strip

LONGEST_REASON, LONGEST_ANSWER, LONGEST_WORDS = 500, 200, 90


class CorrectionForm(Form):
    """What is to count from now on, in which versions, and why. `digest` names a dry run."""

    kind = RadioField(_("What is to count?"), validate_choice=False)
    accepted = SelectField(_("Which answer is right too?"), validate_choice=False)
    text = StringField(
        _("The answer, in words or figures"),
        [at_most(LONGEST_ANSWER)],
        filters=[strip],
        description=_("It is compared as the question compares its own answers."),
    )
    version = SelectField(_("In which versions?"), validate_choice=False)
    is_never_lower = BooleanField(
        _("Never lower"),
        description=_(
            "Nobody’s points go down. A safety-critical question that is wrong by the new key "
            "still counts as missed."
        ),
    )
    reason = TextAreaField(
        _("Why"),
        [DataRequired(_("Say why the marks are corrected")), at_most(LONGEST_REASON)],
        filters=[strip],
        description=_("Learners whose marks change can read it."),
    )
    digest = HiddenField()

    def __init__(self, *, choices: Choices, **options: Any) -> None:
        super().__init__(**options)
        self._choices = choices
        self._accepted = answers_by_value(choices)
        self.kind.choices = self._kinds()
        self.accepted.choices = [("", gettext("Choose an answer")), *self._answers()]
        self.version.choices = [
            ("", gettext("All versions that fit")),
            *(
                (str(v.version.number), gettext("Version %(number)s", number=v.version.number))
                for v in choices.versions
            ),
        ]

    def _kinds(self) -> list[tuple[str, str]]:
        known = {
            ACCEPT: (self._choices.can_accept, gettext("Another answer is right too")),
            NEW_KEY: (
                bool(self._choices.rekeyable) and self._choices.is_automatic,
                gettext("The newest key for answers to older versions"),
            ),
            VOID: (True, gettext("The question counts for nothing")),
            FULL_MARKS: (True, gettext("Full marks for everybody")),
        }
        return [(kind, label) for kind, (is_possible, label) in known.items() if is_possible]

    def _answers(self) -> list[tuple[str, str]]:
        words = {a.accepted: gettext(a.label) for a in self._choices.alternatives}
        words |= {
            a.accepted: gettext("%(answer)s (given %(count)s times)", answer=a.words, count=a.count)
            for a in self._choices.answers
        }
        return [(v, _shortened(words[answer])) for v, answer in self._accepted.items()]

    def validate_kind(self, field: Any) -> None:
        if field.data not in dict(self.kind.choices):
            raise ValidationError(gettext("Choose what is to count"))

    def validate_accepted(self, field: Any) -> None:
        if self.kind.data == ACCEPT and field.data not in {"", None, *self._accepted}:
            raise ValidationError(gettext("Choose from the list"))
        if self.kind.data == ACCEPT and self.answer is None:
            raise ValidationError(gettext("Say which answer is right too"))

    def validate_version(self, field: Any) -> None:
        if field.data not in {None, *dict(self.version.choices)}:
            raise ValidationError(gettext("Choose from the list"))

    @property
    def answer(self) -> Accepted | None:
        """The answer that is to count as right too."""
        if self.accepted.data in self._accepted:
            return self._accepted[self.accepted.data]
        if self.text.data and self._choices.text_parts:
            return Accepted(self._choices.text_parts[0], self.text.data)
        return None

    @property
    def answer_words(self) -> str:
        """That answer as the form names it."""
        chosen = dict(self.accepted.choices).get(self.accepted.data or "")
        return str(chosen if self.accepted.data in self._accepted else self.text.data or "")

    @property
    def version_id(self) -> int | None:
        """The one version it is about; None for all."""
        numbers = {str(number): id_ for id_, number in self._choices.numbers().items()}
        return numbers.get(self.version.data or "")


def answers_by_value(choices: Choices) -> dict[str, Accepted]:
    """What the list of answers offers; whole answers go by a fingerprint."""
    offered = [a.accepted for a in choices.alternatives] + [a.accepted for a in choices.answers]
    return {_value_of(accepted): accepted for accepted in offered}


def _value_of(accepted: Accepted) -> str:
    if accepted.whole:
        return hashlib.sha256(accepted.whole.encode()).hexdigest()[:16]
    return f"{accepted.part}:{accepted.answer}"


def _shortened(words: str) -> str:
    text = " ".join(markdown.to_plain(words).split())
    return text if len(text) <= LONGEST_WORDS else text[:LONGEST_WORDS].rsplit(" ", 1)[0] + " …"
