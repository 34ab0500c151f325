"""The pages of corrections: choose, read the dry run, confirm, look at it, undo."""

from collections.abc import Callable

import pytest

from quizapp.domain.access.roles import Role
from quizapp.features.grading.commands import correcting
from quizapp.features.grading.models import ACCEPT, FULL_MARKS, VOID
from quizapp.infrastructure.site import Site
from tests.factories.clinic import Clinic
from tests.factories.content_sync import COURSE
from tests.factories.questions import make_question
from tests.factories.web import Visitor
from tests.integration.admin.watching import counted, everything
from tests.integration.attempts.desk import WRONG, form_of, visible
from tests.integration.grading.correcting import correct, new_key, result, sit

RESULT = f"/courses/{COURSE}/quizzes/final-check/attempt-1/result"
CORRECT = "/teach/questions/nc-1/correct"
ACCEPT_B = {"kind": "accept", "accepted": "r1:b", "reason": "B is right as well."}


def test_marks_are_corrected_after_a_dry_run(author: Visitor, site: Site, clinic: Clinic) -> None:
    attempt = sit(site, clinic.lea, {1: WRONG[1]})
    assert CORRECT in author.get("/teach/questions/nc-1").text
    before = everything(site)
    dry_run = author.send(CORRECT, {**ACCEPT_B, "do": "check"})
    assert dry_run.status_code == 200
    assert everything(site) == before
    words = visible(dry_run)
    assert "Who would change" in words
    assert "Another answer is right too: Wipe it" in words
    assert "Why: B is right as well." in words
    assert "Lea Learner" in words
    assert "5 of 6" in words
    _action, hidden = form_of(dry_run, "Correct the marks")
    done = author.post(CORRECT, data={**hidden, "do": "confirm"})
    assert done.status_code == 303
    assert result(site, attempt) == ("6", "6", "passed")
    page = visible(author.get(done.location))
    assert "In force" in page
    assert "B is right as well." in page
    assert "Another answer is right too: Wipe it" in page
    assert "Ina Instructor" in visible(author.get("/teach/corrections"))
    undone = author.fill(f"{done.location}/undo", {})
    assert undone.location == done.location
    assert result(site, attempt) == ("5", "6", "passed")
    assert "Undone" in visible(author.get(done.location))


def test_a_choice_can_be_changed_after_the_dry_run(author: Visitor, clinic: Clinic) -> None:
    assert clinic.course_id
    dry_run = author.send(CORRECT, {**ACCEPT_B, "do": "check"})
    _action, hidden = form_of(dry_run, "Change the choice")
    form = author.post(CORRECT, data={**hidden, "do": "change"})
    assert form.status_code == 200
    assert "B is right as well." in form.text
    assert 'value="accept" checked' in form.text


def test_a_dry_run_that_changed_is_shown_again(author: Visitor, site: Site, clinic: Clinic) -> None:
    sit(site, clinic.lea, {1: WRONG[1]})
    _action, hidden = form_of(
        author.send(CORRECT, {**ACCEPT_B, "do": "check"}), "Correct the marks"
    )
    late = sit(site, clinic.leo, {1: WRONG[1]})
    before = everything(site)
    again = author.post(CORRECT, data={**hidden, "do": "confirm"})
    assert again.status_code == 409
    assert everything(site) == before
    words = visible(again)
    assert "Nothing was corrected" in words
    assert "Leo Learner" in words
    _action, hidden = form_of(again, "Correct the marks")
    assert author.post(CORRECT, data={**hidden, "do": "confirm"}).status_code == 303
    assert result(site, late)[0] == "6"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"reason": "Why"}, "Choose what is to count"),
        ({"kind": "nothing", "reason": "Why"}, "Choose what is to count"),
        ({"kind": "new_key", "reason": "Why"}, "Choose what is to count"),
        ({"kind": "void"}, "Say why the marks are corrected"),
        ({"kind": "void", "reason": "x" * 501}, "Use at most 500 characters."),
        ({"kind": "accept", "reason": "Why"}, "Say which answer is right too"),
        ({"kind": "accept", "accepted": "r1:z", "reason": "Why"}, "Choose from the list"),
        ({"kind": "accept", "accepted": "r1:a", "reason": "Why"}, "Choose from the list"),
        ({"kind": "void", "reason": "Why", "version": "99"}, "Choose from the list"),
    ],
)
@pytest.mark.parametrize("step", ["check", "confirm"])
def test_what_does_not_fit_is_said_at_its_place(
    author: Visitor, site: Site, clinic: Clinic, fields: dict[str, str], message: str, step: str
) -> None:
    sit(site, clinic.lea, {1: WRONG[1]})
    before = everything(site)
    answer = author.send(CORRECT, {**fields, "do": step})
    assert answer.status_code == 422
    assert answer.text.count(message) == 2
    assert everything(site) == before


def test_a_new_key_is_offered_once_there_is_one(
    author: Visitor, site: Site, clinic: Clinic
) -> None:
    sit(site, clinic.lea)
    assert 'value="new_key"' not in author.get(CORRECT).text
    new_key(site, "nc-1", "b")
    page = author.get(CORRECT)
    assert 'value="new_key"' in page.text
    fields = {"kind": "new_key", "reason": "The key was wrong.", "version": "1", "do": "check"}
    assert "Version 1." in visible(author.send(CORRECT, fields))


def test_a_question_that_was_never_live_has_nothing_to_correct(
    author: Visitor, site: Site, clinic: Clinic
) -> None:
    assert clinic.course_id
    question = make_question(site, is_live=False)
    path = f"/teach/questions/{question.code}"
    assert f"{path}/correct" not in author.get(path).text
    assert author.get(f"{path}/correct").status_code == 404


def test_undoing_out_of_order_is_refused_in_words(
    author: Visitor, site: Site, clinic: Clinic
) -> None:
    sit(site, clinic.lea, {1: WRONG[1]})
    first = correct(site, clinic.instructor, "nc-1", ACCEPT)
    second = correct(site, clinic.instructor, "nc-1", VOID)
    page = author.get(f"/teach/corrections/{first.code}")
    assert f"/teach/corrections/{second.code}" in page.text
    assert "/undo" not in page.text
    before = everything(site)
    answer = author.send(f"/teach/corrections/{first.code}/undo")
    assert answer.status_code == 303
    assert f"Undo {second.code} first." in visible(author.get(answer.location))
    assert everything(site) == before


def test_a_correction_that_is_worked_in_says_so(
    author: Visitor, site: Site, clinic: Clinic, monkeypatch: pytest.MonkeyPatch,
    run_jobs: Callable[[], None],
) -> None:  # fmt: skip
    monkeypatch.setattr(correcting, "AT_ONCE", 0)
    sit(site, clinic.lea, {1: WRONG[1]})
    made = correct(site, clinic.instructor, "nc-1", ACCEPT)
    path = f"/teach/corrections/{made.code}"
    answer = author.get(path)
    assert answer.headers["Refresh"] == "5"
    assert "Being worked in" in visible(answer)
    assert "Being worked in" in visible(author.get("/teach/corrections"))
    monkeypatch.setattr(correcting, "AT_ONCE", 50)
    run_jobs()
    answer = author.get(path)
    assert "Refresh" not in answer.headers
    assert "1 attempt changed" in visible(answer)


def test_the_list_is_of_one_s_own_courses(
    author: Visitor, outsider: Visitor, site: Site, clinic: Clinic
) -> None:
    assert "No corrections yet" in author.get("/teach/corrections").text
    sit(site, clinic.lea, {1: WRONG[1]})
    made = correct(site, clinic.instructor, "nc-1", ACCEPT)
    assert made.code in author.get("/teach/corrections?question=nc-1").text
    assert made.code not in author.get("/teach/corrections?question=nc-2").text
    assert made.code not in outsider.get("/teach/corrections").text
    before = everything(site)
    for path in (f"/teach/corrections/{made.code}", f"/teach/corrections/{made.code}/undo"):
        assert outsider.get(path).status_code == 404
    assert outsider.send(f"/teach/corrections/{made.code}/undo").status_code == 404
    assert outsider.get(CORRECT).status_code == 404
    assert outsider.send(CORRECT, {**ACCEPT_B, "do": "check"}).status_code == 404
    assert everything(site) == before


@pytest.mark.parametrize("role", [Role.LEARNER, Role.MANAGER, Role.ADMINISTRATOR])
def test_others_are_kept_out(
    client_as: Callable[[Role], Visitor], site: Site, clinic: Clinic, role: Role
) -> None:
    sit(site, clinic.lea, {1: WRONG[1]})
    made = correct(site, clinic.instructor, "nc-1", ACCEPT)
    visitor = client_as(role)
    before = everything(site)
    for path in (CORRECT, "/teach/corrections", f"/teach/corrections/{made.code}"):
        assert visitor.get(path).status_code == 403
    assert visitor.send(CORRECT, {**ACCEPT_B, "do": "confirm"}).status_code == 403
    assert visitor.send(f"/teach/corrections/{made.code}/undo").status_code == 403
    assert everything(site) == before


@pytest.mark.usefixtures("app")
def test_lists_ask_the_same_for_few_and_for_many(
    author: Visitor, site: Site, clinic: Clinic
) -> None:
    sit(site, clinic.lea, {1: WRONG[1], 2: WRONG[2], 3: WRONG[3]})
    made = correct(site, clinic.instructor, "nc-1", ACCEPT)
    pages = ["/teach/corrections", f"/teach/corrections/{made.code}", CORRECT]
    few = {}
    for page in pages:
        author.get(page)
        with counted(site) as sent:
            author.get(page)
        few[page] = len(sent)
    sit(site, clinic.leo, {1: WRONG[1], 2: WRONG[2], 3: WRONG[3]})
    correct(site, clinic.instructor, "nc-2", VOID)
    correct(site, clinic.instructor, "nc-3", VOID)
    new_key(site, "nc-1", "c")
    for page in pages:
        with counted(site) as sent:
            author.get(page)
        assert len(sent) == few[page], page
    assert max(few.values()) <= 10, few


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (VOID, "This question was taken out of the marks."),
        (FULL_MARKS, "A correction gives 1 of 1 for it."),
        (ACCEPT, "Your answer was marked by a corrected key."),
    ],
)
def test_the_learner_s_result_tells_of_it(
    client_as: Callable[[Role], Visitor], site: Site, clinic: Clinic, kind: str, words: str
) -> None:
    sit(site, clinic.lea, {1: WRONG[1]})
    lea = client_as(Role.LEARNER)
    assert "Corrected" not in lea.get(RESULT).text
    correct(site, clinic.instructor, "nc-1", kind)
    page = lea.get(RESULT)
    assert words in visible(page)
    assert f"{RESULT.removesuffix('result')}explained#corrections" in page.text
