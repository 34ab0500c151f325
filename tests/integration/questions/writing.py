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
}
TYPES = sorted(OWN)


def fields_for(kind: str, **changes: Any) -> dict[str, Any]:
    harms = {f"part-options-{n}-harm": "" for n in range(3)} if kind != "true_false" else {}
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
