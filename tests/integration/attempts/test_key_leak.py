"""Nothing that tells what is right, or how it went, reaches a learner before the quiz allows it.

Every text that only those may read who know the answer is replaced by a word found nowhere else;
then a learner opens everything there is, and none of these words may arrive.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from quizapp.infrastructure.site import Site
from tests.factories import quizzes
from tests.factories.attempts import KEYS
from tests.factories.clinic import Clinic
from tests.factories.clock import START, FrozenClock
from tests.factories.content_sync import COURSE, BankFolder, sync
from tests.integration.attempts.desk import JSON, WRONG, Desk

CANARY = "canary"
HIDDEN_STEMS = ("Needles are cleaned with spirit.", "Needles come in packages of ten.")
EVERYTHING = (
    "/",
    "/courses",
    f"/courses/{COURSE}",
    f"/courses/{COURSE}/basics/clean-needles",
    f"/courses/{COURSE}/basics/safe-depth",
    f"/courses/{COURSE}/quizzes/warm-up",
    f"/courses/{COURSE}/quizzes/final-check",
    "/account",
)


def mark_secrets(bank: BankFolder) -> int:
    """Put a word of its own in place of every rationale; how many there were."""
    count = 0

    def secret(_found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f"rationale: {CANARY}{count}x"

    for path in sorted(bank.root.rglob("*.yaml")) + sorted(bank.root.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        marked = re.sub(r"rationale: [^,}\n]+", secret, text)
        path.write_text(marked, encoding="utf-8")
    return count


@pytest.fixture
def bank(site: Site, clinic: Clinic, tmp_path: Path) -> BankFolder:
    """The sample bank with marked secrets, loaded over the plain one."""
    bank = BankFolder(tmp_path)
    assert clinic.course_id
    assert mark_secrets(bank) > 25
    sync(site, bank.root)
    return bank


@pytest.fixture
def desk(site: Site, app: Flask, clinic: Clinic, bank: BankFolder) -> Desk:
    """Lea's, at the final check with marked secrets."""
    assert bank.root.is_dir()
    return Desk(site, app, clinic.lea)


def all_of(answer: TestResponse) -> str:
    return f"{answer.status} {answer.headers} {answer.text}".lower()


def opened(desk: Desk) -> dict[str, str]:
    """Everything a learner can open now, with what arrived."""
    views = [desk.at(view) for view in ("check", "result", *(f"question-{n}" for n in KEYS))]
    found = {}
    for address in (*EVERYTHING, *views):
        for headers in ({}, JSON, {"X-Requested-With": "fragment"}):
            found[f"{address} {headers}"] = all_of(desk.visitor.get(address, headers=headers))
    return found


def leaks(found: dict[str, str], *words: str) -> list[str]:
    return [
        f"{address}: {word}"
        for address, text in found.items()
        for word in words
        if word.lower() in text
    ]


def test_before_hand_in_no_rationale_arrives(desk: Desk) -> None:
    assert leaks(opened(desk), CANARY) == []


def test_no_reply_to_a_save_tells_anything(desk: Desk) -> None:
    found = {}
    for slot in KEYS:
        late = desk.fields(slot)
        found[f"saved {slot}"] = all_of(desk.save(slot, WRONG[slot], headers=JSON))
        found[f"stale {slot}"] = all_of(desk.post(f"question-{slot}", late))
        found[f"stale script {slot}"] = all_of(desk.post(f"question-{slot}", late, headers=JSON))
        bad = {**late, f"s{slot}-r1": ["9"]}
        found[f"refused {slot}"] = all_of(desk.post(f"question-{slot}", bad))
    assert leaks({**found, **opened(desk)}, CANARY) == []


def test_an_author_s_name_of_an_option_is_on_no_page(desk: Desk) -> None:
    """Authors tend to write the key first, so the name of an option would tell it."""
    for slot in KEYS:
        page = desk.get(f"question-{slot}").text
        values = re.findall(rf'name="s{slot}-r1" value="([^"]*)"', page)
        assert values == [str(place) for place in range(1, len(values) + 1)]
        assert "is_key" not in page
        assert "harm" not in page.lower()


def test_hazards_are_not_marked_unless_the_quiz_says_so(desk: Desk) -> None:
    for slot in KEYS:
        page = desk.get(f"question-{slot}").text
        assert "lung-injury" not in page
        assert "A needle can reach the lung" not in page
        assert 'class="badge badge--bad"' not in page


def without_accidents(text: str) -> str:
    """A reply without what differs between any two: numbers, tokens, codes of receipts."""
    codes = r"([0-9A-Z]{4}-){4}[0-9A-Z]{4}"
    for pattern in (codes, r'value="[^"]{12,}"', r"X-Request-Id: \S+", r"[0-9A-F]{4}-[0-9A-F]+"):
        text = re.sub(pattern, "", text, flags=re.IGNORECASE)
    return text


def test_right_and_wrong_answers_get_the_same_reply(
    site: Site, app: Flask, clinic: Clinic, bank: BankFolder
) -> None:
    assert bank.root.is_dir()
    lea, leo = Desk(site, app, clinic.lea), Desk(site, app, clinic.leo)
    for slot in KEYS:
        for headers in ({}, JSON):
            right = lea.save(slot, headers=headers)
            wrong = leo.save(slot, WRONG[slot], headers=headers)
            assert without_accidents(all_of(right)) == without_accidents(all_of(wrong))
    right, wrong = lea.get("check"), leo.get("check")
    here = (clinic.lea.code, clinic.leo.code)
    assert without_accidents(all_of(right)).replace(here[0], here[1]) == without_accidents(
        all_of(wrong)
    )


def test_a_second_attempt_tells_no_more_than_the_first(
    site: Site, app: Flask, clinic: Clinic, desk: Desk
) -> None:
    desk.hand_in()
    assert CANARY in desk.get("result").text
    second = Desk(site, app, clinic.lea)
    assert second.number == 2
    pages = {f"question {n}": all_of(second.get(f"question-{n}")) for n in KEYS}
    pages["check"] = all_of(second.get("check"))
    assert leaks(pages, CANARY) == []


def test_drafts_and_retired_questions_are_nowhere(desk: Desk) -> None:
    assert leaks(opened(desk), *HIDDEN_STEMS) == []
    desk.hand_in()
    assert leaks(opened(desk), *HIDDEN_STEMS) == []


def test_other_people_are_nowhere(site: Site, app: Flask, clinic: Clinic, desk: Desk) -> None:
    leo = Desk(site, app, clinic.leo)
    leo.save(1)
    leo.hand_in()
    names = [
        word
        for person in (clinic.leo, clinic.nora, clinic.instructor, clinic.manager)
        for word in (person.name, person.email, person.code)
    ]
    assert leaks(opened(desk), *names, "Team South") == []
    desk.hand_in()
    assert leaks(opened(desk), *names, "Team South") == []


def test_the_addresses_of_others_tell_a_learner_nothing(desk: Desk, clinic: Clinic) -> None:
    for address in (
        "/teach/questions",
        "/teach/questions/nc-1",
        "/teach/questions/nc-1/versions/1",
        "/teach/questions/nc-1/compare/1..1",
        f"/teach/quizzes/{COURSE}/final-check",
        "/team",
        "/team/report.csv",
        "/team/report.xlsx",
        f"/team/people/{clinic.leo.code}",
        "/admin/users",
        "/admin/audit-log.csv",
    ):
        for headers in ({}, JSON):
            answer = desk.visitor.get(address, headers=headers)
            assert answer.status_code == 403, address
            assert leaks({address: all_of(answer)}, CANARY, clinic.leo.name) == []


def test_a_knowledge_check_explains_itself_only_to_who_has_answered(desk: Desk) -> None:
    lesson = f"/courses/{COURSE}/basics/clean-needles"
    assert CANARY not in desk.visitor.get(lesson).text
    sent = desk.visitor.send(f"{lesson}/checks/touched-shaft", {"choice": "1"})
    assert sent.status_code == 303
    assert desk.visitor.get(lesson).text.count(CANARY) == 2
    piece = desk.visitor.send(
        f"{lesson}/checks/touched-shaft",
        {"choice": "2"},
        headers={"X-Requested-With": "fragment"},
    )
    assert piece.status_code == 200
    assert piece.text.count(CANARY) == 2


Plan = Callable[..., Desk]
CLOSES = START + timedelta(days=1)
VERDICTS = ("Passed", "passed yet", "Not safe yet", "safety-critical right", "100", "Try again")


@pytest.fixture
def planned(site: Site, app: Flask, clinic: Clinic, bank: BankFolder) -> Plan:
    """Lea's finished attempt at a quiz with a feedback plan."""
    assert bank.root.is_dir()

    def finish(given: dict[int, Any] | None = None, **feedback: str) -> Desk:
        slug = quizzes.make_quiz(
            site,
            sections=[{"items": ["nc-1", "nc-2", "nc-3", "nc-4"]}],
            feedback=feedback,
            window={"closes": CLOSES},
            attempts=2,
        )
        desk = Desk(site, app, clinic.lea, slug)
        for slot in (1, 2, 3, 4):
            desk.save(slot, (given or KEYS)[slot])
        desk.hand_in()
        return desk

    return finish


def results_of(desk: Desk) -> dict[str, str]:
    """What is told about the quiz wherever it is told."""
    pages = ("/", f"/courses/{COURSE}/quizzes/{desk.quiz}", desk.at("result"))
    found = {}
    for address in pages:
        page = desk.visitor.get(address).text
        start = page.index("<main")
        found[address] = re.sub(r"<svg.*?</svg>", "", page[start:], flags=re.DOTALL).lower()
    for address, heading in (("/", "your latest results"), (pages[1], "earlier attempts")):
        after = found[address].partition(heading)[2]
        found[address] = after.partition("</section>")[0]
    return found


@pytest.mark.parametrize("answers", [KEYS, WRONG], ids=["right", "wrong"])
@pytest.mark.parametrize("release", ["never", "after_close"])
def test_a_score_is_told_nowhere_before_its_time(
    planned: Plan, answers: dict[int, Any], release: str
) -> None:
    desk = planned(answers, score=release, answers=release, rationale=release)
    found = results_of(desk)
    assert leaks(found, CANARY, *VERDICTS) == []
    assert all("handed in" in text for text in found.values())


def test_right_and_wrong_attempts_look_the_same_until_then(
    planned: Plan, clock: FrozenClock
) -> None:
    plan = {"score": "after_close", "answers": "after_close", "rationale": "after_close"}
    desk = planned(KEYS, **plan)
    right = desk.get("result").text
    clock.advance(seconds=1)
    second = Desk(desk.site, desk.visitor.application, desk.person, desk.quiz)
    for slot in (1, 2, 3, 4):
        second.save(slot, WRONG[slot])
    second.hand_in()
    wrong = second.get("result").text
    assert without_accidents(right) == without_accidents(wrong).replace(
        "attempt-2", "attempt-1"
    ).replace("attempt 2", "attempt 1")


def test_everything_is_told_once_the_quiz_has_closed(planned: Plan, clock: FrozenClock) -> None:
    desk = planned(score="after_close", answers="after_close", rationale="after_close")
    for wait in (timedelta(), timedelta(seconds=30)):  # the grace of those who are still answering
        clock.now = CLOSES + wait
        desk.visitor.sign_in(desk.person)
        assert CANARY not in desk.get("result").text
    clock.now += timedelta(microseconds=1)
    assert CANARY in desk.get("result").text
    found = results_of(desk)
    assert all("passed" in text for text in found.values())


def test_a_score_alone_tells_no_answer(planned: Plan) -> None:
    """Right or wrong, question by question, would tell the key of a true-or-false question."""
    desk = planned(WRONG, score="after_submit", answers="after_close", rationale="after_close")
    for shown in ("all", "wrong", "safety", "flagged"):
        page = desk.get(f"result?show={shown}").text
        assert "Not safe yet" in page
        assert "The answers are not shown yet." in page
        assert 'class="qrev"' not in page
        assert CANARY not in page


def test_answers_without_reasons_tell_the_key_and_no_more(planned: Plan) -> None:
    desk = planned(score="after_submit", answers="after_submit", rationale="never")
    page = desk.get("result").text
    assert "Right answer" in page or "Your answer, right" in page
    assert CANARY not in page
