"""A written exam with everything that can happen to it afterwards, made by the same commands.

Its quiz and its questions are its own, so that no journey meets them by chance.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import select

from quizapp.domain.access.roles import Actor, Grant, Role
from quizapp.domain.hand_marking import Round
from quizapp.features.accounts.models import User
from quizapp.features.attempts.commands import pausing, saving, starting, submitting, voiding
from quizapp.features.attempts.models import Attempt
from quizapp.features.attempts.queries import receipts, taking
from quizapp.features.attempts.queries.taking import Address
from quizapp.features.courses import commands as course_commands
from quizapp.features.courses import queries as course_queries
from quizapp.features.grading.commands import marking, reporting
from quizapp.features.grading.commands.marking import Marking
from quizapp.features.grading.models import ACCEPT, VOID
from quizapp.features.grading.queries import answers, problems
from quizapp.features.grading.queries.blind import AnswerKey, Names
from quizapp.features.questions import commands as question_commands
from quizapp.features.questions.commands import QuestionDraft
from quizapp.features.quizzes import commands as quiz_commands
from quizapp.features.quizzes import queries as quiz_queries
from quizapp.formats.bank_files.models import Quiz as Definition
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from quizapp.question_types.accepting import Accepted
from tests.e2e.journeys import COURSE
from tests.e2e.server import PASSWORD, Server
from tests.factories.accounts import Person, give_password, make_person
from tests.factories.adjustments import agree, give_minutes, make_agreement
from tests.factories.attempts import make_save
from tests.integration.grading.correcting import correct, undo

SLUG, QUIZ = COURSE.rpartition("/")[2], "written-check"
ESSAY, CHOICE, OTHER = "dn-written-essay", "dn-written-choice", "dn-written-other"
LONG = (
    "I stop, take the needle out and let the patient lie flat. I raise the legs, loosen tight "
    "clothes and stay until the colour is back.\n\nThen I write down what happened and when."
)
SHORT = "Needle out, lie down, wait."
RUBRIC: dict[str, Any] = {
    "criteria": [
        {
            "id": "order",
            "title": "Order of the steps",
            "description": "The needle comes out **before** the patient is moved.",
            "levels": [
                {"id": "all", "label": "All in order", "points": "3"},
                {"id": "some", "label": "One step missing or late", "points": "1.5"},
                {"id": "none", "label": "Anything else", "points": "0"},
            ],
        },
        {
            "id": "care",
            "title": "Care afterwards",
            "levels": [
                {"id": "given", "label": "Stays, watches and writes it down", "points": "2"},
                {"id": "part", "label": "One of these", "points": "1"},
                {"id": "missing", "label": "Nothing about it", "points": "0"},
            ],
        },
    ]
}
GOOD, WEAK = {"order": "all", "care": "given"}, {"order": "none", "care": "part"}


@dataclass(frozen=True)
class Records:
    """The addresses of what was made, and the learner whose attempts most of them are of."""

    learner: Person
    to_mark: str
    to_decide: str
    marked: str
    report: str
    answered: str
    correction: str
    undone: str
    attempt: str
    voided: str
    time: str
    extra_attempt: str
    adjustment: str
    receipt: str
    own: str


@cache
def records_of(server: Server) -> Records:
    """Made when they are first asked for, once for a server."""
    return _Maker(server.site).make()


class _Maker:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.instructor = self._known("instructor@example.org", Role.INSTRUCTOR)
        self.administrator = self._known("admin@example.org", Role.ADMINISTRATOR)
        self.markers = [
            make_person(
                site, name, grants=[Role.INSTRUCTOR], email=f"{name[:4].lower()}@example.org"
            )
            for name in ("Imre Sample", "Ivon Sample")
        ]

    def make(self) -> Records:
        self.site.perform(_write_exam)
        mara, mina, milo, maja, mats = (
            self._learner(f"{name} Sample") for name in ("Mara", "Mina", "Milo", "Maja", "Mats")
        )
        teach = f"/teach/quizzes/{SLUG}/{QUIZ}"
        voided = self._sit(mara, LONG, "b")
        self._void(voided)
        attempt = self._sit(mara, LONG, "b", is_in_two_tabs=True)
        differing, waiting = self._sit(mina, SHORT, "b"), self._sit(maja, LONG, "a")
        for marker, levels in zip(self.markers, (GOOD, WEAK), strict=True):
            self._mark(attempt, marker, GOOD)
            self._mark(differing, marker, levels)
        self._mark(self._sit(mats, SHORT, "a"), self.instructor, WEAK)
        answered = self._report(mara, 2, "Two of the answers are right here.")
        self._answer(answered)
        report = self._report(mara, 2, "My trainer says that option B is right as well.")
        undone = correct(self.site, self.instructor, OTHER, VOID, "The figure was missing.")
        undo(self.site, self.instructor, undone)
        correction = correct(
            self.site, self.instructor, CHOICE, ACCEPT, "Option B is right by the newer guideline.",
            accepted=Accepted("r1", "b"),
        )  # fmt: skip
        running = self._running(milo)
        with self.site.reading() as ctx:
            receipt = receipts.find_of(ctx, ctx.session.get_one(Attempt, attempt.id))
        assert receipt is not None
        return Records(
            learner=mara,
            to_mark=self._answer_page(waiting),
            to_decide=self._answer_page(differing),
            marked=self._answer_page(attempt),
            report=f"/teach/problems/{report}",
            answered=f"/teach/problems/{answered}",
            correction=f"/teach/corrections/{correction.code}",
            undone=f"/teach/corrections/{undone.code}",
            attempt=f"{teach}/{mara.code}/attempt-{attempt.number}",
            voided=f"{teach}/{mara.code}/attempt-{voided.number}",
            time=f"{teach}/{milo.code}/attempt-{running.number}/time",
            extra_attempt=f"{teach}/{mara.code}/extra-attempt",
            adjustment=f"/people/{milo.code}/adjustment",
            receipt=f"/verify/{receipt.code}",
            own=f"{COURSE}/quizzes/{QUIZ}/attempt-{attempt.number}",
        )

    def _known(self, email: str, role: Role) -> Person:
        with self.site.reading() as ctx:
            user = ctx.session.scalars(select(User).where(User.email == email)).one()
        actor = Actor(user_id=user.id, name=user.name, code=user.code, grants=(Grant(role),))
        return Person(user.id, user.code, user.email, user.name, actor)

    def _learner(self, name: str) -> Person:
        person = make_person(
            self.site, name, email=f"{name.split(maxsplit=1)[0].lower()}@example.org"
        )
        give_password(self.site, person.id, PASSWORD)

        def enrol(ctx: Context) -> None:
            course = course_queries.get_course(ctx, SLUG)
            course_commands.enroll(ctx, course, ctx.session.get_one(User, person.id))

        self.site.perform(enrol)
        return person

    def _start(self, person: Person) -> Attempt:
        def command(ctx: Context) -> Attempt:
            course = course_queries.get_course(ctx, SLUG)
            return starting.start_attempt(ctx, course, quiz_queries.get_quiz(ctx, course, QUIZ))

        return self.site.perform(command, actor=person.actor)

    def _sit(
        self, person: Person, essay: str, choice: str, *, is_in_two_tabs: bool = False
    ) -> Attempt:
        attempt = self._start(person)
        with self.site.reading(person.actor) as ctx:
            head = taking.get_head(ctx, Address(SLUG, QUIZ, attempt.number))
        given: list[tuple[int, dict[str, Any]]] = [
            (1, {"r1": {"text": essay}}),
            (2, {"r1": {"choice": choice}}),
            (3, {"r1": {"choice": "a"}}),
        ]
        if is_in_two_tabs:  # the last one comes from a page that is not the newest
            given.append((2, {"r1": {"choice": "c"}}))
        for slot, answer in given:
            save = make_save(slot, answer, confidence=3)
            self.site.perform(saving.save_responses, head, [save], actor=person.actor)
        return self.site.perform(submitting.submit_attempt, attempt.id, actor=person.actor)

    def _void(self, attempt: Attempt) -> None:
        reason = "A fire alarm rang in the middle of it."
        self.site.perform(voiding.void_attempt, attempt, reason, actor=self.instructor.actor)

    def _mark(self, attempt: Attempt, marker: Person, levels: dict[str, str]) -> None:
        key = AnswerKey(attempt.id, 1)
        with self.site.reading(marker.actor) as ctx:
            sheet = answers.read_sheet(ctx, ESSAY, key)
        comment = "Clear and in order." if levels == GOOD else "Say what you do first, and why."
        given = Marking(
            round=sheet.turn or Round.FIRST,
            rubric_version_id=sheet.rubric_version_id,
            levels={"r1": levels},
            comment=comment,
            replaces=0,
        )
        self.site.perform(marking.give_mark, ESSAY, key, given, actor=marker.actor)

    def _answer_page(self, attempt: Attempt) -> str:
        name = Names(self.site.settings).name_of(AnswerKey(attempt.id, 1))
        return f"/teach/grading/{ESSAY}/answers/{name}"

    def _report(self, person: Person, number: int, text: str) -> str:
        with self.site.reading(person.actor) as ctx:
            place = problems.get_reportable(ctx, Address(SLUG, QUIZ, number), 2)
        return self.site.perform(reporting.report_problem, place, text, actor=person.actor).code

    def _answer(self, code: str) -> None:
        with self.site.reading(self.instructor.actor) as ctx:
            report = problems.get_report_page(ctx, code).row.report
        text = "Thank you. Option B was right by the older guideline only. We look into it."
        self.site.perform(
            reporting.answer_problem, report, text, is_for_all=False, actor=self.instructor.actor
        )

    def _running(self, person: Person) -> Attempt:
        """Open, with an adjustment, a break of four minutes and fifteen minutes more."""
        agreement = make_agreement("1.25", extra=5, breaks=10, reason="Agreed with the trainer")
        agree(self.site, person, self.administrator, agreement)
        attempt = self._start(person)
        for minutes, command in ((3, pausing.start_break), (7, pausing.end_break)):
            moment = {"now": attempt.started_at + timedelta(minutes=minutes)}
            self.site.perform(command, attempt.id, actor=person.actor, moment=moment)
        return give_minutes(self.site, attempt.id, 15, self.instructor)


def _write_exam(ctx: Context) -> None:
    course = course_queries.get_course(ctx, SLUG)
    labels = {"objective": ["L11-1"], "reference": ["R40"], "tag": ["written"]}
    essay = {"rubric": RUBRIC, "model_answer": LONG, "notes": "Spelling does not count."}
    drafts = {
        ESSAY: QuestionDraft(
            stem="A patient turns pale while you needle the trapezius. Say what you do, in order.",
            body=_body("essay", essay),
            level="apply",
            labels=labels,
        ),
        CHOICE: QuestionDraft(
            stem="What is done **first** when a patient faints?",
            body=_body("single_best_answer", _options("Needles out", "Legs up", "Call for help")),
            level="remember",
            labels=labels,
        ),
        OTHER: QuestionDraft(
            stem="Where does a used needle go?",
            body=_body("single_best_answer", _options("Sharps bin", "Waste bin", "Back again")),
            level="remember",
            labels=labels,
        ),
    }
    for code, draft in drafts.items():
        question = question_commands.create_question(ctx, course.id, draft, code)
        question_commands.publish_question(ctx, question)
    definition = {
        "id": QUIZ,
        "title": "Written check",
        "pass_mark": 70,
        "time_limit_minutes": 240,
        "attempts": 1,
        "double_marking": True,
        "shuffle_questions": False,
        "confidence": "ask",
        "feedback": {"score": "at_once", "answers": "at_once", "rationale": "at_once"},
        "sections": [{"title": "In your own words", "items": list(drafts)}],
    }
    quiz_commands.save_quiz(ctx, course, Definition.model_validate(definition))


def _body(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"parts": [{"name": "r1", "type": kind, "content": content}]}


def _options(key: str, *others: str) -> dict[str, Any]:
    choices: list[dict[str, Any]] = [{"text": key, "key": True, "rationale": "This comes first."}]
    choices += [{"text": text, "rationale": "Later.", "harm": "suboptimal"} for text in others]
    return {"choices": choices}
