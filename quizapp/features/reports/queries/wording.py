"""The words of the report, the same on pages and in files; marked here, translated where shown."""

from quizapp.domain.errors import N_
from quizapp.features.progress.models import COMPLETE, IN_PROGRESS, NOT_PASSED, NOT_STARTED

NOT_SAFE = "not_safe"
"""Not passed because of a safety-critical question, whatever the score."""

STATES = {
    NOT_SAFE: N_("Not safe yet"),
    NOT_PASSED: N_("Not passed yet"),
    NOT_STARTED: N_("Not started"),
    IN_PROGRESS: N_("In progress"),
    COMPLETE: N_("Complete"),
}
"""The five states a report tells apart, the most urgent first."""

NONE_MISSED = N_("none missed")
MISSED = N_("%(count)s missed")
NOTHING = "–"


def state_of(stored: str, hazards_missed: int) -> str:
    """The state a report shows for a row of progress."""
    return NOT_SAFE if stored == NOT_PASSED and hazards_missed else stored
