"""One mistake for every problem code: what is changed in the sample bank, and where it is told."""

from dataclasses import dataclass, field

from quizapp.formats.bank_files.problems import ERROR, WARNING

COURSE, REFERENCES = "course.yaml", "references.yaml"
CLEAN, DEPTH = "lessons/clean-needles.md", "lessons/safe-depth.md"
BASICS, CASES = "questions/basics.yaml", "questions/cases.yaml"
FINAL, WARM_UP = "quizzes/final-check.yaml", "quizzes/warm-up.yaml"
FIGURE = "figures/chest.svg"


@dataclass(frozen=True)
class Case:
    """A change (file, old text, new text) and the line, found by its text, that is named."""

    code: str
    file: str
    old: str
    new: str
    at: str
    remedy: str
    severity: str = ERROR
    told_in: str = ""
    more: tuple[tuple[str, str, str], ...] = field(default=())

    def __str__(self) -> str:
        return f"{self.code}: {self.new.strip()[:30] or 'removed'}"


# A table, one mistake after the other:
# fmt: off
SHAPES = [
    Case("yaml-syntax", COURSE, "title: Needle care", "title: [", "audience: For", "indentation"),
    Case("yaml-syntax", CLEAN, "minutes: 5", "minutes: 5\nminutes: 6", "minutes: 6", "Correct"),
    Case("yaml-syntax", CLEAN, "id: touched-shaft", "id: [a", "stem: You touched", "Correct"),
    Case("folder-name", COURSE, "id: needle-care", "id: pin-care", "id: pin-care", "the same name"),
    Case("missing-field", COURSE, "title: Needle care\n", "", "id: needle-care", "Add title:"),
    Case("missing-field", BASICS, "  level: apply\n", "", "- id: nc-1", "Add level:"),
    Case("missing-field", REFERENCES, "- id: R1\n  text", "- text", "Example Society", "Add id:"),
    Case("missing-field", CLEAN, "minutes: 5\n", "", "id: clean-needles", "Add minutes:"),
    Case("missing-field", CLEAN, "stem: You touched the shaft of a needle. What now?\n", "",
         "id: touched-shaft", "Add stem:"),
    Case("unknown-key", COURSE, "audience:", "audiense:", "audiense:", "Known here: audience"),
    Case("unknown-key", BASICS, "      harm: dangerous", "      hram: dangerous", "hram:",
         "spelling"),
    Case("unknown-key", FINAL, "attempts: 3", "tries: 3", "tries:", "Known here: attempts"),
    Case("bad-form", COURSE, "- id: NC-1", "- id: NC 1!", "NC 1!", "letters and digits"),
    Case("bad-form", REFERENCES, "https://doi.org/10.1000/depth", "http://doi.org/10.1000/depth",
         "http://doi.org/10.1000/depth", "https://"),
    Case("bad-value", FINAL, "mode: graded", "mode: exam", "mode: exam", "Correct"),
    Case("bad-value", FINAL, "pass_mark: 75", "pass_mark: 175", "pass_mark: 175", "Correct"),
    Case("bad-value", FINAL, "pass_mark: 75", "pass_mark: 1e999999", "pass_mark: 1e", "Correct"),
    Case("bad-value", FINAL, "time_limit_minutes: 20", "time_limit_minutes: -20",
         "time_limit_minutes: -20", "Correct"),
    Case("bad-value", FINAL, "time_limit_minutes: 20", "time_limit_minutes: 1e999999",
         "time_limit_minutes: 1e", "Correct"),
    Case("bad-value", FINAL, "attempts: 3", "attempts: 0", "attempts: 0", "Correct"),
    Case("bad-value", BASICS, "level: remember", "level: know", "level: know", "Correct"),
    Case("bad-value", COURSE, "- lesson: clean-needles",
         "- lesson: clean-needles\n        quiz: warm-up", "      - lesson: clean-needles",
         "Correct"),
    Case("bad-value", FINAL, "    items: [nc-case]\n", "", "- title: The runner", "Correct"),
    Case("unknown-type", BASICS, "type: multiple_response", "type: riddle", "type: riddle",
         "single_best_answer"),
    Case("unknown-type", BASICS, "- id: nc-1", "- just words\n- id: nc-1", "just words",
         "true_false"),
    Case("lesson-block", CLEAN, "---\nid: clean-needles", "id: clean-needles", "id: clean-needles",
         "Start the file with ---"),
    Case("lesson-block", CLEAN, "::: note One", "::: boast One", "::: boast", "Use one of"),
    Case("lesson-block", CLEAN, "```check", "```check\n- a list\n```\n\n```check",
         "```check\n- a list", "Write id:"),
    Case("figure", FIGURE, '<use href="#rib" y="80"/>', "<script/>", "<script/>", "paths and text"),
    Case("duplicate-id", REFERENCES, "- id: R2", "- id: R1", '- id: R1\n  text: "Sample',
         "of its own", more=((DEPTH, "references: [R1, R2]", "references: [R1]"),)),
    Case("duplicate-id", BASICS, "- id: nc-2", "- id: nc-1", "- id: nc-1\n  type: m", "of its own"),
    Case("duplicate-id", CASES, "- id: nc-case-a", "- id: nc-2", "    - id: nc-2", "of its own"),
    Case("duplicate-id", DEPTH, "id: safe-depth", "id: clean-needles", "id: clean-needles",
         "Give each its own"),
    Case("duplicate-id", WARM_UP, "id: warm-up", "id: final-check", "id: final-check",
         "Give each its own"),
    Case("duplicate-id", COURSE, "- id: final\n", "- id: basics\n", "  - id: basics\n    title: F",
         "quizzes is reserved"),
    Case("duplicate-id", COURSE, "- id: final\n", "- id: quizzes\n", "- id: quizzes",
         "quizzes is reserved"),
]
LINKS = [
    Case("unknown-objective", CLEAN, "objectives: [NC-1]", "objectives: [NC-1, NC-9]", "NC-9",
         "add the objective"),
    Case("unknown-objective", BASICS, "objectives: [NC-2]", "objectives: [NC-9]", "NC-9",
         "add the objective"),
    Case("unknown-objective", WARM_UP, "objectives: [NC-1]", "objectives: [NC-9]", "NC-9",
         "add the objective"),
    Case("unknown-reference", BASICS, "references: [R2]", "references: [R9]", "R9",
         "add the reference"),
    Case("unknown-reference", DEPTH, "references: [R1, R2]", "references: [R1, R2, R9]", "R9",
         "add the reference"),
    Case("unknown-reference", COURSE, "references: [R2]", "references: [R9]", "glossary:",
         "add the reference"),
    Case("unknown-figure", DEPTH, "::: figure chest", "::: figure belly", "::: figure belly",
         "add the figure"),
    Case("unknown-figure", BASICS, "figure: chest", "figure: belly", "figure: belly",
         "add the figure"),
    Case("unknown-figure", CASES, "  reveal: all", "  reveal: all\n  figure: belly",
         "- id: nc-case", "add the figure"),
    Case("unknown-glossary-term", DEPTH, "|pneumothorax]]", "|hydrothorax]]", "hydrothorax",
         "add the glossary term"),
    Case("unknown-hazard", BASICS, "hazard: lung-injury", "hazard: boredom", "hazard: boredom",
         "add the hazard"),
    Case("unknown-hazard", WARM_UP, "safety: none", "hazards: [boredom]", "boredom",
         "add the hazard"),
    Case("unknown-question", FINAL, "items: [nc-case]", "items: [nc-case, nc-99]", "nc-99",
         "add the question"),
    Case("unknown-module", COURSE, "after: [basics]", "after: [advanced]", "after: [advanced]",
         "add the module"),
    Case("unknown-module", COURSE, "after: [basics]", "after: [final]", "after: [final]",
         "add the module"),
    Case("unknown-lesson", COURSE, "- lesson: safe-depth", "- lesson: deep-end", "deep-end",
         "add the lesson"),
    Case("unknown-lesson", COURSE,
         "NC-1\n    text: Handle needles without touching the shaft\n    lesson: clean-needles",
         "NC-1\n    text: Handle\n    lesson: gone", "- id: NC-1", "add the lesson"),
    Case("unknown-lesson", COURSE, "kill.\n    lesson: safe-depth", "kill.\n    lesson: gone",
         "- id: lung-injury", "add the lesson"),
    Case("unknown-quiz", COURSE, "- quiz: warm-up", "- quiz: cool-down", "cool-down",
         "add the quiz"),
    Case("unknown-quiz", COURSE, "quizzes: [final-check]", "quizzes: [final-check, gone]", "gone",
         "add the quiz"),
    Case("unlisted-reference", CLEAN, "{moderate}", "{moderate} [@R2]", "::: note", "front matter"),
    Case("nameless-column", CLEAN, "::: note One",
         "| | Means |\n| --- | --- |\n| Red | Stop |\n\n::: note One", "| | Means |", "first row"),
    Case("uncited-reference", CLEAN, "references: [R1]", "references: [R1, R2]", "references:",
         "[@R2]", severity=WARNING),
    Case("unused-reference", REFERENCES, "- id: R2", "- id: R0\n  text: Never cited.\n- id: R2",
         "- id: R0", "Cite it", severity=WARNING),
    Case("missing-reference", BASICS, "  references: [R1]\n", "", "- id: nc-1", "references: [R1]"),
    Case("question-not-live", FINAL, "items: [nc-1,", "items: [nc-new, nc-1,", "nc-new",
         "Make it live"),
    Case("unreasoned-pass-mark", FINAL, "pass_mark_reason:", "change_reason:", "pass_mark: 75",
         "pass_mark_reason:", severity=WARNING),
    Case("asked-twice", FINAL, "items: [nc-1, nc-2, nc-3, nc-4]",
         "items: [nc-1, nc-2, nc-1, nc-4]", "nc-2, nc-1", "Keep one"),
    Case("closed-window", FINAL, "attempts: 3",
         "attempts: 3\nwindow:\n  opens: 2026-05-02\n  closes: 2026-05-01T12:00:00", "closes:",
         "after opens:"),
    Case("never-closes", FINAL, "attempts: 3", "attempts: 3\nfeedback:\n  answers: after_close",
         "answers:", "window: closes:"),
    Case("untold-requirement", FINAL, "attempts: 3", "attempts: 3\nfeedback:\n  score: never",
         "score:", "completion: quizzes:"),
    Case("unfillable-draw", WARM_UP, "count: 2", "count: 4", "count: 4", "Ask for fewer"),
    Case("unfillable-draw", WARM_UP, "count: 2, objectives: [NC-1], safety: none}",
         "count: 2, levels: [remember]}\n"
         "      - {count: 2, types: [true_false]}\n"
         "      - {count: 2, objectives: [NC-1], safety: none}",
         "levels: [remember]", "Ask for fewer"),
    Case("duplicate-step", COURSE, "- lesson: safe-depth", "- lesson: clean-needles",
         "      - lesson: clean-needles\n      - quiz", "Keep one"),
    Case("orphan-lesson", COURSE, "      - lesson: safe-depth\n", "", "---", "module's steps",
         severity=WARNING, told_in=DEPTH),
    Case("orphan-quiz", COURSE, "      - quiz: warm-up\n", "", "id: warm-up", "module's steps",
         severity=WARNING, told_in=WARM_UP),
    Case("uncovered-objective", COURSE, "objectives:", "objectives:\n  - id: NC-0\n    text: Be",
         "- id: NC-0", "Write one"),
    Case("untaught-objective", CLEAN, "objectives: [NC-1]", "objectives: [NC-2]", "- id: NC-1",
         "lesson's objectives", told_in=COURSE),
    Case("thin-hazard", BASICS, "  hazard: lung-injury\n", "", "- id: lung-injury", "at least two",
         severity=WARNING, told_in=COURSE),
    Case("orphan-figure", DEPTH,
         "::: figure chest\nThe lung lies close under the ribs. {limited}\n:::\n", "", "<svg",
         "Use it", told_in=FIGURE, more=((BASICS, "  figure: chest\n", ""),)),
]
CONTENTS = [
    Case("duplicate-choice-id", BASICS, "    - text: Wipe it", "    - id: a\n      text: Wipe it",
         "    - text: Take a new", "id of its own"),
    Case("missing-rationale", BASICS, "      rationale: Germs do not wait.\n", "",
         "    - text: Use it quickly", "Say why"),
    Case("missing-rationale", BASICS, "{rationale: One needle has one use., harm: suboptimal}",
         "{harm: suboptimal}", "when_true", "Say why"),
    Case("duplicate-option", BASICS, "- text: Use it quickly", "- text: wipe  IT",
         "- text: wipe  IT", "Change or remove"),
    Case("harm-on-key", BASICS, "      key: true\n", "      key: true\n      harm: harmless\n",
         "harm: harmless", "wrong options only"),
    Case("harm-on-key", BASICS, "when_false: {rationale: One needle has one use.}",
         "when_false: {rationale: One use., harm: dangerous}", "when_false", "wrong options only"),
    Case("missing-key", BASICS, "      key: true\n", "", "  choices:", "exactly one"),
    Case("several-keys", BASICS, "      harm: suboptimal\n", "      key: true\n", "  choices:",
         "exactly one"),
    Case("no-distractor", BASICS, "rationale: They go into the bin., harm: harmless",
         "key: true, rationale: Yes.", "  choices:\n    - {text: Used", "wrong option",
         more=((BASICS, "rationale: It goes into the bin.", "key: true, rationale: Yes."),)),
    Case("missing-key", CLEAN, "    key: true\n", "", "choices:", "exactly one"),
    Case("missing-rationale", CLEAN, "    rationale: Wiping does not make it sterile.\n", "",
         "  - text: Wipe it", "Say why"),
]
# fmt: on
