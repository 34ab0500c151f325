"""Mail and jobs: what waits, what failed, and trying again."""

from datetime import timedelta
from typing import Any

import pytest

from quizapp.infrastructure import jobs, mail
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.jobs import DONE, FAILED, WAITING, JobRow
from quizapp.infrastructure.mail import OutgoingMail
from quizapp.infrastructure.site import Site
from tests.factories.clock import FrozenClock
from tests.factories.web import Visitor
from tests.integration.admin.watching import actions, everything

PATH = "/admin/mail-and-jobs"


def add_job(site: Site, **values: Any) -> int:
    def command(ctx: Context) -> int:
        usual = {"name": "mail.send", "arguments": "{}", "state": WAITING}
        row = JobRow(**{**usual, "created_at": ctx.now, "run_at": ctx.now, **values})
        ctx.session.add(row)
        ctx.session.flush()
        return row.id

    return site.perform(command)


def add_mail(site: Site, **values: Any) -> None:
    def command(ctx: Context) -> None:
        usual = {"message_id": "<1@x>", "recipient": "a@x", "subject": "s", "body": "b"}
        ctx.session.add(OutgoingMail(**{**usual, "created_at": ctx.now, **values}))

    site.perform(command)


def test_without_a_mail_server_the_page_says_how_to_set_one(admin: Visitor, site: Site) -> None:
    add_mail(site)
    page = admin.get(PATH).text
    assert "Not set" in page
    assert "QUIZAPP_SMTP_URL=smtp://" in page
    assert "<dd>1</dd><dd>since 2 Mar 2026, 09:00</dd>" in page


def test_without_anything_the_page_is_calm(admin: Visitor) -> None:
    page = admin.get(PATH).text
    assert "Nothing waits" in page
    assert "Failed jobs" not in page
    assert "does not seem to run" not in page


class TestWithMail:
    """Where a mail server is set."""

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        return {
            "smtp_url": "smtps://user:secret@mail.example.org",
            "mail_from": "learning@example.org",
        }

    def test_the_server_is_named_without_its_password(
        self, admin: Visitor, site: Site, clock: FrozenClock
    ) -> None:
        add_mail(site, sent_at=clock.now + timedelta(hours=1))
        page = admin.get(PATH).text
        assert "mail.example.org:465" in page
        assert "learning@example.org" in page
        assert "secret" not in page
        assert "QUIZAPP_SMTP_URL" not in page
        assert "<dd>2 Mar 2026</dd><dd>10:00</dd>" in page

    def test_mail_from_before_the_server_was_set_is_sent_now(self, site: Site) -> None:
        add_mail(site)
        add_job(site, arguments='{"mail_id": 1}', state=DONE, done_at=site.clock())
        site.perform(mail.enqueue_waiting)
        site.perform(mail.enqueue_waiting)
        with site.reading() as ctx:
            waiting = ctx.session.query(JobRow).filter(JobRow.state == WAITING).all()
        assert [job.arguments for job in waiting] == ['{"mail_id": 1}']


def test_without_a_mail_server_no_job_is_made_for_it(site: Site) -> None:
    add_mail(site)
    before = everything(site)
    site.perform(mail.enqueue_waiting)
    assert everything(site) == before


def test_a_failed_job_shows_its_problem(admin: Visitor, site: Site) -> None:
    add_job(site, state=FAILED, tries=8, problem="SMTPError: <no> thanks")
    page = admin.get(PATH).text
    assert "Failed jobs" in page
    assert "Send a mail" in page
    assert "SMTPError: &lt;no&gt; thanks" in page
    assert '<dd class="is-bad">1</dd>' in page


def test_a_job_that_is_tried_again_shows_when(
    admin: Visitor, site: Site, clock: FrozenClock
) -> None:
    later = clock.now + timedelta(hours=1)
    add_job(site, name="progress.refresh_course", tries=3, problem="Busy", run_at=later)
    page = admin.get(PATH).text
    assert "Tried again later" in page
    assert "Work out progress in a course anew" in page
    assert "2 Mar 2026, 10:00" in page


def test_a_failed_job_can_be_tried_again(admin: Visitor, site: Site, clock: FrozenClock) -> None:
    number = add_job(site, state=FAILED, tries=jobs.MAX_TRIES, problem="Busy")
    clock.advance(minutes=5)
    answer = admin.fill(PATH, {}, to=f"{PATH}/{number}/retry")
    assert (answer.status_code, answer.location) == (303, PATH)
    with site.reading() as ctx:
        job = ctx.session.get_one(JobRow, number)
    assert (job.state, job.tries, job.run_at) == (WAITING, 0, clock.now)
    assert actions(site)[-1] == "job.retried"
    assert "runs again within a minute" in admin.get(PATH).text
    assert "Send a mail" in admin.get("/admin/audit-log").text


@pytest.mark.parametrize("state", [WAITING, DONE])
def test_only_failed_jobs_can_be_tried_again(admin: Visitor, site: Site, state: str) -> None:
    number = add_job(site, state=state)
    before = everything(site)
    assert admin.send(f"{PATH}/{number}/retry").status_code == 404
    assert everything(site) == before


def test_trying_twice_is_not_found_the_second_time(admin: Visitor, site: Site) -> None:
    number = add_job(site, state=FAILED)
    assert admin.send(f"{PATH}/{number}/retry").status_code == 303
    assert admin.send(f"{PATH}/{number}/retry").status_code == 404


def test_jobs_due_for_long_tell_that_the_worker_stands_still(
    admin: Visitor, site: Site, clock: FrozenClock
) -> None:
    add_job(site)
    clock.advance(minutes=5)
    assert "does not seem to run" not in admin.get(PATH).text
    clock.advance(seconds=1)
    assert "1 job has been due for more than five minutes." in admin.get(PATH).text


def test_the_worker_s_last_work_is_shown(admin: Visitor, site: Site, clock: FrozenClock) -> None:
    add_job(site, state=DONE, done_at=clock.now)
    assert "<dd>2 Mar 2026</dd><dd>09:00</dd>" in admin.get(PATH).text
