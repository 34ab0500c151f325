"""What tests of an instructor's pages share: reading forms as a browser would, and people."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lxml import html  # type: ignore[import-untyped]
from sqlalchemy import event, select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from quizapp.domain.access.roles import Grant, Role
from quizapp.features.courses import commands as course_commands
from quizapp.features.courses.commands import CourseDraft
from quizapp.features.courses.models import Course
from quizapp.features.questions.models import Question, QuestionVersion
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.factories.accounts import Person, make_person
from tests.factories.markup import sent_by

BANK = "/teach/questions"
OUTLINE: dict[str, Any] = {
    "title": "Another course",
    "summary": "",
    "audience": "",
    "notice": None,
    "review": {},
    "modules": [],
    "completion": {"lessons": "all", "quizzes": []},
}
XSS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "[click](javascript:alert(1))",
    "</textarea><script>alert(1)</script>",
    "<style>*{display:none}</style>",
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "{{ 7*7 }}${7*7}<%= 7*7 %>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    '<b onmouseover="alert(1)" style="position:fixed">b</b>',
)
"""What people send who want to run a script in somebody else's browser."""


def page(answer: TestResponse) -> Any:
    """The page as a tree."""
    return html.fromstring(answer.get_data(as_text=True))


def form_of(answer: TestResponse, css_id: str = "editor") -> MultiDict[str, str]:
    """What the browser would send of a form as it stands, without any button."""
    (form,) = page(answer).xpath(f'//form[@id="{css_id}"]')
    fields: MultiDict[str, str] = MultiDict()
    for name, values in sent_by(form).items():
        for value in values:
            fields.add(name, value.replace("\r\n", "\n"))
    return fields


def visible_text(tree: Any) -> str:
    return " ".join(tree.text_content().split())


def scripts_in(tree: Any) -> list[str]:
    """Everything in a page that could run: scripts not ours, handlers, dangerous addresses."""
    found = [
        html.tostring(element).decode()[:200]
        for element in tree.xpath("//script")
        if not (element.get("src") or "").startswith("/static/")
    ]
    for element in tree.iter():
        for name, value in getattr(element, "attrib", {}).items():
            if name.startswith("on") or name in {"style", "srcdoc"}:
                found.append(f"{element.tag} {name}={value}")
            if name in {"href", "src", "action"} and value.strip().lower().startswith(
                ("javascript:", "data:", "vbscript:")
            ):
                found.append(f"{element.tag} {name}={value}")
    return [*found, *(e.tag for e in tree.xpath("//iframe | //style | //object | //embed"))]


def make_other_course(site: Site) -> Course:
    """A course beside the sample one, without lessons or quizzes."""

    def command(ctx: Context) -> Course:
        objective = {"code": "NC-1", "text": "Do other things", "lesson_slug": None, "position": 0}
        draft = CourseDraft("another-course", "Another course", 5, OUTLINE, [objective], [], [])
        course, _is_new = course_commands.save_course(ctx, draft)
        return course

    return site.perform(command)


def make_outsider(site: Site) -> Person:
    """An instructor of another course."""
    grant = Grant(Role.INSTRUCTOR, course_id=make_other_course(site).id)
    return make_person(site, "Otto Outsider", grants=[grant])


def get_question(site: Site, code: str) -> Question:
    with site.reading() as ctx:
        return ctx.session.scalars(select(Question).where(Question.code == code)).one()


def versions_of(site: Site, code: str) -> list[QuestionVersion]:
    """Every version, the oldest first."""
    with site.reading() as ctx:
        return list(
            ctx.session.scalars(
                select(QuestionVersion)
                .join(Question, Question.id == QuestionVersion.question_id)
                .where(Question.code == code)
                .order_by(QuestionVersion.number)
            )
        )


@contextmanager
def counted(site: Site) -> Iterator[list[str]]:
    """The statements sent to the database meanwhile."""
    sent: list[str] = []

    def note(*arguments: Any) -> None:
        sent.append(arguments[2])

    event.listen(site.database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(site.database.engine, "before_cursor_execute", note)
