"""How quizzes go: counts that add up, honest medians, what a blueprint can draw, who took it."""

from collections.abc import Callable
from statistics import median

import pytest
from flask import Flask

from quizapp.domain.access.roles import Role
from quizapp.features.attempts.models import Attempt
from quizapp.features.attempts.queries import overview
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.accounts import Person, make_person
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock
from tests.factories.courses import enroll
from tests.factories.questions import make_draft, make_question
from tests.factories.quizzes import make_quiz
from tests.factories.web import Visitor
from tests.integration.questions.teaching import counted, make_outsider, page, visible_text

QUIZ = "/teach/quizzes/needle-care/final-check"
pytestmark = pytest.mark.usefixtures("clinic")


@pytest.fixture
def author(client_as: Callable[[Role], Visitor]) -> Visitor:
    return client_as(Role.INSTRUCTOR)


def take(site: Site, person: Person, right: set[int], clock: FrozenClock, minutes: int = 6) -> None:
    """A finished attempt at the final check with these slots right."""
    attempt = attempts.start(site, person)
    head = attempts.head_of(site, person, number=attempt.number)
    saves = [attempts.make_save(slot) for slot in sorted(right)]
    attempts.save(site, head, *saves)
    clock.advance(minutes=minutes)
    attempts.submit(site, person, attempt.id)


def rows_of(author: Visitor, address: str = "/teach/quizzes") -> dict[str, list[str]]:
    tree = page(author.get(address))
    return {
        row.xpath("./th/a")[0].text_content(): [visible_text(td) for td in row.xpath("./td")]
        for row in tree.xpath("//tbody/tr")
    }


def test_the_list_counts_people_attempts_and_outcomes(
    site: Site, clinic: Clinic, author: Visitor, clock: FrozenClock
) -> None:
    take(site, clinic.lea, {1, 2, 3, 4, 5, 6}, clock)
    take(site, clinic.leo, {1, 2, 3, 5, 6}, clock)  # misses a hazard
    take(site, clinic.leo, {4, 5}, clock)  # misses the pass mark
    attempts.start(site, clinic.leo)

    rows = rows_of(author)

    assert rows["Final check"] == ["75%", "6", "2", "1", "3", "1", "1", "1", "83%"]
    assert rows["Warm-up"] == ["–", "2", "0", "0", "0", "–", "–", "–", "–"]


def test_quizzes_nobody_took_are_listed_too(author: Visitor) -> None:
    assert rows_of(author)["Final check"] == ["75%", "6", "0", "0", "0", "0", "0", "0", "–"]


@pytest.mark.parametrize("scores", [[0.5], [0.2, 0.4], [0.1, 0.9, 0.5], [0.3, 0.3, 1.0, 0.0]])
def test_the_median_is_the_median(site: Site, scores: list[float]) -> None:
    def command(ctx: Context, person: Person, score: float) -> None:
        attempt = ctx.session.get_one(Attempt, made[person.id])
        attempt.score = score

    made: dict[int, int] = {}
    for number, score in enumerate(scores):
        person = make_person(site, f"P{number} Sample")
        enroll(site, person)
        attempt = attempts.start(site, person)
        attempts.submit(site, person, attempt.id)
        made[person.id] = attempt.id
        site.perform(command, person, score)

    with site.reading() as ctx:
        (row,) = [r for r in overview.list_quiz_rows(ctx) if r.quiz.slug == attempts.FINAL]

    assert row.tally.median == pytest.approx(median(scores))


def test_the_number_of_statements_does_not_grow_with_quizzes(site: Site, author: Visitor) -> None:
    author.get("/teach/quizzes")
    with counted(site) as few:
        author.get("/teach/quizzes")
    for number in range(6):
        make_quiz(site, f"extra-{number}")
    with counted(site) as many:
        author.get("/teach/quizzes")
    assert len(few) == len(many) <= 7, many


def test_a_quiz_shows_its_rules_as_text(author: Visitor) -> None:
    text = visible_text(page(author.get(QUIZ)))
    for words in (
        "Pass mark 75%. One slip in four is tolerable, a missed hazard never is.",
        "20 minutes from the start.",
        "3 attempts. The best result counts.",
        "Questions come in the order of the blueprint.",
        "A missed safety-critical question ends as not safe yet, whatever the score.",
        "Always asked: nc-1, nc-2, nc-3, nc-4",
        "The runner at least 50% of its points",
        "No attempts yet",
    ):
        assert words in text


def test_a_blueprint_says_how_many_questions_fit_each_draw_now(site: Site, author: Visitor) -> None:
    draws = [
        {"count": 2, "objectives": ["NC-1"], "safety": "none"},
        {"count": 1, "hazards": ["lung-injury"], "levels": ["apply"], "types": ["true_false"]},
    ]
    make_question(site, make_draft(hazard="lung-injury", level="apply"), code="fits-2")
    make_quiz(site, "drawn", title="Drawn", sections=[{"items": ["nc-1"], "draws": draws}])

    rows = page(author.get("/teach/quizzes/needle-care/drawn")).xpath(
        "//table[contains(@class, 'draws')]/tbody/tr"
    )

    assert [visible_text(row) for row in rows] == [
        "2 Objective NC-1: Handle needles without touching the shaftNot safety-critical 2",
        "1 Apply Hazard: A needle can reach the lungTrue or false 1",
    ]


def test_a_quiz_that_nobody_can_start_says_so(site: Site, author: Visitor) -> None:
    draws = [{"count": 2, "hazards": ["lung-injury"]}]
    make_quiz(site, "drawn", title="Drawn", sections=[{"draws": draws}])
    assert "Nobody can start" not in author.get("/teach/quizzes/needle-care/drawn").text

    author.send("/teach/questions/nc-5/retire")

    text = author.get("/teach/quizzes/needle-care/drawn").text
    assert "Nobody can start this quiz now" in text
    assert "1, too few" in text


def test_versions_come_with_their_reasons(site: Site, author: Visitor) -> None:
    make_quiz(site, "extra", pass_mark=60, change_reason="")
    make_quiz(site, "extra", pass_mark=80, change_reason="Panel of May")

    versions = page(author.get("/teach/quizzes/needle-care/extra")).xpath(
        '//section[@aria-labelledby="versions"]//li'
    )

    assert [visible_text(li) for li in versions] == [
        "Version 2 In force2 March 2026, pass mark 80%“Panel of May”",
        "Version 12 March 2026, pass mark 60%",
    ]


def names(author: Visitor, query: str = "") -> list[str]:
    tree = page(author.get(f"{QUIZ}{query}"))
    table = tree.xpath('//section[@id="attempts"]//tbody/tr/th')
    return [cell.text_content() for cell in table]


def test_attempts_show_person_time_score_and_outcome(
    site: Site, clinic: Clinic, author: Visitor, clock: FrozenClock
) -> None:
    take(site, clinic.lea, {1, 2, 3, 4, 5, 6}, clock, minutes=7)
    attempts.start(site, clinic.leo)

    tree = page(author.get(QUIZ))
    rows = [
        [visible_text(cell) for cell in row] for row in tree.xpath('//*[@id="attempts"]//tbody/tr')
    ]

    assert rows == [
        ["Leo Learner", "1", "2 Mar 2026, 09:07", "–", "–", "Open now", "More time Leo Learner"],
        [
            "Lea Learner",
            "1",
            "2 Mar 2026, 09:00",
            "7",
            "100%",
            "Passed",
            "Extra attempt Lea Learner",
        ],
    ]
    assert "The shaft is no longer clean" not in visible_text(tree)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?verdict=passed", ["Lea Learner"]),
        ("?verdict=not_safe", ["Leo Learner"]),
        ("?verdict=open", ["Leo Learner"]),
        ("?verdict=nonsense&page=x", ["Leo Learner", "Leo Learner", "Lea Learner"]),
        ("?q=LEA%20L", ["Lea Learner"]),
        ("?q=leo@example", ["Leo Learner", "Leo Learner"]),
        ("?q=leo&verdict=passed", []),
        ("?page=99", ["Leo Learner", "Leo Learner", "Lea Learner"]),
    ],
)
def test_attempts_can_be_filtered(
    site: Site,
    clinic: Clinic,
    author: Visitor,
    clock: FrozenClock,
    query: str,
    expected: list[str],
) -> None:
    take(site, clinic.lea, {1, 2, 3, 4, 5, 6}, clock)
    take(site, clinic.leo, {1, 2}, clock)
    attempts.start(site, clinic.leo)
    assert names(author, query) == expected


def test_scores_are_counted_in_bands_that_add_up(
    site: Site, clinic: Clinic, author: Visitor, clock: FrozenClock
) -> None:
    take(site, clinic.lea, {1, 2, 3, 4, 5, 6}, clock)
    take(site, clinic.leo, {1, 2, 3}, clock)
    take(site, clinic.leo, set(), clock)

    rows = page(author.get(QUIZ)).xpath('//section[@aria-labelledby="scores"]//tbody/tr')

    counts = [int(row.xpath("./td")[-1].text_content()) for row in rows]
    assert counts == [1, 0, 0, 0, 0, 1, 0, 0, 0, 1]
    assert visible_text(rows[7].xpath("./th")[0]) == "70 to 79% pass mark 75%"


def test_pages_of_attempts(site: Site, author: Visitor) -> None:
    for number in range(27):
        person = make_person(site, f"P{number} Sample")
        enroll(site, person)
        attempts.start(site, person)
    assert (len(names(author)), len(names(author, "?page=2"))) == (25, 2)


def test_quizzes_of_other_courses_are_not_found(site: Site, app: Flask) -> None:
    client = app.test_client()
    assert isinstance(client, Visitor)
    client.sign_in(make_outsider(site))
    assert client.get(QUIZ).status_code == 404
    assert "No quizzes yet" in client.get("/teach/quizzes").text


def test_what_is_no_quiz_is_not_found(author: Visitor) -> None:
    assert author.get("/teach/quizzes/needle-care/no-quiz").status_code == 404
    assert author.get("/teach/quizzes/no-course/final-check").status_code == 404


@pytest.mark.parametrize("role", [Role.LEARNER, Role.MANAGER, Role.ADMINISTRATOR])
@pytest.mark.parametrize("address", ["/teach/quizzes", QUIZ])
def test_only_instructors_see_how_quizzes_go(
    client_as: Callable[[Role], Visitor], role: Role, address: str
) -> None:
    assert client_as(role).get(address).status_code == 403
