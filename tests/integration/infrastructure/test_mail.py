"""Mail over a real connection: written with the act, sent once, kept until somebody takes it."""

import socket
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from sqlalchemy import select

from quizapp.infrastructure import mail
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.jobs import JobRow
from quizapp.infrastructure.mail import OutgoingMail
from quizapp.infrastructure.site import Site
from tests.factories.clock import FrozenClock

LOCALHOST = "127.0.0.1"
RunJobs = Callable[[], None]


class Mailbox:
    """A mail server that keeps what it gets."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.logins: list[tuple[str, str]] = []
        self.refuses = False

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.refuses:
            return "451 try later"
        raw = envelope.original_content or b""
        letter = message_from_bytes(raw, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.recipients += envelope.rcpt_tos
        return "250 taken"

    def check(self, _server: Any, _session: Any, _envelope: Any, _kind: str, data: Any) -> Any:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=True)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind((LOCALHOST, 0))
        found: int = free.getsockname()[1]
        return found


@pytest.fixture
def options(port: int) -> dict[str, Any]:
    return {"smtp_url": f"smtp://{LOCALHOST}:{port}", "mail_from": "clinic@example.org"}


@pytest.fixture
def server(mailbox: Mailbox, port: int) -> Iterator[Controller]:
    controller = Controller(
        mailbox,
        hostname=LOCALHOST,
        port=port,
        authenticator=mailbox.check,
        auth_require_tls=False,
    )
    controller.start()
    yield controller
    controller.stop()


def write(site: Site, recipient: str = "lea@example.org") -> None:
    site.perform(mail.write, recipient, "Grüße", "Hello Lea,\n\nall is well.\n")


def letters(site: Site) -> list[OutgoingMail]:
    with site.reading() as ctx:
        return list(ctx.session.scalars(select(OutgoingMail)))


@pytest.mark.usefixtures("server")
def test_a_letter_arrives_as_it_was_written(
    site: Site, mailbox: Mailbox, run_jobs: RunJobs
) -> None:
    write(site)
    run_jobs()
    (letter,) = mailbox.letters
    assert (letter["From"], letter["To"], letter["Subject"]) == (
        "clinic@example.org",
        "lea@example.org",
        "Grüße",
    )
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"] == "Mon, 02 Mar 2026 09:00:00 +0000"
    assert letter["Message-ID"].endswith("@example.org>")
    assert letter.get_content().splitlines() == ["Hello Lea,", "", "all is well."]
    assert mailbox.recipients == ["lea@example.org"]
    assert letters(site)[0].sent_at == site.clock()


@pytest.mark.usefixtures("server")
def test_a_letter_is_sent_once(site: Site, mailbox: Mailbox, run_jobs: RunJobs) -> None:
    write(site)
    run_jobs()
    (letter,) = letters(site)
    mail.send(site, letter.id)
    mail.send(site, letter.id + 1)
    run_jobs()
    assert len(mailbox.letters) == 1


def test_without_an_answer_it_is_tried_again(
    site: Site,
    mailbox: Mailbox,
    clock: FrozenClock,
    run_jobs: RunJobs,
    request: pytest.FixtureRequest,
) -> None:
    write(site)
    run_jobs()
    assert letters(site)[0].sent_at is None
    request.getfixturevalue("server")
    clock.advance(seconds=31)
    run_jobs()
    assert len(mailbox.letters) == 1


@pytest.mark.usefixtures("server")
def test_a_letter_sent_again_can_be_told_by_its_number(
    site: Site, mailbox: Mailbox, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    mailbox.refuses = True
    write(site)
    run_jobs()
    with site.reading() as ctx:
        problem = ctx.session.scalars(select(JobRow.problem)).one()
    assert "try later" in (problem or "")
    mailbox.refuses = False
    clock.advance(minutes=1)
    run_jobs()
    assert [letter["Message-ID"] for letter in mailbox.letters] == [letters(site)[0].message_id]


def test_a_letter_that_is_rolled_back_is_never_sent(site: Site) -> None:
    def command(ctx: Context) -> None:
        mail.write(ctx, "lea@example.org", "No", "No")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        site.perform(command)
    assert letters(site) == []


class TestWithoutServer:
    """No mail server is set."""

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        return {}

    def test_letters_wait(self, site: Site, run_jobs: RunJobs) -> None:
        write(site)
        run_jobs()
        with site.reading() as ctx:
            assert mail.count_waiting(ctx) == 1
            assert ctx.session.scalars(select(JobRow)).all() == []
        mail.send(site, letters(site)[0].id)
        assert letters(site)[0].sent_at is None

    def test_letters_that_waited_are_asked_for_once(self, site: Site) -> None:
        write(site)
        write(site)
        site.perform(mail.enqueue_waiting)
        values = {"smtp_url": "smtp://mail.example.org"}
        site.settings = site.settings.model_copy(update=values)
        for _ in range(2):
            site.perform(mail.enqueue_waiting)
        with site.reading() as ctx:
            assert len(ctx.session.scalars(select(JobRow)).all()) == 2


class TestWithPassword:
    """The server asks who we are."""

    @pytest.fixture
    def options(self, port: int) -> dict[str, Any]:
        return {"smtp_url": f"smtp://us%40clinic:p%3Ass@{LOCALHOST}:{port}"}

    @pytest.mark.usefixtures("server")
    def test_name_and_password_are_given(
        self, site: Site, mailbox: Mailbox, run_jobs: RunJobs
    ) -> None:
        write(site)
        run_jobs()
        assert set(mailbox.logins) == {("us@clinic", "p:ss")}
        assert len(mailbox.letters) == 1


class TestOverTls:
    """The server speaks only plainly, we only TLS."""

    @pytest.fixture
    def options(self, port: int) -> dict[str, Any]:
        return {"smtp_url": f"smtps://{LOCALHOST}:{port}"}

    @pytest.mark.usefixtures("server")
    def test_nothing_is_sent_in_the_clear(
        self, site: Site, mailbox: Mailbox, run_jobs: RunJobs
    ) -> None:
        write(site)
        run_jobs()
        assert mailbox.letters == []
        with site.reading() as ctx:
            problem = ctx.session.scalars(select(JobRow.problem)).one()
        assert "SSL" in (problem or "")
