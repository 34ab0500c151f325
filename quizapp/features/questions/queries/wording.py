"""The words of the bank, to be translated where they are shown."""

from quizapp.domain.errors import N_
from quizapp.formats.bank_files.models import Evidence, Level
from quizapp.question_types import registry

LEVELS: dict[str, str] = {
    Level.REMEMBER: N_("Remember"),
    Level.UNDERSTAND: N_("Understand"),
    Level.APPLY: N_("Apply"),
    Level.ANALYSE: N_("Analyse"),
    Level.EVALUATE: N_("Evaluate"),
}
LEVEL_HINTS: dict[str, str] = {
    Level.REMEMBER: N_("Recall a fact"),
    Level.UNDERSTAND: N_("Explain or compare"),
    Level.APPLY: N_("Use it in a usual case"),
    Level.ANALYSE: N_("Tell what matters in a case"),
    Level.EVALUATE: N_("Weigh and decide"),
}
EVIDENCE: dict[str, str] = {
    Evidence.STRONG: N_("Strong"),
    Evidence.MODERATE: N_("Moderate"),
    Evidence.LIMITED: N_("Limited"),
    Evidence.CONFLICTING: N_("Conflicting"),
    Evidence.THEORY: N_("Theory"),
}
STATES: dict[str, str] = {
    "live": N_("Live"),
    "draft": N_("With a draft"),
    "retired": N_("Retired"),
}


def type_labels() -> dict[str, str]:
    """The name of each question type."""
    return {kind.name: kind.label for kind in registry.TYPES}
