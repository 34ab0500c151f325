"""The fields with which an author writes prompts with their answers."""

from collections.abc import Mapping
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from quizapp.domain.errors import N_
from quizapp.question_types.authoring import Path, at_most, one_kind_of_newline
from quizapp.question_types.base import Problem
from quizapp.question_types.choices_form import harm_field, harm_of
from quizapp.question_types.matching.content import (
    FEWEST_PAIRS,
    LONGEST_ANSWER,
    LONGEST_PROMPT,
    LONGEST_RATIONALE,
    MOST_DISTRACTORS,
    MOST_PAIRS,
    SCORINGS,
    Content,
    Distractor,
    Pair,
    Scoring,
)
from quizapp.question_types.rows_form import Rows, RowsForm, add_error, given_names

FIRST_ROWS = 4
CHOICES = [SelectChoice(scoring.value, _(text)) for scoring, text in SCORINGS.items()]
FEW_PAIRS = Problem(
    "few-pairs",
    N_("The question has fewer than two pairs."),
    ("pairs",),
    N_("Write prompts and the answer to each."),
)
HALF_A_PAIR = Problem(
    "half-a-pair", N_("A pair is incomplete."), remedy=N_("Write both, or remove the pair.")
)
_PAIR = {"id": "", "prompt": "", "answer": "", "rationale": "", "harm": ""}


class PairForm(Form):
    """One pair; `id` is its stable name and never seen."""

    id = HiddenField()
    prompt = TextAreaField(_("Prompt"), [at_most(LONGEST_PROMPT)], filters=[one_kind_of_newline])
    answer = StringField(_("Answer"), [at_most(LONGEST_ANSWER)])
    rationale = TextAreaField(
        _("Why they belong together"), [at_most(LONGEST_RATIONALE)], filters=[one_kind_of_newline]
    )
    harm = harm_field()


class DistractorForm(Form):
    """An answer that belongs to no prompt."""

    text = StringField(_("Distractor"), [at_most(LONGEST_ANSWER)])
    harm = harm_field()


class AuthoringForm(RowsForm):
    """Pairs in the author's order and answers beside them. Rows without words are left out."""

    pairs = FieldList(FormField(PairForm))
    distractors = FieldList(FormField(DistractorForm))
    shuffle = BooleanField(_("Shuffle prompts for each learner"))
    scoring = SelectField(
        _("How a partly right answer counts"),
        [AnyOf([choice.value for choice in CHOICES], message=_("Choose a way of scoring"))],
        choices=CHOICES,
        default=Scoring.PER_PAIR.value,
        validate_choice=False,
        description=_("Safety-critical questions are always all or nothing."),
    )

    lists: ClassVar[Mapping[str, Rows]] = {
        "pairs": Rows(PairForm, _PAIR, MOST_PAIRS, ("prompt", "answer", "rationale"), "prompt"),
        "distractors": Rows(DistractorForm, {"text": "", "harm": ""}, MOST_DISTRACTORS),
    }

    @classmethod
    def values_of(cls, content: Any) -> dict[str, Any]:
        pairs = [
            {**pair.model_dump(mode="json"), "id": name, "harm": str(pair.harm or "")}
            for name, pair in content.by_id.items()
        ]
        others = [{"text": d.text, "harm": str(d.harm or "")} for d in content.distractors]
        rest = content.model_dump(mode="json", exclude={"pairs", "distractors"})
        return {**rest, "pairs": pairs, "distractors": others}

    @classmethod
    def values_for_new(cls) -> dict[str, Any]:
        return {
            "pairs": [dict(_PAIR) for _row in range(FIRST_ROWS)],
            "distractors": [{"text": "", "harm": ""}],
        }

    def _pairs(self) -> list[dict[str, Any]]:
        rows = self.kept_rows("pairs")
        names = given_names([row["id"] for row in rows], [row["prompt"] or "" for row in rows])
        return [
            {
                "id": name,
                "prompt": row["prompt"] or "",
                "answer": row["answer"] or "",
                "rationale": row["rationale"] or "",
                "harm": harm_of(row["harm"]),
            }
            for name, row in zip(names, rows, strict=True)
        ]

    def _distractors(self) -> list[dict[str, Any]]:
        rows = self.kept_rows("distractors")
        return [{"text": row["text"], "harm": harm_of(row["harm"])} for row in rows]

    def document(self) -> dict[str, Any]:
        return {
            "pairs": self._pairs(),
            "distractors": self._distractors(),
            "shuffle": self.shuffle.data,
            "scoring": self.scoring.data,
        }

    def sketch(self) -> Content:
        pairs = tuple(
            Pair.model_construct(
                **{
                    **pair,
                    "prompt": pair["prompt"].strip()[:LONGEST_PROMPT] or "…",
                    "answer": pair["answer"].strip()[:LONGEST_ANSWER] or "…",
                    "rationale": pair["rationale"][:LONGEST_RATIONALE],
                }
            )
            for pair in self._pairs()
        )
        others = tuple(
            Distractor.model_construct(**{**other, "text": other["text"][:LONGEST_ANSWER]})
            for other in self._distractors()
        )
        known = {choice.value for choice in CHOICES}
        scoring = self.scoring.data if self.scoring.data in known else Scoring.PER_PAIR
        return Content.model_construct(
            pairs=pairs,
            distractors=others,
            shuffle=bool(self.shuffle.data),
            scoring=Scoring(scoring),
        )

    def validate(self, extra_validators: Any = None) -> bool:
        is_right = bool(super().validate(extra_validators))
        kept = self.kept("pairs")
        for place in kept:
            row = self.pairs[place].form
            for field, text in (
                (row.prompt, _("Write the prompt of pair %(number)s", number=place + 1)),
                (row.answer, _("Write the answer of pair %(number)s", number=place + 1)),
            ):
                if not (field.data or "").strip():
                    add_error(field, text)
                    is_right = False
        if len(kept) < FEWEST_PAIRS:
            target = self.pairs[0].form.prompt if self.pairs.entries else self.pairs
            add_error(target, _("Write at least two pairs"))
            is_right = False
        return is_right

    def problems(self) -> list[Problem]:
        pairs = self._pairs()
        if len(pairs) < FEWEST_PAIRS:
            return [FEW_PAIRS]
        halves = [
            HALF_A_PAIR.at("pairs", number, field)
            for number, pair in enumerate(pairs)
            for field in ("prompt", "answer")
            if not pair[field].strip()
        ]
        return halves or super().problems()

    def name_of(self, path: Path) -> Any:
        found = self.row_at(path)
        if found is None:
            return ""
        name, place = found
        if name == "pairs":
            return _("Pair %(number)s", number=place + 1)
        return _("Distractor %(number)s", number=place + 1)
