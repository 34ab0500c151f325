"""The pages of an attempt: from question to question, checking, handing in, the result."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask

from quizapp.infrastructure.site import Site
from tests.factories.attempts import KEYS
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock
from tests.integration.attempts.desk import JSON, WRONG, Desk, chosen, form_of, visible


@pytest.fixture
def desk(site: Site, app: Flask, clinic: Clinic) -> Desk:
    """Lea's, at the final check."""
    return Desk(site, app, clinic.lea)


@pytest.mark.parametrize("slot", KEYS)
def test_every_question_has_its_page(desk: Desk, slot: int) -> None:
    page = desk.get(f"question-{slot}")
    assert page.status_code == 200
    assert f"Question {slot} of 6" in page.text


@pytest.mark.parametrize("view", ["question-0", "question-7", "question-99"])
def test_a_question_that_is_not_in_it_has_none(desk: Desk, view: str) -> None:
    assert desk.get(view).status_code == 404


def test_a_saved_answer_is_on_the_page_again(desk: Desk) -> None:
    desk.save(1, WRONG[1])
    page = desk.get("question-1")
    assert chosen(page) == ["Wipe it"]
    assert 'name="s1-seen" value="1"' in page.text


@pytest.mark.parametrize(
    ("goto", "place"),
    [
        ("next", "question-2"),
        ("3", "question-3"),
        ("check", "check"),
        ("nowhere", "question-2"),
        ("7", "question-2"),
        ("²", "question-2"),
    ],
)
def test_a_save_leads_on(desk: Desk, goto: str, place: str) -> None:
    answer = desk.post("question-1", desk.fields(1, goto=[goto]))
    assert (answer.status_code, answer.location) == (303, desk.at(place))


def test_after_the_last_question_comes_the_check(desk: Desk) -> None:
    assert desk.save(6).location == desk.at("check")


def test_leaving_leads_to_the_course(desk: Desk) -> None:
    answer = desk.post("question-1", desk.fields(1, goto=["leave"]))
    assert answer.location == "/courses/needle-care"


def test_scripts_are_told_the_revision_and_the_time(desk: Desk, clock: FrozenClock) -> None:
    answer = desk.save(1, headers=JSON)
    assert answer.status_code == 200
    assert answer.json == {
        "slots": {"1": {"revision": 1, "saved": True}},
        "stale": [],
        "saved_at": clock.now.isoformat(),
    }


def test_the_check_lists_what_is_open_or_flagged(desk: Desk) -> None:
    for slot in (1, 2, 3):
        desk.save(slot)
    desk.post("question-4", desk.fields(4, s4_flag=["1"]))
    desk.post("question-5", desk.fields(5, {}, s5_flag=["1"]))
    page = visible(desk.get("check"))
    assert "2 questions are not answered" in page
    assert "4. A patient coughs after a needle over the ribs. What comes first? Flagged, an" in page
    assert "5. The lung lies under the painful place. Flagged, not answered" in page
    assert "6. Which direction is safest? Not answered" in page
    assert "1. You touched" not in page


def test_the_check_is_calm_when_all_is_answered(desk: Desk) -> None:
    for slot in KEYS:
        desk.save(slot)
    assert "Every question is answered" in desk.get("check").text


class TestTwoTabs:
    """The same question answered differently in two tabs."""

    @pytest.fixture
    def conflict(self, desk: Desk) -> Callable[..., tuple[int, str]]:
        """Save the right answer in one tab, then another from a page opened before."""

        def post(**headers: str) -> tuple[int, str]:
            late = desk.fields(1, WRONG[1])
            desk.save(1)
            answer = desk.post("question-1", late, headers=headers)
            return answer.status_code, answer.text

        return post

    def test_both_answers_are_shown(
        self, desk: Desk, conflict: Callable[..., tuple[int, str]]
    ) -> None:
        status, text = conflict()
        assert status == 409
        assert "This question was answered somewhere else" in text
        assert text.index("Take a new needle") < text.index("Wipe it")
        assert desk.head.saved(1).revision == 1

    def test_scripts_are_told_which_one_lost(
        self, conflict: Callable[..., tuple[int, str]]
    ) -> None:
        status, text = conflict(**JSON)
        assert status == 409
        assert '"stale": [1]' in text

    def test_ones_own_is_kept_with_one_click(self, desk: Desk) -> None:
        late = desk.fields(1, WRONG[1])
        desk.save(1)
        address, fields = form_of(desk.post("question-1", late), "Use my answer")
        answer = desk.visitor.post(address, data=fields)
        assert (answer.status_code, answer.location) == (303, desk.at("question-1"))
        assert desk.head.saved(1).revision == 2
        assert chosen(desk.get("question-1")) == ["Wipe it"]

    def test_only_the_question_at_hand_is_settled(self, desk: Desk) -> None:
        late = desk.fields(1, WRONG[1])
        desk.save(1)
        address, fields = form_of(desk.post("question-1", late), "Use my answer")
        desk.save(2)
        desk.visitor.post(address, data=fields)
        assert desk.head.saved(2).revision == 1


def test_handing_in_leads_to_the_result_and_again_to_the_same(desk: Desk) -> None:
    for slot in KEYS:
        desk.save(slot)
    first = desk.hand_in()
    assert (first.status_code, first.location) == (303, desk.at("result"))
    before = desk.rows()
    assert desk.hand_in().location == desk.at("result")
    assert desk.rows() == before
    page = visible(desk.get("result"))
    assert "Passed. Every safety-critical question was right" in page
    assert "100" in page


@pytest.mark.parametrize("view", ["question-1", "check"])
def test_a_closed_attempt_leads_to_its_result(desk: Desk, view: str) -> None:
    desk.hand_in()
    answer = desk.get(view)
    assert (answer.status_code, answer.location) == (303, desk.at("result"))


def test_the_result_of_an_open_attempt_leads_to_its_questions(desk: Desk) -> None:
    answer = desk.get("result")
    assert (answer.status_code, answer.location) == (303, desk.at("question-1"))


def test_what_came_too_late_is_shown_and_not_saved(desk: Desk) -> None:
    fields = desk.fields(1)
    desk.hand_in()
    before = desk.rows()
    answer = desk.post("question-1", fields)
    assert answer.status_code == 409
    assert "Take a new needle" in visible(answer)
    assert desk.at("result") in answer.text
    assert desk.rows() == before


def test_after_the_deadline_only_handing_in_is_left(desk: Desk, clock: FrozenClock) -> None:
    desk.save(1)
    clock.advance(minutes=20, seconds=1)
    for view in ("question-2", "check"):
        page = desk.get(view)
        assert page.status_code == 200
        assert desk.at("submit") in page.text
        assert 'name="s2-r1"' not in page.text


def test_after_grace_an_answer_is_not_taken_and_said_so(desk: Desk, clock: FrozenClock) -> None:
    fields = desk.fields(1)
    clock.advance(minutes=20, seconds=31)
    desk.visitor.get("/account")  # the first request after a while is noted as such
    before = desk.rows()
    answer = desk.post("question-1", fields)
    assert answer.status_code == 409
    assert "came too late and was not saved: Take a new needle" in visible(answer)
    assert desk.post("question-1", fields, headers=JSON).content_type == "application/problem+json"
    assert desk.rows() == before


def test_handing_in_after_time_says_how_many_answers_counted(
    desk: Desk, clock: FrozenClock
) -> None:
    desk.save(1)
    desk.save(2)
    clock.advance(minutes=25)
    desk.hand_in()
    page = visible(desk.get("result"))
    assert "Time was up at 09:20. Your 2 saved answers were handed in." in page


def test_a_page_that_hands_in_at_the_end_says_that_time_was_up(
    desk: Desk, clock: FrozenClock
) -> None:
    desk.save(1)
    clock.advance(minutes=20, seconds=2)  # within the grace, as the page's own clock does
    desk.hand_in()
    page = visible(desk.get("result"))
    assert "Time was up at 09:20. Your 1 saved answer was handed in." in page


def test_a_missed_hazard_comes_first_and_is_not_safe(desk: Desk) -> None:
    for slot in KEYS:
        desk.save(slot, WRONG[4] if slot == 4 else None)
    desk.hand_in()
    page = visible(desk.get("result"))
    assert "Not safe yet: 1 safety-critical question was missed" in page
    assert "Read this first: A needle can reach the lung" in page
    assert "Your score was above the pass mark" in page
    assert "Re-read:" in page


@pytest.mark.parametrize(
    ("shown", "count"), [("all", 6), ("wrong", 2), ("safety", 1), ("flagged", 1), ("odd", 6)]
)
def test_the_result_is_filtered(desk: Desk, shown: str, count: int) -> None:
    for slot in KEYS:
        more = {"s2_flag": ["1"]} if slot == 2 else {}
        answer = WRONG[slot] if slot in {1, 4} else None
        desk.post(f"question-{slot}", desk.fields(slot, answer, **more))
    desk.hand_in()
    page = desk.get(f"result?show={shown}").text
    assert page.count('class="qrev"') == count


def test_nothing_of_the_kind_is_said_so(desk: Desk) -> None:
    for slot in KEYS:
        desk.save(slot)
    desk.hand_in()
    assert "No question of this kind." in desk.get("result?show=wrong").text


def test_the_review_explains_every_option(desk: Desk) -> None:
    desk.save(1, WRONG[1])
    desk.hand_in()
    page = visible(desk.get("result"))
    for words in (
        "The shaft is no longer clean.",
        "Wiping does not make it sterile.",
        "Germs do not wait.",
        "A needle that was touched is waste.",
        "Lesson: Clean needles",
        "Not answered",
    ):
        assert words in page, words


def test_how_sure_one_was_is_told_back(site: Site, desk: Desk) -> None:
    from tests.factories import attempts

    attempts.save(site, desk.head, attempts.make_save(1, confidence=3))
    attempts.save(site, desk.head, attempts.make_save(2, WRONG[2], confidence=3))
    desk.hand_in()
    page = visible(desk.get("result"))
    assert "Certain 1 1" in page
    assert "You were certain" in page


def test_the_clock_of_the_page_counts_from_the_server(desk: Desk, clock: FrozenClock) -> None:
    clock.advance(minutes=5)
    page = desk.get("question-1").text
    assert f'data-ends-in="{timedelta(minutes=15).seconds}"' in page
    assert "Finish by 09:20 (UTC)" in page


def test_pages_of_an_attempt_stay_within_it(desk: Desk) -> None:
    for view in ("question-1", "check"):
        text = desk.get(view).text
        for action in [part.partition('"')[0] for part in text.split('action="')[1:]]:
            assert urlsplit(action).path.startswith(desk.at("")), action
