"""Matching: prompts whose answers are chosen from one list, with answers that belong to none."""

from fractions import Fraction
from typing import Any

from quizapp.domain.errors import N_
from quizapp.question_types.base import Example, QuestionType
from quizapp.question_types.matching import grading
from quizapp.question_types.matching.content import Content, Response

MATCHING = QuestionType(
    name="matching",
    label=N_("Matching"),
    content=Content,
    response=Response,
    present=grading.present,
    read=grading.read,
    grade=grading.grade,
    key=grading.key,
    tally=grading.tally,
    item_text=grading.item_text,
    answer_view=grading.answer_view,
    feedback_view=grading.feedback_view,
    describe=grading.describe,
    hint=N_("Prompts whose answers are chosen from one list"),
)


def _content(answers: tuple[str, ...], **more: Any) -> dict[str, Any]:
    prompts = (
        ("rhomboid", "Rhomboid major", "It lies on the ribs, and the pleura behind them."),
        ("piriformis", "Piriformis", "The nerve leaves the pelvis right below it."),
        ("quadratus", "Quadratus lumborum", "The kidney lies in front of its upper part."),
    )
    pairs = [
        {"id": name, "prompt": prompt, "answer": answer, "rationale": why, "harm": "dangerous"}
        for (name, prompt, why), answer in zip(prompts, answers, strict=True)
    ]
    return {"pairs": pairs, "distractors": [{"text": "Ulnar nerve"}], **more}


def _used(answers: tuple[str, ...]) -> dict[str, Any]:
    prompts = (
        ("needle", "Needle", "It can prick."),
        ("tube", "Guide tube", "It is blunt and touches nothing but skin."),
        ("lancet", "Lancet", "It can prick, too."),
    )
    return {
        "pairs": [
            {"id": name, "prompt": prompt, "answer": answer, "rationale": why}
            for (name, prompt, why), answer in zip(prompts, answers, strict=True)
        ]
    }


_STEM = "Match each muscle to the structure most at risk when it is needled."
_RIGHT = {
    "matches": {
        "rhomboid": "Pleura and lung",
        "piriformis": "Sciatic nerve",
        "quadratus": "Kidney",
    }
}
_TWO = {"matches": {**_RIGHT["matches"], "quadratus": "Ulnar nerve"}}
_ONE = {"matches": {"rhomboid": "Pleura and lung"}}
_NONE = {"matches": {"rhomboid": "Ulnar nerve", "piriformis": "Ulnar nerve"}}

EXAMPLES = (
    Example(
        title="A share for every right pair",
        stem=_STEM,
        content=_content(("Pleura and lung", "Sciatic nerve", "Kidney")),
        right=[_RIGHT],
        partly=[(_TWO, Fraction(2, 3)), (_ONE, Fraction(1, 3))],
        wrong=[{"matches": {}}, _NONE],
        malformed=[
            {"-1": ["5"]},
            {"-1": ["x"]},
            {"-1": ["1", "2"]},
            {"-4": ["1"]},
            {"-rhomboid": ["1"]},
        ],
        other=_content(("Kidney", "Pleura and lung", "Sciatic nerve")),
    ),
    Example(
        title="All or nothing, prompts in another order for each learner",
        stem=_STEM,
        content=_content(
            ("Pleura and lung", "Sciatic nerve", "Kidney"), scoring="all_or_nothing", shuffle=True
        ),
        right=[_RIGHT],
        wrong=[{"matches": {}}, _TWO, _ONE],
        other=_content(
            ("Kidney", "Pleura and lung", "Sciatic nerve"), scoring="all_or_nothing", shuffle=True
        ),
    ),
    Example(
        title="Prompts that share an answer",
        stem="Where does each of these go after use?",
        content=_used(("Sharps box", "Household waste", "Sharps box")),
        right=[
            {"matches": {"needle": "Sharps box", "tube": "Household waste", "lancet": "Sharps box"}}
        ],
        partly=[({"matches": {"lancet": "Sharps box"}}, Fraction(1, 3))],
        wrong=[{"matches": {}}, {"matches": {"tube": "Sharps box"}}],
        other=_used(("Household waste", "Sharps box", "Sharps box")),
    ),
)
