"""Marks by people: given once, changed openly, and only final ones make a result."""

from fractions import Fraction
from threading import Barrier, Thread
from typing import Any

import pytest

from quizapp.domain.access.roles import Grant, Role
from quizapp.domain.errors import AccessDenied, NotFound, Refusal
from quizapp.domain.hand_marking import Round
from quizapp.features.grading.commands import marking as commands
from quizapp.features.grading.commands import remarking
from quizapp.features.grading.commands.marking import (
    ChangedMeanwhile,
    MarkedMeanwhile,
    NotJudged,
)
from quizapp.features.grading.queries import answers, marking
from quizapp.features.grading.queries import remarking as older
from quizapp.features.grading.queries.blind import AnswerKey, Names
from quizapp.infrastructure.site import Site
from quizapp.question_types.rubric import (
    CriterionUnknown,
    LevelMissing,
    LevelUnknown,
    NothingToEarn,
    Rubric,
)
from tests.factories import attempts
from tests.factories.accounts import Person, make_person
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock
from tests.factories.marking import (
    ESSAY,
    FULL,
    HALF,
    NONE,
    QUIZ,
    RUBRIC,
    TEXT,
    essay_body,
    hand_in,
    key_of,
    make_essay,
    make_marked_quiz,
    mark,
    marks_of,
    name_of,
    result_of,
    sheet_of,
)
from tests.factories.questions import edit_question
from tests.factories.quizzes import make_quiz
from tests.integration.admin.watching import actions, everything


@pytest.fixture
def ina(clinic: Clinic) -> Person:
    return clinic.instructor


def instructor(site: Site, clinic: Clinic, name: str) -> Person:
    return make_person(site, name, grants=[Grant(Role.INSTRUCTOR, course_id=clinic.course_id)])


@pytest.fixture
def ben(site: Site, clinic: Clinic) -> Person:
    return instructor(site, clinic, "Ben Second")


def essay_quiz(site: Site, **changes: Any) -> None:
    make_essay(site)
    make_marked_quiz(site, **changes)


def queue(site: Site, person: Person) -> list[tuple[str, int, int, int]]:
    with site.reading(person.actor) as ctx:
        rows = marking.list_queue(ctx)
    return [(row.question.code, row.to_mark, row.for_others, row.marked) for row in rows]


def test_an_essay_waits_and_its_mark_makes_the_result(
    site: Site, clinic: Clinic, ina: Person
) -> None:
    essay_quiz(site)
    attempt = hand_in(site, clinic.lea)
    assert result_of(site, attempt) == (None, "pending")
    assert queue(site, ina) == [(ESSAY, 1, 0, 0)]

    mark(site, ina, attempt, {"order": "some", "reasons": "given"}, comment="Watch as well.")

    assert result_of(site, attempt) == ("7/10", "passed")
    assert queue(site, ina) == []
    assert actions(site)[-1] == "mark.given"
    (stored,) = marks_of(site, attempt)
    assert stored.levels == {"r1": {"order": "some", "reasons": "given"}}
    assert (stored.round, stored.share, stored.comment) == ("first", "7/10", "Watch as well.")


def test_what_nobody_answered_waits_for_nobody(site: Site, clinic: Clinic, ina: Person) -> None:
    essay_quiz(site)
    attempt = hand_in(site, clinic.lea, texts=("",))
    assert result_of(site, attempt) == ("0", "not_passed")
    assert queue(site, ina) == []


def test_an_attempt_is_pending_until_its_last_answer_is_marked(
    site: Site, clinic: Clinic, ina: Person
) -> None:
    for code in ("essay-1", "essay-2"):
        make_essay(site, code)
    make_marked_quiz(site, items=("essay-1", "essay-2"))
    attempt = hand_in(site, clinic.lea, texts=(TEXT, "Two"))
    mark(site, ina, attempt)
    assert result_of(site, attempt) == ("1", "pending")
    mark(site, ina, attempt, NONE, slot=2, code="essay-2")
    assert result_of(site, attempt, 2) == ("0", "passed")


def test_a_safety_critical_answer_is_all_or_nothing(
    site: Site, clinic: Clinic, ina: Person
) -> None:
    make_essay(site, hazard="re-used-needle")
    make_marked_quiz(site)
    attempt = hand_in(site, clinic.lea)
    mark(site, ina, attempt, {"order": "some", "reasons": "given"})
    assert result_of(site, attempt) == ("0", "not_safe")
    mark(site, ina, attempt, FULL)
    assert result_of(site, attempt) == ("1", "passed")


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ({}, {"r1-order": LevelMissing, "r1-reasons": LevelMissing}),
        ({"order": "all"}, {"r1-reasons": LevelMissing}),
        ({"order": "given", "reasons": "given"}, {"r1-order": LevelUnknown}),
        ({**FULL, "style": "all"}, {"r1": CriterionUnknown}),
    ],
)
def test_a_mark_that_does_not_fit_its_rubric_is_refused_at_its_place(
    site: Site, clinic: Clinic, ina: Person, levels: dict[str, str], expected: dict[str, Any]
) -> None:
    essay_quiz(site)
    attempt = hand_in(site, clinic.lea)
    before = everything(site)
    with pytest.raises(NotJudged) as caught:
        mark(site, ina, attempt, levels)
    assert {place: type(found) for place, found in caught.value.problems.items()} == expected
    assert everything(site) == before


def test_a_rubric_without_points_is_told(
    site: Site, clinic: Clinic, ina: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing like it can go live; files of an older version might hold one."""
    essay_quiz(site)
    attempt = hand_in(site, clinic.lea)
    monkeypatch.setattr(Rubric, "maximum", Fraction(0))
    with pytest.raises(NotJudged) as caught:
        mark(site, ina, attempt)
    assert {place: type(found) for place, found in caught.value.problems.items()} == {
        "r1": NothingToEarn
    }


def test_an_attempt_that_is_not_there_is_not_found(site: Site, clinic: Clinic, ina: Person) -> None:
    essay_quiz(site)
    assert clinic.lea.id
    sent = commands.Marking(Round.FIRST, 1, {"r1": FULL}, "")
    with pytest.raises(NotFound):
        site.perform(commands.give_mark, ESSAY, AnswerKey(999, 1), sent, actor=ina.actor)


def test_a_flag_without_an_answer_is_nothing_to_mark(
    site: Site, clinic: Clinic, ina: Person
) -> None:
    essay_quiz(site)
    attempt = attempts.start(site, clinic.lea, QUIZ)
    head = attempts.head_of(site, clinic.lea, QUIZ)
    attempts.save(site, head, attempts.make_save(1, {}, is_flagged=True))
    attempts.submit(site, clinic.lea, attempt.id)
    with pytest.raises(NotFound):
        sheet_of(site, ina, attempt)


def test_answers_are_put_back_once_more_while_they_wait(
    site: Site, clinic: Clinic, ina: Person, clock: FrozenClock
) -> None:
    essay_quiz(site)
    attempt = hand_in(site, clinic.lea)
    mark(site, ina, attempt)
    for points in ("7", "8"):
        clock.advance(minutes=1)
        assert _put_back(site, ina) == 0
        rubric = {"criteria": [{**RUBRIC["criteria"][1], "levels": [
            {"id": "given", "label": "Given", "points": points},
            {"id": "missing", "label": "Missing", "points": "0"},
        ]}]}  # fmt: skip
        edit_question(site, ESSAY, body=essay_body(rubric=rubric))
        assert _put_back(site, ina) == 1
    assert result_of(site, attempt) == ("1", "passed")
    sheet = sheet_of(site, ina, attempt)
    assert [c.points for part in sheet.judged for c in part.criteria] == ["8"]
    clock.advance(minutes=1)
    mark(site, ina, attempt, {"reasons": "missing"})
    assert result_of(site, attempt) == ("0", "not_passed")
    assert queue(site, ina) == []


def _put_back(site: Site, person: Person) -> int:
    with site.reading(person.actor) as ctx:
        question = marking.get_question(ctx, ESSAY)
    return site.perform(remarking.put_back, question, question.live_version_id, actor=person.actor)


def test_a_question_without_a_rubric_has_nothing_to_put_back(
    site: Site, clinic: Clinic, ina: Person
) -> None:
    with site.reading(ina.actor) as ctx:
        keyed = marking.get_question(ctx, "nc-1")
        assert older.find_older(ctx, keyed) == older.NOTHING
        draft = marking.get_question(ctx, "nc-new")
        assert draft.live_version_id is None
        assert older.find_older(ctx, draft) == older.NOTHING
    assert clinic.lea.id


def test_a_comment_has_an_end(site: Site, clinic: Clinic, ina: Person) -> None:
    essay_quiz(site)
    attempt = hand_in(site, clinic.lea)
    with pytest.raises(NotJudged) as caught:
        mark(site, ina, attempt, comment="x" * 4001)
    assert list(caught.value.problems) == ["comment"]


def test_a_mark_sent_twice_is_given_once(site: Site, clinic: Clinic, ina: Person) -> None:
    essay_quiz(site)
    attempt = hand_in(site, clinic.lea)
    mark(site, ina, attempt)
    before = everything(site)
    mark(site, ina, attempt, round=Round.FIRST, replaces=0)
    assert everything(site) == before


def test_a_changed_mark_is_a_new_row_and_changes_the_result(
    site: Site, clinic: Clinic, ina: Person
) -> None:
    essay_quiz(site)
    attempt = hand_in(site, clinic.lea)
    mark(site, ina, attempt)
    mark(site, ina, attempt, HALF)
    old, new = marks_of(site, attempt)
    assert (old.share, old.replaced_at is None) == ("1", False)
    assert (new.share, new.replaced_at) == ("3/10", None)
    assert result_of(site, attempt) == ("3/10", "not_passed")
    assert actions(site)[-1] == "mark.changed"


def test_a_change_of_what_was_changed_meanwhile_is_refused(
    site: Site, clinic: Clinic, ina: Person
) -> None:
    essay_quiz(site)
    attempt = hand_in(site, clinic.lea)
    first = mark(site, ina, attempt).marks[Round.FIRST].id
    mark(site, ina, attempt, HALF)
    before = everything(site)
    with pytest.raises(ChangedMeanwhile):
        mark(site, ina, attempt, NONE, replaces=first)
    assert everything(site) == before


def test_another_instructor_may_change_a_mark_that_counts(
    site: Site, clinic: Clinic, ina: Person, ben: Person
) -> None:
    essay_quiz(site)
    attempt = hand_in(site, clinic.lea)
    mark(site, ina, attempt)
    mark(site, ben, attempt, HALF)
    assert [m.marker_id for m in marks_of(site, attempt)] == [ina.id, ben.id]
    assert result_of(site, attempt)[0] == "3/10"


def test_a_mark_for_what_somebody_else_marked_is_not_lost_in_silence(
    site: Site, clinic: Clinic, ina: Person, ben: Person
) -> None:
    essay_quiz(site)
    attempt = hand_in(site, clinic.lea)
    mark(site, ina, attempt)
    before = everything(site)
    with pytest.raises(MarkedMeanwhile):
        mark(site, ben, attempt, HALF, round=Round.FIRST, replaces=0)
    assert everything(site) == before


def test_two_who_agree_nearly_count_by_their_mean(
    site: Site, clinic: Clinic, ina: Person, ben: Person
) -> None:
    essay_quiz(site, double_marking=True, moderation_over=40)
    attempt = hand_in(site, clinic.lea)
    mark(site, ina, attempt)
    assert result_of(site, attempt) == (None, "pending")
    assert queue(site, ina) == [(ESSAY, 0, 1, 0)]
    assert queue(site, ben) == [(ESSAY, 1, 0, 0)]
    mark(site, ben, attempt, {"order": "some", "reasons": "given"})
    assert result_of(site, attempt) == ("17/20", "passed")


def test_the_second_marker_does_not_see_the_first_mark(
    site: Site, clinic: Clinic, ina: Person, ben: Person
) -> None:
    essay_quiz(site, double_marking=True)
    attempt = hand_in(site, clinic.lea)
    mark(site, ina, attempt, comment="Seen by nobody yet")
    sheet = sheet_of(site, ben, attempt)
    assert (sheet.turn, sheet.shown_marks, sheet.changeable) == (Round.SECOND, [], None)


def test_who_began_as_first_may_turn_out_to_be_second(
    site: Site, clinic: Clinic, ina: Person, ben: Person
) -> None:
    essay_quiz(site, double_marking=True)
    attempt = hand_in(site, clinic.lea)
    mark(site, ina, attempt)
    mark(site, ben, attempt, round=Round.FIRST)
    assert [m.round for m in marks_of(site, attempt)] == ["first", "second"]


def test_the_same_person_never_marks_twice(site: Site, clinic: Clinic, ina: Person) -> None:
    essay_quiz(site, double_marking=True)
    attempt = hand_in(site, clinic.lea)
    mark(site, ina, attempt)
    with pytest.raises(MarkedMeanwhile):
        mark(site, ina, attempt, HALF, round=Round.SECOND, replaces=0)
    assert result_of(site, attempt) == (None, "pending")


def test_marks_that_differ_too_much_go_to_a_third_person(
    site: Site, clinic: Clinic, ina: Person, ben: Person
) -> None:
    eve = instructor(site, clinic, "Eve Third")
    essay_quiz(site, double_marking=True)
    attempt = hand_in(site, clinic.lea)
    mark(site, ina, attempt)
    mark(site, ben, attempt, NONE)
    assert result_of(site, attempt) == (None, "pending")
    assert [queue(site, p)[0][1] for p in (ina, ben, eve)] == [0, 0, 1]
    sheet = sheet_of(site, eve, attempt)
    assert [m.share for m in sheet.shown_marks] == ["1", "0"]
    mark(site, eve, attempt, HALF)
    assert result_of(site, attempt) == ("3/10", "not_passed")
    for person in (ina, ben):
        assert sheet_of(site, person, attempt).changeable is None


def test_without_a_third_person_one_of_the_two_decides(
    site: Site, clinic: Clinic, ina: Person, ben: Person
) -> None:
    essay_quiz(site, double_marking=True)
    attempt = hand_in(site, clinic.lea)
    mark(site, ina, attempt)
    mark(site, ben, attempt, NONE)
    assert [queue(site, person)[0][1] for person in (ina, ben)] == [1, 1]
    mark(site, ben, attempt, HALF)
    assert [m.round for m in marks_of(site, attempt)] == ["first", "second", "moderation"]
    assert result_of(site, attempt) == ("3/10", "not_passed")


def test_a_moderator_s_page_opened_too_early_is_refused(
    site: Site, clinic: Clinic, ina: Person, ben: Person
) -> None:
    eve = instructor(site, clinic, "Eve Third")
    essay_quiz(site, double_marking=True)
    attempt = hand_in(site, clinic.lea)
    mark(site, ina, attempt)
    mark(site, ben, attempt, NONE)
    with pytest.raises(MarkedMeanwhile):
        mark(site, eve, attempt, HALF, round=Round.SECOND)


def test_a_change_that_makes_final_marks_differ_waits_for_a_moderator(
    site: Site, clinic: Clinic, ina: Person, ben: Person
) -> None:
    essay_quiz(site, double_marking=True)
    attempt = hand_in(site, clinic.lea)
    mark(site, ina, attempt)
    mark(site, ben, attempt)
    mark(site, ben, attempt, NONE)
    assert result_of(site, attempt) == ("1", "passed")  # in force until a moderator has decided
    assert queue(site, ina) == [(ESSAY, 1, 0, 0)]
    mark(site, ina, attempt, HALF)
    assert result_of(site, attempt) == ("3/10", "not_passed")
    assert queue(site, ina) == []


def test_a_change_back_makes_them_final_again(
    site: Site, clinic: Clinic, ina: Person, ben: Person
) -> None:
    instructor(site, clinic, "Eve Third")
    essay_quiz(site, double_marking=True)
    attempt = hand_in(site, clinic.lea)
    for person, levels in ((ina, FULL), (ben, FULL), (ben, NONE), (ben, FULL)):
        mark(site, person, attempt, levels)
    assert result_of(site, attempt) == ("1", "passed")
    assert queue(site, ina) == []


def test_nobody_marks_their_own_answer(site: Site, clinic: Clinic) -> None:
    both = make_person(
        site,
        "Bo Both",
        grants=[Role.LEARNER, Grant(Role.INSTRUCTOR, course_id=clinic.course_id)],
    )
    from tests.factories.courses import enroll

    enroll(site, both)
    essay_quiz(site)
    attempt = hand_in(site, both)
    assert queue(site, both) == []
    with pytest.raises(NotFound):
        sheet_of(site, both, attempt)
    assert queue(site, clinic.instructor) == [(ESSAY, 1, 0, 0)]


@pytest.mark.parametrize("who", ["lea", "leo", "manager", "administrator", "guest_instructor"])
def test_only_the_course_s_instructors_mark(
    site: Site, clinic: Clinic, ina: Person, who: str
) -> None:
    essay_quiz(site)
    attempt = hand_in(site, clinic.lea)
    sheet = sheet_of(site, ina, attempt)
    before = everything(site)
    sent = commands.Marking(sheet.turn, sheet.rubric_version_id, {"r1": FULL}, "")
    with pytest.raises((AccessDenied, NotFound)):
        site.perform(
            commands.give_mark, ESSAY, key_of(attempt), sent, actor=getattr(clinic, who).actor
        )
    assert everything(site) == before


def test_an_open_attempt_and_a_key_marked_question_cannot_be_marked(
    site: Site, clinic: Clinic, ina: Person
) -> None:
    essay_quiz(site)
    running = attempts.start(site, clinic.leo, QUIZ)
    head = attempts.head_of(site, clinic.leo, QUIZ)
    attempts.save(site, head, attempts.make_save(1, {"r1": {"text": TEXT}}))
    with pytest.raises(NotFound):
        sheet_of(site, ina, running)
    make_quiz(site, "keyed")
    keyed = attempts.start(site, clinic.lea, "keyed")
    attempts.submit(site, clinic.lea, keyed.id)
    with pytest.raises(NotFound):
        sheet_of(site, ina, keyed, code="nc-1")
    with pytest.raises(NotFound):
        sheet_of(site, ina, keyed)


def test_two_at_once_give_one_mark(site: Site, clinic: Clinic, ina: Person, ben: Person) -> None:
    essay_quiz(site)
    attempt = hand_in(site, clinic.lea)
    sheets = {person.id: sheet_of(site, person, attempt) for person in (ina, ben)}
    barrier, refused = Barrier(2), []

    def go(person: Person) -> None:
        barrier.wait()
        try:
            mark(site, person, attempt, round=sheets[person.id].turn, replaces=0)
        except Refusal as refusal:
            refused.append(type(refusal))

    threads = [Thread(target=go, args=(person,)) for person in (ina, ben)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == [MarkedMeanwhile]
    assert len(marks_of(site, attempt)) == 1
    assert actions(site).count("mark.given") == 1


def test_two_at_once_are_first_and_second_where_two_are_asked_for(
    site: Site, clinic: Clinic, ina: Person, ben: Person
) -> None:
    essay_quiz(site, double_marking=True)
    attempt = hand_in(site, clinic.lea)
    threads = [
        Thread(target=mark, args=(site, person, attempt), kwargs={"round": Round.FIRST})
        for person in (ina, ben)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {m.round for m in marks_of(site, attempt)} == {"first", "second"}
    assert result_of(site, attempt) == ("1", "passed")


def test_names_go_both_ways_and_tell_nothing(site: Site, clinic: Clinic) -> None:
    names = Names(site.settings)
    keys = [AnswerKey(number, slot) for number in range(1, 40) for slot in (1, 2)]
    found = [names.name_of(key) for key in keys]
    assert [names.key_of(name) for name in found] == keys
    assert len({name[:8] for name in found}) == len(keys)
    assert sorted(found) != found
    for bad in ("", "zz", "00" * 16, found[0].upper(), found[0][:-2], found[0] + "00"):
        with pytest.raises(NotFound):
            names.key_of(bad)
    essay_quiz(site)
    attempt = hand_in(site, clinic.lea)
    with site.reading(clinic.instructor.actor) as ctx:
        question = marking.get_question(ctx, ESSAY)
        assert answers.get_sheet(ctx, question, name_of(site, attempt)).key == key_of(attempt)


def test_each_marker_begins_elsewhere_and_everybody_gets_round(
    site: Site, clinic: Clinic, ina: Person, ben: Person
) -> None:
    essay_quiz(site)
    for _ in range(4):
        hand_in(site, clinic.lea)
        hand_in(site, clinic.leo)
    orders = []
    for person in (ina, ben):
        with site.reading(person.actor) as ctx:
            listed = marking.list_answers(ctx, marking.get_question(ctx, ESSAY))
            order = [marking.next_for(ctx, listed)]
            for _ in range(7):
                assert order[-1] is not None
                order.append(marking.next_for(ctx, listed, order[-1].name))
        orders.append([answer.name for answer in order if answer])
    assert len(set(orders[0])) == 8
    assert set(orders[0]) == set(orders[1])
    assert orders[0] != orders[1]
