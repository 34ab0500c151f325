"""Mistakes in questions made of rows: matching and ordering."""

from tests.unit.formats.bank_files.cases import Case
from tests.unit.formats.bank_files.typed_cases import case

MATCH = "- id: mine\n  type: matching\n  stem: Match.\n"
ORDER = "- id: mine\n  type: ordering\n  stem: Put in order.\n"
PAIRS = "  pairs:\n    - {prompt: A, answer: One, rationale: So.}\n"
STEPS = "  steps:\n    - {text: One, rationale: So.}\n    - {text: Two}\n"

# A table, one mistake after the other:
# fmt: off
ROWS: list[Case] = [
    case("missing-rationale", MATCH, PAIRS + "    - {prompt: B, answer: Two}\n", "{prompt: B",
         "Say why"),
    case("duplicate-prompt", MATCH, PAIRS + "    - {prompt: a, answer: Two, rationale: So.}\n",
         "{prompt: a", "Change or remove"),
    case("one-answer", MATCH, PAIRS + "    - {prompt: B, answer: one, rationale: So.}\n",
         "pairs:", "Add a distractor"),
    case("duplicate-answer", MATCH,
         PAIRS + "    - {prompt: B, answer: Two, rationale: So.}\n"
         "  distractors:\n    - {text: two}\n", "{text: two}", "Change or remove"),
    case("bad-value", MATCH, PAIRS, "pairs:", "Correct"),
    case("unknown-key", MATCH, PAIRS + "    - {prompt: B, answer: Two, key: true}\n",
         "{prompt: B", "spelling"),
    case("missing-rationale", ORDER,
         "  steps:\n    - {text: One}\n    - {text: Two}\n    - {text: Three}\n", "{text: One",
         "one step at least"),
    case("duplicate-step", ORDER, STEPS + "    - {text: one}\n", "{text: one", "Change or remove"),
    case("bad-value", ORDER, STEPS, "steps:", "Correct"),
]
