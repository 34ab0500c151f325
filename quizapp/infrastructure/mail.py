"""Outgoing mail: written in the caller's transaction, sent by the worker, retried when it fails."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import unquote, urlsplit

from sqlalchemy import Text, func, select
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.infrastructure import jobs
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.database import Model
from quizapp.infrastructure.site import Site

TIMEOUT_SECONDS = 20


class OutgoingMail(Model):
    """A message; `sent_at` stays empty until a mail server has taken it."""

    __tablename__ = "outgoing_mails"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str]
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


def write(ctx: Context, recipient: str, subject: str, body: str) -> None:
    """Put a plain-text message into the outbox."""
    message = OutgoingMail(
        message_id=make_msgid(domain=ctx.settings.mail_from.rpartition("@")[2] or "localhost"),
        recipient=recipient,
        subject=subject,
        body=body,
        created_at=ctx.now,
    )
    ctx.session.add(message)
    ctx.session.flush()
    if ctx.settings.smtp_url:
        jobs.enqueue(ctx, "mail.send", mail_id=message.id)


def count_waiting(ctx: Context) -> int:
    waiting = select(func.count()).select_from(OutgoingMail).where(OutgoingMail.sent_at.is_(None))
    return ctx.session.scalar(waiting) or 0


def enqueue_waiting(ctx: Context) -> None:
    """Ask for messages to be sent that were written while no mail server was set."""
    if not ctx.settings.smtp_url:
        return
    waiting = select(OutgoingMail.id).where(OutgoingMail.sent_at.is_(None))
    known = select(jobs.JobRow.arguments).where(
        jobs.JobRow.name == "mail.send", jobs.JobRow.state != jobs.DONE
    )
    asked_for = set(ctx.session.scalars(known))
    for mail_id in ctx.session.scalars(waiting):
        if f'{{"mail_id": {mail_id}}}' not in asked_for:
            jobs.enqueue(ctx, "mail.send", mail_id=mail_id)


def send(site: Site, mail_id: int) -> None:
    """The job: hand one message to the mail server. The message id lets receivers drop a second."""
    with site.reading() as ctx:
        mail = ctx.session.get(OutgoingMail, mail_id)
    if mail is None or mail.sent_at is not None or not site.settings.smtp_url:
        return
    _transmit(site.settings.smtp_url, _message(mail, site.settings.mail_from))
    with site.writing() as ctx:
        sent = ctx.session.get_one(OutgoingMail, mail_id)
        sent.sent_at = ctx.now


def _message(mail: OutgoingMail, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    return message


def greet(address: str) -> None:
    """Connect and sign in to a mail server; raises OSError when that does not work."""
    with _connected(address):
        pass


def _transmit(address: str, message: EmailMessage) -> None:
    with _connected(address) as client:
        client.send_message(message)


@contextmanager
def _connected(address: str) -> Iterator[smtplib.SMTP]:
    """A mail server ready to take messages: encrypted where it can be, signed in where asked."""
    parts = urlsplit(address)
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        client: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS)
    else:
        client = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
    with client:
        client.ehlo()
        if parts.scheme == "smtp" and client.has_extn("starttls"):
            client.starttls()
        if parts.username:
            client.login(unquote(parts.username), unquote(parts.password or ""))
        yield client
