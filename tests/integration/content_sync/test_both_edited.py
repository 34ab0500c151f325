"""Files and site: what was edited on the site stays, unless the operator says otherwise."""

import pytest
from sqlalchemy import select

from quizapp.domain.access.roles import Actor, Grant, Role
from quizapp.features.questions import commands as question_commands
from quizapp.features.questions import queries
from quizapp.features.questions.models import Question, QuestionVersion
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.factories import questions
from tests.factories.accounts import make_person
from tests.factories.content_sync import BankFolder, sync

BASICS = "questions/basics.yaml"
HERE, THERE = "What do you do first?", "Which step is first?"
FILE = "You touched the shaft of a needle. What comes first?"


@pytest.fixture
def author(site: Site) -> Actor:
    """An instructor of every course."""
    return make_person(site, "Ina Instructor", grants=[Grant(Role.INSTRUCTOR)]).actor


def question(site: Site) -> Question:
    with site.reading() as ctx:
        return queries.get_question(ctx, "nc-1")


def stem(site: Site) -> str:
    with site.reading() as ctx:
        return queries.get_shown_version(ctx, question(site)).stem


def draft_on_site(site: Site, author: Actor, text: str = HERE) -> None:
    """Somebody begins a draft and leaves it."""

    def command(ctx: Context) -> None:
        found = queries.get_question(ctx, "nc-1")
        shown = queries.get_shown_version(ctx, found)
        wanted = questions.make_draft(text, body=shown.body, labels=shown.labels)
        question_commands.save_draft(ctx, found, wanted, 0)

    site.perform(command, actor=author)


def test_an_edit_on_the_site_stays_and_is_told(site: Site, bank: BankFolder, author: Actor) -> None:
    questions.edit_question(site, "nc-1", author=author, stem=HERE)
    for _ in range(2):
        report = sync(site, bank.root)
        assert report.edited_on_site == ["nc-1"]
        assert not report.differences
        assert not report.questions_changed
    assert stem(site) == HERE


def test_an_edit_on_both_sides_keeps_the_sites_and_shows_the_difference(
    site: Site, bank: BankFolder, author: Actor
) -> None:
    questions.edit_question(site, "nc-1", author=author, stem=HERE)
    bank.replace(BASICS, FILE, THERE)
    for _ in range(2):
        (difference,) = sync(site, bank.root).differences
        assert (difference.code, difference.kept) == ("nc-1", "site")
        assert difference.file == "question_bank/needle-care/questions/basics.yaml"
        assert f"-stem: {HERE}" in difference.diff
        assert f"+stem: {THERE}" in difference.diff
    assert stem(site) == HERE


def test_files_win_when_they_are_preferred(site: Site, bank: BankFolder, author: Actor) -> None:
    questions.edit_question(site, "nc-1", author=author, stem=HERE)
    bank.replace(BASICS, FILE, THERE)
    report = sync(site, bank.root, prefer_files=True)
    assert [found.kept for found in report.differences] == ["file"]
    assert report.questions_changed == ["nc-1"]
    assert stem(site) == THERE
    again = sync(site, bank.root)
    assert not again.differences
    assert not again.edited_on_site
    assert not again.questions_changed


def test_files_that_did_not_change_are_preferred_too_late(
    site: Site, bank: BankFolder, author: Actor
) -> None:
    """The operator prefers files, but this one says nothing new: the edit stays and is told."""
    questions.edit_question(site, "nc-1", author=author, stem=HERE)
    report = sync(site, bank.root, prefer_files=True)
    assert report.edited_on_site == ["nc-1"]
    assert stem(site) == HERE


def test_bringing_the_sites_text_into_the_file_settles_it(
    site: Site, bank: BankFolder, author: Actor
) -> None:
    questions.edit_question(site, "nc-1", author=author, stem=HERE)
    bank.replace(BASICS, FILE, HERE)
    assert sync(site, bank.root).differences == []
    report = sync(site, bank.root)
    assert not report.edited_on_site
    assert not report.differences
    bank.replace(BASICS, HERE, THERE)
    assert sync(site, bank.root).questions_changed == ["nc-1"]
    assert stem(site) == THERE


def test_a_draft_on_the_site_is_not_overwritten(
    site: Site, bank: BankFolder, author: Actor
) -> None:
    draft_on_site(site, author)
    bank.replace(BASICS, FILE, THERE)
    (difference,) = sync(site, bank.root).differences
    assert difference.kept == "site"
    assert stem(site) == HERE
    assert question(site).draft_version_id is not None


def test_a_draft_on_the_site_gives_way_when_files_are_preferred(
    site: Site, bank: BankFolder, author: Actor
) -> None:
    draft_on_site(site, author)
    bank.replace(BASICS, FILE, THERE)
    sync(site, bank.root, prefer_files=True)
    assert stem(site) == THERE
    assert question(site).draft_version_id is None


def test_a_question_somebody_works_on_stays_when_its_file_goes(
    site: Site, bank: BankFolder, author: Actor
) -> None:
    draft_on_site(site, author)
    bank.replace("quizzes/final-check.yaml", "[nc-1, ", "[")
    bank.replace("quizzes/warm-up.yaml", "count: 2", "count: 1")
    text = bank.path(BASICS).read_text()
    bank.write(BASICS, "- id: nc-2" + text.partition("- id: nc-2")[2])
    report = sync(site, bank.root)
    assert report.questions_retired == []
    assert report.edited_on_site == ["nc-1"]
    assert question(site).state == "live"


def test_what_an_author_retired_stays_retired(site: Site, bank: BankFolder, author: Actor) -> None:
    site.perform(
        lambda ctx: question_commands.retire_question(ctx, queries.get_question(ctx, "nc-5")),
        actor=author,
    )
    assert sync(site, bank.root).questions_changed == []
    with site.reading() as ctx:
        assert queries.get_question(ctx, "nc-5").state == "retired"


def test_each_text_that_was_live_is_kept(site: Site, bank: BankFolder, author: Actor) -> None:
    questions.edit_question(site, "nc-1", author=author, stem=HERE)
    bank.replace(BASICS, FILE, THERE)
    sync(site, bank.root, prefer_files=True)
    with site.reading() as ctx:
        asked = select(QuestionVersion).where(QuestionVersion.question_id == question(site).id)
        found = ctx.session.scalars(asked.order_by(QuestionVersion.number)).all()
    assert [(v.stem, v.state) for v in found] == [
        (FILE, "replaced"),
        (HERE, "replaced"),
        (THERE, "live"),
    ]
    assert [v.author_id is not None for v in found] == [False, True, False]
