"""Who may open the pages of the bank: instructors of the course, and nobody else."""

from collections.abc import Callable

import pytest

from quizapp.domain.access.roles import Role
from quizapp.infrastructure.site import Site
from tests.factories.web import Visitor
from tests.integration.questions.teaching import BANK, get_question, versions_of

pytestmark = pytest.mark.usefixtures("clinic")
OF_A_QUESTION = (
    f"{BANK}/nc-1",
    f"{BANK}/nc-1/edit",
    f"{BANK}/nc-1/versions/1",
    f"{BANK}/nc-1/compare/1..1",
    f"{BANK}/nc-1/retire",
    f"{BANK}/nc-old/restore",
    f"{BANK}/nc-new/publish",
)
OF_A_COURSE = (
    f"{BANK}/new?course=needle-care&type=true_false",
    "/teach/quizzes/needle-care/final-check",
)
WITHOUT_A_COURSE = (BANK, f"{BANK}/new", "/teach/quizzes")
POSTS = (
    f"{BANK}/nc-1/edit",
    f"{BANK}/nc-1/edit/preview",
    f"{BANK}/nc-1/discard",
    f"{BANK}/nc-new/publish",
    f"{BANK}/nc-1/retire",
    f"{BANK}/nc-old/restore",
    f"{BANK}/new?course=needle-care&type=true_false",
    f"{BANK}/new/preview?course=needle-care&type=true_false",
)
PAGES = (*OF_A_QUESTION, *OF_A_COURSE, *WITHOUT_A_COURSE)


@pytest.mark.parametrize("address", PAGES)
def test_instructors_of_the_course_open_every_page(author: Visitor, address: str) -> None:
    assert author.get(address).status_code == 200


@pytest.mark.parametrize("role", [Role.LEARNER, Role.MANAGER, Role.ADMINISTRATOR])
def test_no_other_role_opens_any_page(client_as: Callable[[Role], Visitor], role: Role) -> None:
    client = client_as(role)

    answers = {address: client.get(address) for address in PAGES}

    assert {address: answer.status_code for address, answer in answers.items()} == dict.fromkeys(
        PAGES, 403
    )
    assert not any("The shaft is no longer clean" in a.text for a in answers.values())


@pytest.mark.parametrize("role", [Role.LEARNER, Role.MANAGER, Role.ADMINISTRATOR])
def test_no_other_role_sends_any_form(
    site: Site, client_as: Callable[[Role], Visitor], role: Role
) -> None:
    client = client_as(role)

    assert {client.send(address).status_code for address in POSTS} == {403}
    assert get_question(site, "nc-1").state == "live"


def test_nobody_opens_a_page_without_signing_in(visitor: Visitor) -> None:
    for address in PAGES:
        answer = visitor.get(address)
        assert answer.status_code == 303
        assert "/sign-in" in answer.headers["Location"]


def test_what_belongs_to_another_course_is_not_found(site: Site, outsider: Visitor) -> None:
    pages = {a: outsider.get(a).status_code for a in (*OF_A_QUESTION, *OF_A_COURSE)}
    posts = {a: outsider.send(a, {"do": "save", "stem": "Mine"}).status_code for a in POSTS}

    assert set(pages.values()) == {404}
    assert set(posts.values()) == {404}
    assert [v.stem for v in versions_of(site, "nc-1")] == [
        "You touched the shaft of a needle. What comes first?"
    ]
    assert get_question(site, "nc-1").state == "live"
    assert get_question(site, "nc-old").state == "retired"


def test_what_does_not_exist_looks_like_what_is_not_yours(outsider: Visitor) -> None:
    missing, foreign = outsider.get(f"{BANK}/no-such"), outsider.get(f"{BANK}/nc-1")

    def words(text: str) -> str:
        return text.partition("Reference:")[0].replace("no-such", "nc-1")

    assert words(missing.text) == words(foreign.text)


def test_lists_show_only_the_courses_of_the_instructor(outsider: Visitor, author: Visitor) -> None:
    assert "nc-1" in author.get(BANK).text
    foreign = outsider.get(BANK).text
    assert "nc-1" not in foreign
    assert "No questions yet" in foreign
    assert "Final check" not in outsider.get("/teach/quizzes").text


def test_a_copy_takes_nothing_from_a_question_of_another_course(outsider: Visitor) -> None:
    fields = {"stem": "Mine", "part-key": "true", "copy_of": "nc-4"}
    fields |= {"part-true_harm": "", "part-false_harm": "", "do": "save"}

    answer = outsider.send(f"{BANK}/new?course=another-course&type=true_false", fields)

    assert answer.status_code == 404


def test_learners_never_read_a_key_in_the_pages_they_open(
    client_as: Callable[[Role], Visitor],
) -> None:
    client = client_as(Role.LEARNER)
    texts = [client.get(a).text for a in ("/", "/courses", "/courses/needle-care")]
    assert not any("The shaft is no longer clean" in text for text in texts)
