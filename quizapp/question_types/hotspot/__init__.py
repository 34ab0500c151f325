"""Hotspot: a picture to answer on, by its lettered zones or by points put on it."""

from collections.abc import Mapping
from fractions import Fraction

from quizapp.domain.errors import N_
from quizapp.question_types.base import Example, QuestionType
from quizapp.question_types.hotspot import grading, showing
from quizapp.question_types.hotspot.content import Content, Response

HOTSPOT = QuestionType(
    name="hotspot",
    label=N_("Hotspot on a picture"),
    content=Content,
    response=Response,
    present=grading.present,
    read=grading.read,
    grade=grading.grade,
    key=grading.key,
    tally=grading.tally,
    item_text=grading.item_text,
    answer_view=showing.answer_view,
    feedback_view=showing.feedback_view,
    describe=grading.describe,
    hint=N_("A zone or a point of a picture"),
    advise=grading.advise,
    shows_figures=True,
)

_DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300">
<title>The back of the chest in outline</title>
<desc>Two lungs, one on each side of the spine, and the two kidneys below them.</desc>
<path class="f-skin s-line" d="M60 20h280l30 260H30z"/>
<path class="f-lung s-line" d="M90 60h80v120H80zM230 60h80l10 120h-90z"/>
<path class="f-soft s-line" d="M120 210h50v40h-50zM230 210h50v40h-50z"/>
</svg>"""


_LEFT = {
    "id": "a",
    "label": "Left of the spine, above",
    "rectangle": {"x": 0.2, "y": 0.2, "width": 0.2, "height": 0.4},
    "rationale": "Only muscle between the ribs lies over the lung here.",
}
_RIGHT = {
    "id": "b",
    "label": "Right of the spine, above",
    "rectangle": {"x": 0.6, "y": 0.2, "width": 0.2, "height": 0.4},
    "rationale": "The same holds for the right side.",
}
_FLANK = {
    "id": "c",
    "label": "Left of the spine, below",
    "polygon": [[0.3, 0.7], [0.425, 0.7], [0.425, 0.8333], [0.3, 0.8333]],
    "rationale": "The kidney lies here, the lung does not.",
}
_NECK = {
    "id": "d",
    "label": "Root of the neck",
    "circle": {"x": 0.5, "y": 0.05, "r": 0.04},
    "rationale": "The apex of the lung reaches close to it.",
}
_STEM = "Where does the lung lie directly below the chest wall?"
_POINTS = [
    {"id": "p", "label": "Upper left", "x": 0.3, "y": 0.4},
    {"id": "q", "label": "Upper right", "x": 0.7, "y": 0.4},
    {"id": "r", "label": "Lower left", "x": 0.35, "y": 0.75},
    {"id": "s", "label": "On the spine", "x": 0.5, "y": 0.6},
]


def _content(*regions: Mapping[str, object], **more: object) -> dict[str, object]:
    return {"image": "chest-outline", "drawing": _DRAWING, "regions": list(regions), **more}


EXAMPLES = (
    Example(
        title="Lettered zones",
        stem=_STEM,
        content=_content(
            {**_LEFT, "kind": "target"},
            {**_FLANK, "kind": "danger", "harm": "dangerous"},
            {**_NECK, "kind": "tolerated", "share": "1/4"},
            _RIGHT,
        ),
        right=[{"zone": "a"}],
        partly=[({"zone": "d"}, Fraction(1, 4))],
        wrong=[{"zone": "b"}, {"zone": "c"}, {"zone": None}],
        malformed=[{"": ["5"]}, {"": ["0"]}, {"": ["a"]}, {"": ["1", "2"]}],
        other=_content(_LEFT, {**_FLANK, "kind": "target"}, {**_NECK, "kind": "danger"}, _RIGHT),
    ),
    Example(
        title="One point",
        stem=_STEM,
        content=_content(
            {**_LEFT, "kind": "target"},
            {**_FLANK, "kind": "danger", "harm": "suboptimal"},
            {**_RIGHT, "kind": "tolerated"},
            input="pin",
            candidates=_POINTS,
        ),
        right=[{"candidates": ["p"]}, {"pins": [["0.2", "0.2"]]}],
        partly=[
            ({"candidates": ["q"]}, Fraction(1, 2)),
            ({"pins": [["0.6001", "0.5999"]]}, Fraction(1, 2)),
        ],
        wrong=[
            {"candidates": ["r"]},
            {"candidates": ["s"]},
            {"pins": [["0.1999", "0.2"]]},
            {"pins": []},
        ],
        malformed=[
            {"": ["5"]},
            {"": ["1", "2"]},
            {"-p1": ["1.0001 0.5"]},
            {"-p1": ["-0.1 0.5"]},
            {"-p1": ["0.5"]},
            {"-p1": ["1e-3 0.5"]},
            {"-p1": ["0.12345 0.5"]},
            {"-at.x": ["10"], "-at.y": ["10"]},
            {"-at.x": ["480"], "-at.y": ["10"], "-size": ["480 360"]},
            {"-at.x": ["10"], "-size": ["480 360"]},
            {"-at.x": ["-1"], "-at.y": ["1"], "-size": ["480 360"]},
            {"-size": ["0 360"]},
            {"-drop": ["2"]},
        ],
        other=_content(_LEFT, {**_FLANK, "kind": "target"}, input="pin", candidates=_POINTS),
    ),
    Example(
        title="Two points",
        stem="Mark two places where the lung lies directly below the chest wall.",
        content=_content(
            {**_LEFT, "kind": "target"},
            {**_RIGHT, "kind": "target"},
            {**_FLANK, "kind": "danger"},
            input="pin",
            points=2,
            candidates=_POINTS,
        ),
        right=[
            {"candidates": ["p", "q"]},
            {"candidates": ["p"], "pins": [["0.7", "0.4"]]},
            {"pins": [["0.2500", "0.3000"], ["0.8", "0.6"]]},
        ],
        partly=[
            ({"candidates": ["p"]}, Fraction(1, 2)),
            ({"candidates": ["p"], "pins": [["0.31", "0.41"]]}, Fraction(1, 2)),
            ({"candidates": ["q", "r"]}, Fraction(1, 2)),
        ],
        wrong=[{"candidates": ["r", "s"]}, {"pins": [["0", "1"]]}, {}],
        malformed=[
            {"": ["1", "2", "3"]},
            {"": ["1", "2"], "-p1": ["0.1 0.1"]},
            {"-p2": ["0.5 2"]},
            {"-p1": ["0.1 0.1", "0.2 0.2"]},
        ],
        other=_content(
            {**_LEFT, "kind": "target"},
            _RIGHT,
            {**_FLANK, "kind": "target"},
            input="pin",
            points=2,
            candidates=_POINTS,
        ),
    ),
)
