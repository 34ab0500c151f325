"""Publishing: what it touches is said first, then a version is live and never changes again."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.clinic import Clinic
from tests.factories.questions import make_draft, make_question
from tests.factories.quizzes import make_quiz
from tests.factories.web import Visitor
from tests.integration.questions.teaching import (
    BANK,
    form_of,
    get_question,
    page,
    versions_of,
    visible_text,
)

pytestmark = pytest.mark.usefixtures("clinic")


def write(author: Visitor, code: str, **changes: Any) -> None:
    """Save a draft by the editor."""
    form = form_of(author.get(f"{BANK}/{code}/edit"))
    fields = {**form.to_dict(flat=False), **changes, "do": "save"}
    assert author.send(f"{BANK}/{code}/edit", fields).status_code == 303


def digest_on(answer: Any) -> str:
    return str(page(answer).xpath('//input[@name="digest"]/@value')[0])


def publish(author: Visitor, code: str, note: str = "Because") -> Any:
    shown = author.get(f"{BANK}/{code}/publish")
    return author.send(f"{BANK}/{code}/publish", {"digest": digest_on(shown), "note": note})


def side(answer: Any, labelled_by: str) -> str:
    return visible_text(page(answer).xpath(f'//section[@aria-labelledby="{labelled_by}"]')[0])


def test_the_page_says_what_changes_and_what_it_touches(
    site: Site, clinic: Clinic, author: Visitor
) -> None:
    open_attempt = attempts.start(site, clinic.lea)
    done = attempts.start(site, clinic.leo)
    attempts.submit(site, clinic.leo, done.id)
    write(author, "nc-1", stem="You touched the shaft. What comes first?")

    answer = author.get(f"{BANK}/nc-1/publish")

    text_ = visible_text(page(answer))
    assert "Publish version 2 of nc-1" in text_
    assert "Open and finished attempts keep the version they have, and no result changes." in text_
    assert page(answer).xpath("//del")
    assert side(answer, "attempts").startswith("Attempts with version 1 Open now 1 Finished 1")
    assert "Final check In its fixed list" in side(answer, "quizzes")
    assert "Warm-up May be drawn by its blueprint" in side(answer, "quizzes")
    assert open_attempt.state == "open"


def test_publishing_makes_the_draft_live_with_its_note(
    site: Site, clinic: Clinic, author: Visitor
) -> None:
    write(author, "nc-1", stem="A better stem?")

    answer = publish(author, "nc-1", "The old stem was long")

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{BANK}/nc-1"
    old, new = versions_of(site, "nc-1")
    assert (old.state, new.state) == ("replaced", "live")
    assert new.note == "The old stem was long"
    assert new.author_id == clinic.instructor.id
    assert "Version 2 is live. New attempts get it." in author.get(f"{BANK}/nc-1").text
    question = get_question(site, "nc-1")
    assert (question.live_version_id, question.draft_version_id) == (new.id, None)


def test_attempts_keep_their_version_and_new_ones_get_the_new_one(
    site: Site, clinic: Clinic, author: Visitor
) -> None:
    running = attempts.start(site, clinic.lea)
    write(author, "nc-1", stem="A better stem?")
    publish(author, "nc-1")

    attempts.save(site, attempts.head_of(site, clinic.lea), attempts.make_save(1))
    attempts.submit(site, clinic.lea, running.id)
    attempts.start(site, clinic.leo)

    assert _asked(site, clinic.lea.id) == ["You touched the shaft of a needle. What comes first?"]
    assert _asked(site, clinic.leo.id) == ["A better stem?"]


def _asked(site: Site, user_id: int) -> list[str]:
    with site.reading() as ctx:
        return list(
            ctx.session.scalars(
                text(
                    "SELECT v.stem FROM attempt_items i JOIN attempts a ON a.id = i.attempt_id "
                    "JOIN question_versions v ON v.id = i.question_version_id "
                    "WHERE a.user_id = :user AND i.slot = 1"
                ),
                {"user": user_id},
            )
        )


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE question_versions SET stem = 'x' WHERE id = :id",
        "UPDATE question_versions SET digest = 'x' WHERE id = :id",
        "UPDATE question_versions SET hazard = 'x' WHERE id = :id",
        "UPDATE question_versions SET rationale = 'x' WHERE id = :id",
        "UPDATE question_versions SET published_at = NULL WHERE id = :id",
        "DELETE FROM question_versions WHERE id = :id",
    ],
)
def test_the_database_refuses_to_change_a_published_version(
    site: Site, author: Visitor, change: str
) -> None:
    write(author, "nc-3", stem="A better stem?")
    publish(author, "nc-3")
    before = [(v.id, v.stem, v.digest) for v in versions_of(site, "nc-3")]

    def command(ctx: Context, number: int) -> None:
        ctx.session.execute(text(change), {"id": number})

    for number, *_rest in before:
        with pytest.raises(DBAPIError):
            site.perform(command, number)
    assert [(v.id, v.stem, v.digest) for v in versions_of(site, "nc-3")] == before


def test_a_draft_that_is_not_ready_is_told_where_to_go(site: Site, author: Visitor) -> None:
    content = {"choices": [{"text": "Yes", "rationale": "So"}, {"text": "No"}]}
    body = {"parts": [{"name": "r1", "type": "single_best_answer", "content": content}]}
    make_question(site, make_draft(body=body, labels={}, level=""), code="bare", is_live=False)

    answer = author.get(f"{BANK}/bare/publish")

    assert "Version 1 cannot go live yet" in answer.text
    links = page(answer).xpath('//section[@aria-labelledby="todo"]//a')
    assert [(a.text_content(), a.get("href").partition("#")[2]) for a in links] == [
        ("Option B: An option has no rationale.", "part-options-1-rationale"),
        ("No option is marked as the key.", "part-options"),
        ("The question has no objective.", "objectives"),
        ("The question has no reference.", "references"),
        ("The question has no thinking level.", "level"),
    ]
    places = set(page(author.get(f"{BANK}/bare/edit")).xpath("//@id"))
    assert {a.get("href").partition("#")[2] for a in links} <= places
    assert author.send(f"{BANK}/bare/publish", {"note": "x"}).status_code == 422
    assert get_question(site, "bare").state == "draft"


def test_a_replacement_needs_a_reason_a_first_version_does_not(site: Site, author: Visitor) -> None:
    write(author, "nc-3", stem="A better stem?")
    refused = publish(author, "nc-3", "  ")
    long = publish(author, "nc-3", "x" * 501)
    first = publish(author, "nc-new", "")

    assert refused.status_code == 422
    assert "Say what changed, and why" in refused.text
    assert long.status_code == 422
    assert "x" * 501 in long.text
    assert get_question(site, "nc-3").live_version_id == versions_of(site, "nc-3")[0].id
    assert first.status_code == 303
    assert get_question(site, "nc-new").state == "live"


def test_a_draft_saved_meanwhile_is_read_before_it_goes_live(site: Site, author: Visitor) -> None:
    write(author, "nc-3", stem="What I have read")
    seen = digest_on(author.get(f"{BANK}/nc-3/publish"))
    write(author, "nc-3", stem="What somebody wrote since")

    answer = author.send(f"{BANK}/nc-3/publish", {"digest": seen, "note": "My reason"})

    assert answer.status_code == 409
    assert "Nothing was published" in answer.text
    assert "somebody" in answer.text
    assert "My reason" in answer.text
    assert versions_of(site, "nc-3")[1].state == "draft"
    again = author.send(f"{BANK}/nc-3/publish", {"digest": digest_on(answer), "note": "My reason"})
    assert again.status_code == 303
    assert versions_of(site, "nc-3")[1].stem == "What somebody wrote since"


def test_publishing_twice_publishes_once(site: Site, author: Visitor) -> None:
    write(author, "nc-3", stem="A better stem?")
    fields = {"digest": digest_on(author.get(f"{BANK}/nc-3/publish")), "note": "Why"}

    answers = [author.send(f"{BANK}/nc-3/publish", fields) for _time in range(2)]

    assert [a.headers["Location"] for a in answers] == [f"{BANK}/nc-3"] * 2
    assert len(versions_of(site, "nc-3")) == 2
    assert author.get(f"{BANK}/nc-3/publish").status_code == 404


def test_a_draft_that_no_longer_fits_a_blueprint_says_which_quiz_stops(
    site: Site, author: Visitor
) -> None:
    make_quiz(
        site, "drawn", title="Drawn", sections=[{"draws": [{"count": 1, "tags": ["hygiene"]}]}]
    )
    write(author, "nc-1", tags="")

    answer = author.get(f"{BANK}/nc-1/publish")

    assert "1 quiz could not start afterwards" in answer.text
    assert "Drawn May be drawn now, no longer afterwards Could not start" in side(answer, "quizzes")


def test_a_first_version_names_the_quizzes_that_may_draw_it(author: Visitor) -> None:
    answer = author.get(f"{BANK}/nc-new/publish")
    assert "It becomes live for the first time." in answer.text
    assert "Warm-up May be drawn from now on" in side(answer, "quizzes")
    assert not page(answer).xpath('//section[@aria-labelledby="attempts"]')


def test_a_question_of_a_case_is_used_where_its_case_is(author: Visitor) -> None:
    write(author, "nc-case-a", stem="The lung lies below.")
    quizzes = side(author.get(f"{BANK}/nc-case-a/publish"), "quizzes")
    assert "Final check In its fixed list" in quizzes
    assert "Warm-up" not in quizzes


def test_publishing_the_draft_of_a_retired_question_brings_it_back(
    site: Site, author: Visitor
) -> None:
    write(author, "nc-old", stem="Needles are never cleaned.")
    assert "Publishing brings it back" in author.get(f"{BANK}/nc-old/publish").text

    publish(author, "nc-old")

    assert get_question(site, "nc-old").state == "live"
