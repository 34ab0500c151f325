"""Tabs, lost replies, a moving clock, edits and closing jobs against a transparent model."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from quizapp.features.attempts import jobs
from quizapp.features.attempts.commands import saving
from quizapp.features.attempts.commands.saving import AnswerSave, AttemptClosed, Outcome
from quizapp.features.attempts.models import Attempt, JournalEntry
from quizapp.infrastructure.site import Site
from tests.factories import attempts, questions, quizzes
from tests.factories.attempts import make_save
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock

LIMIT, GRACE = timedelta(minutes=20), timedelta(seconds=30)
TABS = 3
SLOTS = 2
CHOICES = [{}, {"r1": {"choice": "a"}}, {"r1": {"choice": "b"}}]
slots = st.integers(1, SLOTS)
tabs = st.integers(0, TABS - 1)
answers = st.sampled_from(CHOICES)


@dataclass
class Model:
    """What must be true, kept in the plainest way."""

    ends: Any
    is_open: bool = True
    answers: dict[int, tuple[int, str]] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    tabs: list[dict[int, int]] = field(default_factory=lambda: [{} for _ in range(TABS)])

    def current(self, slot: int) -> tuple[int, str]:
        return self.answers.get(slot, (0, "{}"))


@dataclass(frozen=True)
class Plan:
    """How answers are saved, how many histories there are, and how long each is at most."""

    by_writer: bool
    histories: int
    steps: int
    start: int | None = None
    """The same histories for the same start."""


@dataclass
class Walk:
    """What the histories of one run add up to."""

    histories: int = 0
    steps: int = 0
    acknowledged: int = 0


class Sitting(RuleBasedStateMachine):
    """One attempt, a few tabs of its learner, and everything else that goes on."""

    site: ClassVar[Site]
    clinic: ClassVar[Clinic]
    clock: ClassVar[FrozenClock]
    by_writer: ClassVar[bool]
    edits: ClassVar[Any]
    walk: ClassVar[Walk]

    def __init__(self) -> None:
        super().__init__()
        number = attempts.start(self.site, self.clinic.lea, "machine").number
        self.head = attempts.head_of(self.site, self.clinic.lea, "machine", number)
        self.model = Model(self.head.end.due_at)
        self.sent: list[tuple[int, AnswerSave]] = []

    def teardown(self) -> None:
        self.walk.histories += 1
        self.walk.acknowledged += len(self.model.acknowledged)
        attempts.submit(self.site, self.clinic.lea, self.head.id)

    def _write(self, save: AnswerSave) -> Outcome:
        if self.by_writer:
            unit = saving.unit_of(self.head, [save], self.site.clock(), may_be_left=False)
            return self.site.answers.write(unit)[0]
        return attempts.save(self.site, self.head, save)[0]

    def _expect(self, tab: int, save: AnswerSave) -> None:
        model = self.model
        revision, answer = model.current(save.slot)
        if not model.is_open or self.site.clock() > model.ends + GRACE:
            self._expect_its_first_reply(save)
            return
        outcome = self._write(save)
        if save.op_id in model.acknowledged:
            assert outcome.is_saved
        elif save.answer == answer:
            assert (outcome.is_saved, outcome.revision) == (True, revision)
        elif save.seen == revision:
            assert (outcome.is_saved, outcome.revision) == (True, revision + 1)
            model.answers[save.slot] = (revision + 1, save.answer)
            model.acknowledged.add(save.op_id)
        elif outcome.is_saved:
            self._demand_it_showed_this(save)
        else:
            assert (outcome.revision, outcome.answer) == (revision, answer)
            model.refused.add(save.op_id)
        if outcome.is_saved:
            model.tabs[tab][save.slot] = outcome.revision

    def _expect_its_first_reply(self, save: AnswerSave) -> None:
        """Too late: what has had a reply gets it again, and nothing else is taken."""
        if save.op_id in self.model.acknowledged | self.model.refused:
            assert self._write(save).is_saved == (save.op_id in self.model.acknowledged)
            return
        with pytest.raises(AttemptClosed):
            self._write(save)

    def _demand_it_showed_this(self, save: AnswerSave) -> None:
        """An old page sent back just as it was shown asks for no change."""
        with self.site.reading() as ctx:
            shown = ctx.session.scalar(
                select(JournalEntry.answer).where(
                    JournalEntry.attempt_id == self.head.id,
                    JournalEntry.slot == save.slot,
                    JournalEntry.revision == save.seen,
                    JournalEntry.outcome == "saved",
                )
            )
        assert (shown or "{}") == save.answer

    @rule(tab=tabs)
    def reload(self, tab: int) -> None:
        head = attempts.head_of(self.site, self.clinic.lea, "machine", self.head.address.number)
        self.model.tabs[tab] = {n: head.saved(n).revision for n in range(1, SLOTS + 1)}

    @rule(tab=tabs, slot=slots, answer=answers)
    def answer(self, tab: int, slot: int, answer: dict[str, Any]) -> None:
        save = make_save(slot, answer, seen=self.model.tabs[tab].get(slot, 0))
        self.sent.append((tab, save))
        self._expect(tab, save)

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_again_after_a_lost_reply(self, data: Any) -> None:
        tab, save = data.draw(st.sampled_from(self.sent))
        before = self.model.current(save.slot)
        self._expect(tab, save)
        if save.op_id in self.model.acknowledged:
            assert self.model.current(save.slot) == before

    @rule(seconds=st.sampled_from([1, 2, 30, 60, 700]))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)

    @rule()
    def the_closing_job_runs(self) -> None:
        jobs.close_overdue(self.site)
        if self.site.clock() > self.model.ends + GRACE:
            self.model.is_open = False

    @rule()
    def somebody_edits_the_question(self) -> None:
        questions.edit_question(self.site, "nc-1", stem=f"What comes first? ({next(self.edits)})")

    @rule(hesitation=st.integers(0, 9))
    def hand_in(self, hesitation: int) -> None:
        if hesitation:
            return
        attempts.submit(self.site, self.clinic.lea, self.head.id)
        self.model.is_open = False

    @invariant()
    def the_database_is_the_model(self) -> None:
        self.walk.steps += 1
        head = attempts.head_of(self.site, self.clinic.lea, "machine", self.head.address.number)
        found = {n: head.saved(n) for n in range(1, SLOTS + 1)}
        assert {n: (s.revision, s.answer) for n, s in found.items()} == {
            n: self.model.current(n) for n in range(1, SLOTS + 1)
        }
        assert head.is_open == self.model.is_open
        with self.site.reading() as ctx:
            kept = set(
                ctx.session.scalars(
                    select(JournalEntry.op_id).where(
                        JournalEntry.attempt_id == self.head.id,
                        JournalEntry.outcome == "saved",
                    )
                )
            )
            verdict = ctx.session.scalar(select(Attempt.verdict).where(Attempt.id == self.head.id))
        assert {name.partition("~")[0] for name in kept} >= self.model.acknowledged
        assert (verdict is None) == self.model.is_open


def walk(site: Site, clinic: Clinic, clock: FrozenClock, plan: Plan) -> Walk:
    """Histories of attempts as planned; raises AssertionError where one is not as the model."""
    quizzes.make_quiz(
        site,
        "machine",
        sections=[{"items": ["nc-1", "nc-4"]}],
        time_limit_minutes=int(LIMIT.total_seconds() // 60),
    )
    found = Walk()
    surroundings = {"site": site, "clinic": clinic, "clock": clock, "walk": found}
    machine = type(
        "Here", (Sitting,), {**surroundings, "edits": count(), "by_writer": plan.by_writer}
    )
    run_state_machine_as_test(
        machine if plan.start is None else seed(plan.start)(machine),
        settings=settings(
            max_examples=plan.histories,
            stateful_step_count=plan.steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return found
