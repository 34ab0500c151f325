"""Each act on an attempt, its marks and its time leaves exactly one line in the audit log."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask

from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.accounts import Person
from tests.factories.clinic import Clinic
from tests.factories.content_sync import COURSE
from tests.factories.marking import ESSAY, QUIZ, RUBRIC, essay_body
from tests.factories.questions import edit_question
from tests.factories.quizzes import make_quiz
from tests.factories.web import Visitor
from tests.integration.admin.watching import actions
from tests.integration.attempts.desk import form_of
from tests.integration.web.conftest import UNSAFE
from tests.integration.web.records import CODE, Records, make_records

QUIZZES = f"/courses/{COURSE}/quizzes"
TEACH = f"/teach/quizzes/{COURSE}"
IN_THE_JOURNAL = {"attempts.save_response"}
"""What a learner answers is kept in the journal of answers."""
READS_ONLY = {"attempts.verify_file"}
ELSEWHERE = {
    "attempts.store_file",
    "grading.make_live",
    "grading.take_out",
    "grading.bring_back",
}
"""See the tests of uploads, of publishing and of retiring."""


@dataclass
class Act:
    """A form somebody sends; with `button` its hidden fields are read from its page first."""

    endpoint: str
    who: str
    path: str
    expects: str
    fields: dict[str, Any] = field(default_factory=dict)
    button: str = ""
    before: Callable[[], object] | None = None


def acts(site: Site, clinic: Clinic, made: Records) -> Iterator[Act]:
    """In an order in which each can be done."""
    answer = f"/teach/grading/{made.essay}/answers/{made.answer}"
    levels = {"level-r1-order": "all", "level-r1-reasons": "given", "go": "next"}
    lea, leo = clinic.lea.code, clinic.leo.code
    open_attempt = f"{QUIZZES}/final-check/attempt-1"
    report = f"{QUIZZES}/{QUIZ}/attempt-1/question-1/problem"
    void = f"{TEACH}/{QUIZ}/{lea}/attempt-1/void"
    adjustment = f"/people/{lea}/adjustment"
    agreed = {"factor": "1.50", "extra_minutes": "5", "break_minutes": "10", "reason": "Agreed"}
    why = {"reason": "A fire alarm."}
    correction = {"kind": "full_marks", "reason": "Unclear.", "do": "check"}
    yield Act("grading.give_mark", "instructor", answer, "mark.given", levels, "Save and next")
    yield Act(
        "grading.report_problem", "lea", report, "problem.reported", {"text": "Unclear, both."}
    )
    yield Act("grading.problem", "instructor", f"/teach/problems/{CODE}", "problem.answered",
              {"answer": "Thank you."})  # fmt: skip
    yield Act("grading.note_seen", "lea", f"/problems/{CODE}/seen", "problem.seen")
    yield Act("grading.undo_correction", "instructor", f"/teach/corrections/{CODE}/undo",
              "correction.undone")  # fmt: skip
    yield Act("grading.make_correction", "instructor", "/teach/questions/nc-1/correct",
              "correction.made", correction, "Correct the marks")  # fmt: skip
    yield Act("grading.void_attempt", "instructor", void, "attempt.voided", why)
    yield Act("grading.void_attempt", "instructor", void, "attempt.restored", {"do": "undo"})
    yield Act("grading.put_back", "instructor", f"/teach/grading/{ESSAY}/again", "marks.put_back",
              {}, "Put 2 answers back into the queue", lambda: change_rubric(site))  # fmt: skip
    yield Act("attempts.adjustment", "administrator", adjustment, "adjustment.set", agreed,
              "Save the adjustment")  # fmt: skip
    yield Act("attempts.start_break", "lea", f"{open_attempt}/break", "break.started",
              before=lambda: attempts.start(site, clinic.lea))  # fmt: skip
    yield Act("attempts.end_break", "lea", f"{open_attempt}/break/end", "break.ended")
    yield Act("attempts.give_minutes", "instructor", f"{TEACH}/final-check/{lea}/attempt-1/time",
              "attempt.time_changed", {"minutes": "15", **why}, "Give more time")  # fmt: skip
    yield Act("attempts.end_adjustment", "administrator", f"{adjustment}/end", "adjustment.ended",
              {}, "End the adjustment")  # fmt: skip
    yield Act("attempts.submit", "leo", f"{QUIZZES}/single/attempt-1/submit", "attempt.submitted",
              before=lambda: start_single(site, clinic.leo))  # fmt: skip
    yield Act("attempts.give_attempt", "instructor", f"{TEACH}/single/{leo}/extra-attempt",
              "extra_attempt.given", why)  # fmt: skip


def change_rubric(site: Site) -> None:
    changed = {
        "criteria": [{**RUBRIC["criteria"][0], "title": "Every step"}, RUBRIC["criteria"][1]]
    }
    edit_question(site, ESSAY, body=essay_body(rubric=changed))


def start_single(site: Site, person: Person) -> None:
    make_quiz(site, "single", attempts=1, sections=[{"items": ["nc-2"]}])
    attempts.start(site, person, "single")


def do(visitor: Visitor, act: Act) -> int:
    if act.endpoint == "grading.make_correction":
        page = visitor.send(act.path, act.fields)
        _to, hidden = form_of(page, act.button)
        return visitor.post(act.path, data={**hidden, "do": "confirm"}).status_code
    hidden = form_of(visitor.get(act.path), act.button)[1] if act.button else {}
    return visitor.send(act.path, {**hidden, **act.fields}).status_code


def test_each_act_leaves_one_line(site: Site, app: Flask, clinic: Clinic) -> None:
    made = make_records(site, clinic)
    visitors: dict[str, Visitor] = {}
    done = set()
    for act in acts(site, clinic, made):
        if act.before:
            act.before()
        visitor = visitors.setdefault(act.who, app.test_client())  # type: ignore[arg-type]
        visitor.sign_in(getattr(clinic, act.who))
        before = actions(site)
        assert do(visitor, act) == 303, act
        assert actions(site)[len(before) :] == [act.expects], act
        done.add(act.endpoint)
    expected = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] in {"attempts", "grading"}
        and (rule.methods or set()) & UNSAFE
    }
    assert done | IN_THE_JOURNAL | READS_ONLY | ELSEWHERE == expected
