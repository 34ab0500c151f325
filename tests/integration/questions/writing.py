"""What an author fills in for each type, and the content that has to become of it."""

from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from quizapp.features.questions.models import Question
from quizapp.infrastructure.site import Site
from tests.integration.questions.teaching import BANK

NEW = f"{BANK}/new?course=needle-care&type="
COMMON = {
    "stem": "Which needle is clean?\n\nThink of *both* ends.",
    "rationale": "A clean needle is sterile.",
    "objectives": ["NC-2", "NC-1"],
    "references": ["R2"],
    "level": "apply",
    "evidence": "limited",
    "hazard": "lung-injury",
    "tags": "hygiene, sharps-box",
}
OWN: dict[str, dict[str, Any]] = {
    "single_best_answer": {
        "part-options-0-text": "The wrapped one",
        "part-options-0-rationale": "It is sterile.",
        "part-options-1-text": "The wiped one",
        "part-options-1-rationale": "Wiping is not enough.",
        "part-options-1-harm": "suboptimal",
        "part-options-2-text": "None of them",
        "part-options-2-rationale": "One is.",
        "part-options-2-harm": "harmless",
        "part-options-2-pinned": "y",
        "part-key": "0",
    },
    "multiple_response": {
        "part-options-0-text": "The wrapped one",
        "part-options-0-rationale": "It is sterile.",
        "part-options-0-key": "y",
        "part-options-1-text": "The new one",
        "part-options-1-rationale": "It is sterile too.",
        "part-options-1-key": "y",
        "part-options-2-text": "The bent one",
        "part-options-2-rationale": "It is waste.",
        "part-options-2-harm": "dangerous",
        "part-scoring": "per_option",
        "part-shuffle": "y",
    },
    "true_false": {
        "part-key": "false",
        "part-true_rationale": "It is not.",
        "part-true_harm": "dangerous",
        "part-false_rationale": "Well seen.",
        "part-false_harm": "",
    },
    "numeric": {
        "part-answers-0-value": "0.25",
        "part-answers-0-share": "1",
        "part-answers-0-rationale": "As printed.",
        "part-answers-0-harm": "",
        "part-answers-0-tolerance": "",
        "part-answers-0-by": "",
        "part-answers-1-value": "2.5",
        "part-answers-1-share": "0",
        "part-answers-1-rationale": "Ten times too thick.",
        "part-answers-1-harm": "dangerous",
        "part-answers-1-tolerance": "percent",
        "part-answers-1-by": "10",
        "part-tolerance": "absolute",
        "part-by": "0.01",
        "part-units": "mm\ncm = 10",
        "part-unit_input": "choose",
        "part-unit_penalty": "1/2",
    },
    "short_text": {
        "part-answers-0-text": "pneumothorax",
        "part-answers-0-share": "1",
        "part-answers-0-rationale": "Air around the lung.",
        "part-answers-0-harm": "",
        "part-answers-0-typos": "2",
        "part-answers-1-text": "collapsed *",
        "part-answers-1-share": "1/2",
        "part-answers-1-rationale": "What follows of it.",
        "part-answers-1-harm": "",
        "part-answers-1-typos": "0",
        "part-ignore_case": "y",
        "part-ignore_accents": "y",
    },
    "cloze": {
        "part-text": "Needles are {{count}} and {{state}}.",
        "part-gaps-0-type": "number",
        "part-gaps-0-name": "count",
        "part-gaps-0-weight": "2",
        "part-gaps-0-answers-0-value": "1",
        "part-gaps-0-answers-0-share": "1",
        "part-gaps-0-answers-0-rationale": "One at a time.",
        "part-gaps-0-answers-0-harm": "",
        "part-gaps-0-answers-0-tolerance": "",
        "part-gaps-0-answers-0-by": "",
        "part-gaps-0-tolerance": "exact",
        "part-gaps-0-by": "",
        "part-gaps-0-units": "",
        "part-gaps-0-unit_input": "shown",
        "part-gaps-0-unit_penalty": "1",
        "part-gaps-1-type": "choice",
        "part-gaps-1-name": "state",
        "part-gaps-1-weight": "1",
        "part-gaps-1-key": "1",
        "part-gaps-1-options-0-text": "wiped",
        "part-gaps-1-options-0-rationale": "Wiping is not enough.",
        "part-gaps-1-options-0-harm": "dangerous",
        "part-gaps-1-options-1-text": "sterile",
        "part-gaps-1-options-1-rationale": "As they come.",
        "part-gaps-1-options-1-harm": "",
        "part-gaps-1-shuffle": "y",
    },
}
CONTENT: dict[str, dict[str, Any]] = {
    "single_best_answer": {
        "choices": [
            {"text": "The wrapped one", "key": True, "rationale": "It is sterile."},
            {"text": "The wiped one", "rationale": "Wiping is not enough.", "harm": "suboptimal"},
            {
                "text": "None of them",
                "rationale": "One is.",
                "harm": "harmless",
                "pinned": True,
            },
        ],
        "shuffle": False,
    },
    "multiple_response": {
        "choices": [
            {"text": "The wrapped one", "key": True, "rationale": "It is sterile."},
            {"text": "The new one", "key": True, "rationale": "It is sterile too."},
            {"text": "The bent one", "rationale": "It is waste.", "harm": "dangerous"},
        ],
        "scoring": "per_option",
        "say_how_many": False,
    },
    "true_false": {
        "key": False,
        "when_true": {"rationale": "It is not.", "harm": "dangerous"},
        "when_false": {"rationale": "Well seen."},
    },
    "numeric": {
        "answers": [
            {"rationale": "As printed.", "value": "0.25"},
            {
                "share": "0",
                "rationale": "Ten times too thick.",
                "harm": "dangerous",
                "value": "2.5",
                "tolerance": {"percent": "10"},
            },
        ],
        "tolerance": {"absolute": "0.01"},
        "units": [{"name": "mm"}, {"name": "cm", "factor": "10"}],
        "unit_input": "choose",
        "unit_penalty": "1/2",
    },
    "short_text": {
        "answers": [
            {"rationale": "Air around the lung.", "text": "pneumothorax", "typos": 2},
            {"share": "1/2", "rationale": "What follows of it.", "text": "collapsed *"},
        ],
        "ignore_accents": True,
    },
    "cloze": {
        "text": "Needles are {{count}} and {{state}}.",
        "gaps": [
            {
                "type": "number",
                "name": "count",
                "weight": 2,
                "answers": [{"rationale": "One at a time.", "value": "1"}],
            },
            {
                "type": "choice",
                "name": "state",
                "choices": [
                    {
                        "text": "wiped",
                        "rationale": "Wiping is not enough.",
                        "harm": "dangerous",
                    },
                    {"text": "sterile", "key": True, "rationale": "As they come."},
                ],
            },
        ],
    },
}
TYPES = sorted(OWN)


def fields_for(kind: str, **changes: Any) -> dict[str, Any]:
    has_options = "part-options-0-text" in OWN[kind]
    harms = {f"part-options-{n}-harm": "" for n in range(3)} if has_options else {}
    return {**COMMON, **harms, **OWN[kind], **changes}


def newest(site: Site) -> str:
    """The code of the question made last."""
    return max(
        (code for code in codes(site) if code.startswith("Q-")), key=lambda code: int(code[2:])
    )


def codes(site: Site) -> list[str]:
    with site.reading() as ctx:
        return list(ctx.session.scalars(select(Question.code)))


def sent_again(form: MultiDict[str, str], **changes: Any) -> dict[str, Any]:
    return {**form.to_dict(flat=False), **changes}
