"""Mistakes in questions with typed answers: a question put before the first, and the line told."""

from tests.unit.formats.bank_files.cases import BASICS, Case

FIRST = "- id: nc-1\n"
TAIL = "  references: [R1]\n  objectives: [NC-1]\n  level: apply\n"
NUMBER = "- id: mine\n  type: numeric\n  stem: How many?\n"
TEXT = "- id: mine\n  type: short_text\n  stem: Which one?\n"
CLOZE = "- id: mine\n  type: cloze\n  stem: Fill in.\n"
GAP = "    - {type: number, name: a, answers: [{value: 1, rationale: One.}]}\n"


def case(code: str, head: str, body: str, at: str, remedy: str) -> Case:
    return Case(code, BASICS, FIRST, f"{head}{body}{TAIL}{FIRST}", at, remedy)


# A table, one mistake after the other:
# fmt: off
TYPED = [
    case("missing-key", NUMBER, "  answers:\n    - {value: 1, share: 0, rationale: No.}\n",
         "answers:", "Leave share out"),
    case("missing-rationale", NUMBER, "  answers:\n    - {value: 123}\n", "value: 123", "Say why"),
    case("harm-on-key", TEXT, "  answers:\n    - {text: x, rationale: y, harm: harmless}\n",
         "text: x", "wrong answers only"),
    case("never-reached", NUMBER,
         "  answers:\n    - {value: 1, rationale: y}\n    - {value: 1.0, share: 0, rationale: n}\n",
         "value: 1.0", "Move this answer up"),
    case("tolerance-of-zero", NUMBER,
         "  answers:\n    - {value: 0, rationale: y}\n  tolerance: {percent: 5}\n",
         "value: 0", "absolute"),
    case("duplicate-unit", NUMBER,
         "  answers:\n    - {value: 1, rationale: y}\n  units: [{name: mm}, {name: mm}]\n",
         "units:", "Remove one"),
    case("no-base-unit", NUMBER,
         "  answers:\n    - {value: 1, rationale: y}\n  units: [{name: cm, factor: 10}]\n",
         "units:", "counts 1"),
    case("no-units", NUMBER,
         "  answers:\n    - {value: 1, rationale: y}\n  unit_input: typed\n", "- id: mine", "List"),
    case("bad-value", NUMBER, "  answers:\n    - {value: '1,5', rationale: y}\n", "value: '1,5'",
         "Correct"),
    case("bad-value", NUMBER, "  answers:\n    - {value: 1e999999, rationale: y}\n",
         "value: 1e999999", "Correct"),
    case("bad-value", NUMBER, "  answers:\n    - {value: 1, rationale: y, share: 3/2}\n",
         "share: 3/2", "Correct"),
    case("bad-value", NUMBER,
         "  answers:\n    - {value: 1, rationale: y}\n  tolerance: {absolute: 1, figures: 2}\n",
         "tolerance:", "Correct"),
    case("only-wildcards", TEXT, "  answers:\n    - {text: 'need*', rationale: y}\n",
         "text: 'need*'", "without one"),
    case("no-letters", TEXT,
         "  answers:\n    - {text: a, rationale: y}\n    - {text: '*', rationale: y}\n",
         "text: '*'", "letter"),
    case("typos-with-wildcard", TEXT,
         "  answers:\n    - {text: lung, rationale: y}\n"
         "    - {text: 'l*', typos: 1, rationale: y}\n",
         "text: 'l*'", "one or the other"),
    case("too-many-typos", TEXT, "  answers:\n    - {text: leg, typos: 1, rationale: y}\n",
         "text: leg", "four letters"),
    case("undefined-gap", CLOZE, "  text: One {{a}} and {{b}}.\n  gaps:\n" + GAP, "text: One",
         "Add a gap"),
    case("repeated-gap", CLOZE, "  text: One {{a}} and {{a}}.\n  gaps:\n" + GAP, "text: One",
         "of its own"),
    case("malformed-gap", CLOZE, "  text: One {{a}} and {{B}}.\n  gaps:\n" + GAP, "text: One",
         "small letters"),
    case("unused-gap", CLOZE, "  text: None.\n  gaps:\n" + GAP, "type: number", "or remove"),
    case("duplicate-gap", CLOZE, "  text: One {{a}}.\n  gaps:\n" + GAP + GAP, "type: number",
         "of its own"),
]
