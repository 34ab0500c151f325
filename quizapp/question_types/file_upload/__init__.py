"""File upload: documents or pictures, marked by a person with a rubric."""

from quizapp.domain.errors import N_
from quizapp.question_types.base import Example, QuestionType
from quizapp.question_types.file_upload import grading
from quizapp.question_types.file_upload.content import Content, Response

FILE_UPLOAD = QuestionType(
    name="file_upload",
    label=N_("File upload"),
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
    hint=N_("Documents or pictures, marked by a person with a rubric"),
    is_automatic=False,
    takes_files=True,
)

_RUBRIC = {
    "criteria": [
        {
            "title": "Complete record",
            "levels": [
                {"label": "Everything is there", "points": "2"},
                {"label": "Something is missing", "points": "1"},
                {"label": "No record", "points": "0"},
            ],
        }
    ]
}
_ONE, _TWO = "0a" * 32, "1b" * 32

EXAMPLES = (
    Example(
        title="A PDF or a photo",
        stem="Upload your treatment record of the practice case.",
        content={"rubric": _RUBRIC, "notes": "Names are made up."},
        right=[{"files": [{"digest": _ONE, "name": "record.pdf", "size": 81_920, "kind": "pdf"}]}],
        wrong=[{"files": []}],
        malformed=[
            {"": ["record.pdf"]},
            {"": [f"{_ONE}:81920:pdf"]},
            {"": [f"{_ONE}:81920:docx:record.docx"]},
            {"": [f"{_ONE}:81920:exe:record.exe"]},
            {"": [f"{_ONE}:0:pdf:record.pdf"]},
            {"": [f"{_ONE}:10000001:pdf:record.pdf"]},
            {"": [f"{_ONE.upper()}:81920:pdf:record.pdf"]},
            {"": [f"{_ONE}:81920:pdf:../record.pdf"]},
            {"": [f"{_ONE}:81920:pdf:a\0.pdf"]},
            {"": [f"{_ONE}:81920:pdf:one.pdf", f"{_TWO}:81920:pdf:two.pdf"]},
            {"": [f"{_ONE}:81920:pdf:one.pdf", f"{_ONE}:81920:pdf:one.pdf"]},
        ],
    ),
    Example(
        title="Several files",
        stem="Upload the consent form and a photo of the room you prepared.",
        content={
            "rubric": _RUBRIC,
            "kinds": ["pdf", "jpeg", "docx", "txt"],
            "max_files": 3,
            "max_megabytes": 20,
            "model_answer": "A form with name, date and signature.",
            "show_model_answer": False,
        },
        right=[
            {
                "files": [
                    {"digest": _ONE, "name": "form: signed.docx", "size": 1, "kind": "docx"},
                    {"digest": _TWO, "name": "Raum „2“.jpg", "size": 20_000_000, "kind": "jpeg"},
                ]
            }
        ],
        wrong=[{"files": []}],
    ),
)
