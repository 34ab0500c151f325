"""Mistakes in questions on pictures and in those a person marks."""

from tests.unit.formats.bank_files.cases import Case
from tests.unit.formats.bank_files.typed_cases import case

PICTURE = "- id: mine\n  type: hotspot\n  stem: Where?\n  image: chest\n"
PIN = PICTURE + "  input: pin\n"
ESSAY = "- id: mine\n  type: essay\n  stem: Why?\n"
FILES = "- id: mine\n  type: file_upload\n  stem: Your record.\n"
BOX = "rectangle: {x: 0.1, y: 0.1, width: 0.2, height: 0.2}, rationale: So."
FAR = "rectangle: {x: 0.6, y: 0.6, width: 0.2, height: 0.2}, rationale: So."
ONE, TWO = f"    - {{label: One, kind: target, {BOX}}}\n", f"    - {{label: Two, {FAR}}}\n"
REGIONS = f"  regions:\n{ONE}{TWO}"
POINT, ELSEWHERE = "    - {label: In, x: 0.2, y: 0.2}\n", "    - {label: Out, x: 0.9, y: 0.1}\n"
ZERO = "        - {label: No, points: 0}\n"
CRITERION = f"    - title: First\n      levels:\n        - {{label: Yes, points: 2}}\n{ZERO}"
RUBRIC = f"  rubric:\n    criteria:\n{CRITERION}"

# A table, one mistake after the other:
# fmt: off
PICTURES: list[Case] = [
    case("missing-image", PICTURE.replace("  image: chest\n", ""), REGIONS, "- id: mine",
         "Name a file"),
    case("unknown-figure", PICTURE.replace("chest", "chess"), REGIONS, "image: chess", "Correct"),
    case("unknown-key", PICTURE, f"{REGIONS}  drawing: <svg/>\n", "drawing:", "Known here"),
    case("few-regions", PICTURE, f"  regions:\n{ONE}", "regions:", "Draw"),
    case("missing-key", PICTURE, REGIONS.replace("kind: target", "kind: other"), "regions:",
         "kind: target"),
    case("no-distractor", PICTURE, f"  regions:\n{ONE}{ONE.replace('One', 'Two')}", "regions:",
         "wrong region"),
    case("points-of-zones", PICTURE, f"  points: 2\n{REGIONS}", "points: 2", "input: pin"),
    case("duplicate-region", PICTURE, REGIONS.replace("Two", "one"), "{label: One", "change one"),
    case("duplicate-region-id", PICTURE,
         REGIONS.replace("label: One", "id: x, label: One")
         .replace("label: Two", "id: x, label: Two"), "{id: x, label: One", "of its own"),
    case("missing-rationale", PICTURE, REGIONS.replace("height: 0.2}, rationale: So.}\n    - {l",
         "height: 0.2}}\n    - {l"), "{label: One", "Say why"),
    case("harm-on-key", PICTURE, REGIONS.replace("kind: target", "kind: target, harm: harmless"),
         "{label: One", "wrong regions only"),
    case("flat-region", PICTURE,
         REGIONS.replace(FAR, "polygon: [[0, 0], [0.5, 0.5], [1, 1]], rationale: So."),
         "{label: Two", "on a line"),
    case("bad-value", PICTURE, REGIONS.replace("x: 0.1", "x: 1.5"), "{label: One", "Correct"),
    case("bad-value", PICTURE, REGIONS.replace(FAR, "rationale: So."), "{label: Two", "Correct"),
    case("bad-value", PICTURE, REGIONS.replace("width: 0.2, height: 0.2}, rationale: So.}\n    - {",
         "width: 0.95, height: 0.2}, rationale: So.}\n    - {"), "{label: One", "Correct"),
    case("few-targets", PIN, f"  points: 2\n{REGIONS}", "points: 2", "counts once"),
    case("candidates", PIN, f"{REGIONS}  candidates:\n{POINT}", "candidates:", "elsewhere"),
    case("candidates", PIN, f"{REGIONS}  candidates:\n{ELSEWHERE}", "candidates:", "each target"),
    case("duplicate-candidate", PIN,
         f"{REGIONS}  candidates:\n{POINT}{ELSEWHERE.replace('Out', 'in')}", "{label: In",
         "change one"),
    case("no-criteria", ESSAY, "", "- id: mine", "levels and their points"),
    case("words-reversed", ESSAY, f"  min_words: 90\n  max_words: 80\n{RUBRIC}", "min_words:",
         "Exchange"),
    case("rubric-sum", ESSAY, f"{RUBRIC}    points: 3\n", "    points: 3", "best level"),
    case("duplicate-criterion", ESSAY, f"{RUBRIC}{CRITERION.replace('First', 'first')}",
         "title: First", "Change or remove"),
    case("criterion-without-points", ESSAY, RUBRIC.replace("points: 2", "points: 0"), "levels:",
         "best level"),
    case("criterion-without-zero", ESSAY, RUBRIC.replace("points: 0", "points: 1"), "levels:",
         "do not meet it"),
    case("duplicate-level", ESSAY, RUBRIC.replace("label: No", "label: 'yes'"), "levels:",
         "Change or remove"),
    case("file-kinds", FILES, f"  kinds: [pdf, pdf]\n{RUBRIC}", "kinds:", "once"),
    case("bad-value", FILES, f"  kinds: [exe]\n{RUBRIC}", "kinds:", "Correct"),
    case("bad-value", FILES, f"  max_megabytes: 21\n{RUBRIC}", "max_megabytes:", "Correct"),
]
# fmt: on
