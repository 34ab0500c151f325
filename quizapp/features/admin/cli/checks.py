"""What quizapp doctor looks at: each check says what it found and, if needed, what to do."""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select, text

from quizapp.config import ConfigurationError
from quizapp.domain.errors import Unavailable
from quizapp.features.accounts import queries as account_queries
from quizapp.features.admin.queries import system
from quizapp.features.attempts.queries import receipts
from quizapp.infrastructure import audit, backup, mail, migrations, signing
from quizapp.infrastructure.site import Site

OK, WARNING, PROBLEM = "ok", "warning", "problem"
LITTLE_DISK, TOO_LITTLE_DISK = 1024**3, 200 * 1024**2
MIB = 1024**2
OLDEST_SQLITE = (3, 35, 0)
OLDEST_POSTGRESQL = 13
SMALL_DRIFT, BIG_DRIFT = timedelta(seconds=5), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    check: str
    state: str
    text: str
    remedy: str = ""


def examine(site: Site) -> Iterator[Finding]:
    """All checks in turn; those that need the database only when it answers."""
    for check in (
        check_address, check_data_folder, check_disk, check_secret_key, check_signing_keys,
    ):  # fmt: skip
        yield _run(check, site)
    reached = _run(check_database, site)
    yield reached
    if reached.state == PROBLEM:
        return
    pending = _run(check_migrations, site)
    yield pending
    if pending.state == PROBLEM:
        return
    for check in (
        check_integrity, check_clock, check_sample_accounts, check_audit_log, check_receipts,
        check_worker, check_mail,
    ):  # fmt: skip
        yield _run(check, site)


def _run(check: Callable[[Site], Finding], site: Site) -> Finding:
    try:
        return check(site)
    except Exception as error:  # noqa: BLE001 - a check that fails is a finding, not a crash
        name = check.__name__.removeprefix("check_").replace("_", " ")
        return Finding(name, PROBLEM, f"could not be looked at: {error}")


def check_address(site: Site) -> Finding:
    settings = site.settings
    is_local = settings.host in {"127.0.0.1", "localhost", "::1"}
    if settings.public_url is None and not is_local:
        return Finding(
            "address",
            WARNING,
            f"reachable from elsewhere at {settings.address}, without https",
            "Put a server with https in front and set QUIZAPP_PUBLIC_URL=https://…",
        )
    return Finding("address", OK, settings.address)


def check_data_folder(site: Site) -> Finding:
    folder = site.settings.data.resolve()
    name = "data folder"
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        remedy = "Let the account that runs quizapp write there, or set QUIZAPP_DATA."
        return Finding(name, PROBLEM, f"{folder} cannot be written to: {error.strerror}", remedy)
    left = sorted(path.name for path in folder.glob(f"*{backup.ASIDE}"))
    if left:
        remedy = "It holds the data from before: look at it, then move it away."
        return Finding(name, WARNING, f"{left[0]} is left from an interrupted restore", remedy)
    return Finding(name, OK, str(folder))


def check_disk(site: Site) -> Finding:
    free = shutil.disk_usage(site.settings.data.resolve()).free
    state = OK if free >= LITTLE_DISK else WARNING if free >= TOO_LITTLE_DISK else PROBLEM
    remedy = "" if state == OK else "Make room: a full disk stops answers from being saved."
    return Finding("disk", state, f"{free // MIB} MiB free", remedy)


def check_secret_key(site: Site) -> Finding:
    name, path = "secret key", site.settings.data / "secret_key"
    if site.settings.secret_key is not None:
        return Finding(name, OK, "from QUIZAPP_SECRET_KEY")
    if not path.exists():
        return Finding(name, OK, "is made at the first start")
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        return Finding(name, PROBLEM, f"{path} has mode {mode:04o}", f"Run: chmod 600 {path}")
    try:
        site.settings.signing_key()
    except ConfigurationError as error:
        return Finding(name, PROBLEM, str(error))
    return Finding(name, OK, f"{path}, mode {mode:04o}")


def check_signing_keys(site: Site) -> Finding:
    name, path = "signing keys", signing.path_of(site.settings)
    try:
        keyring = signing.read_keyring(site.settings)
    except ConfigurationError as error:
        return Finding(name, PROBLEM, str(error))
    if keyring is None:
        return Finding(name, OK, "the first is made at the first hand-in")
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        return Finding(name, PROBLEM, f"{path} has mode {mode:04o}", f"Run: chmod 600 {path}")
    return Finding(name, OK, f"{keyring.current.id} signs, {len(keyring.keys) - 1} retired")


def check_database(site: Site) -> Finding:
    """Whether the database answers, and is new enough."""
    name, database = "database", site.database
    if database.is_sqlite:
        place = backup.sqlite_path(database)
        if not place.exists():
            return Finding(name, PROBLEM, f"{place} does not exist", "Run: quizapp upgrade")
        told = f"SQLite {sqlite3.sqlite_version}, {place}"
        if sqlite3.sqlite_version_info < OLDEST_SQLITE:
            return Finding(name, PROBLEM, told, "Use a Python with SQLite 3.35 or newer.")
        return Finding(name, OK, told)
    try:
        with database.reading() as session:
            number = int(session.execute(text("SHOW server_version_num")).scalar_one())
    except Unavailable as error:
        remedy = "Start PostgreSQL, or correct QUIZAPP_DATABASE_URL."
        return Finding(name, PROBLEM, f"PostgreSQL does not answer: {error}".strip(), remedy)
    told = f"PostgreSQL {number // 10000}.{number % 10000}"
    if number // 10000 < OLDEST_POSTGRESQL:
        return Finding(name, PROBLEM, told, f"Use PostgreSQL {OLDEST_POSTGRESQL} or newer.")
    return Finding(name, OK, told)


def check_migrations(site: Site) -> Finding:
    now, wanted = migrations.current(site.database), migrations.head()
    if now == wanted:
        return Finding("migrations", OK, f"at {now}")
    if now and not migrations.is_known(now):
        remedy = "Install the version of quizapp that wrote it, or restore a backup."
        return Finding("migrations", PROBLEM, f"{now} is newer than this program", remedy)
    return Finding("migrations", PROBLEM, f"at {now or 'none'} of {wanted}", "Run: quizapp upgrade")


def check_integrity(site: Site) -> Finding:
    name = "integrity"
    if not site.database.is_sqlite:
        return Finding(name, OK, "PostgreSQL checks itself")
    with site.database.reading() as session:
        found = session.execute(text("PRAGMA integrity_check")).scalar_one()
        dangling = session.execute(text("PRAGMA foreign_key_check")).all()
    if found != "ok" or dangling:
        told = found if found != "ok" else f"{len(dangling)} rows point to nothing"
        return Finding(name, PROBLEM, told, "Stop the server and restore the last good backup.")
    return Finding(name, OK, "every page and every reference of the database is whole")


def check_clock(site: Site) -> Finding:
    """This machine's clock beside the database's, and beside what was written already."""
    name, remedy = "clock", "Keep the clock right with NTP (timedatectl set-ntp true)."
    with site.reading() as ctx:
        newest = ctx.session.scalar(select(func.max(audit.AuditEvent.at)))
        now = ctx.now
        if newest is not None and newest - now > SMALL_DRIFT:
            return Finding(name, PROBLEM, f"the newest event is of {newest}, in the future", remedy)
        if site.database.is_sqlite:
            return Finding(name, OK, f"{now:%Y-%m-%d %H:%M:%S} UTC")
        drift = abs(ctx.session.execute(select(func.clock_timestamp())).scalar_one() - site.clock())
    state = OK if drift <= SMALL_DRIFT else WARNING if drift <= BIG_DRIFT else PROBLEM
    told = f"{drift.total_seconds():.1f} s from that of PostgreSQL"
    return Finding(name, state, told, "" if state == OK else remedy)


def check_sample_accounts(site: Site) -> Finding:
    name = "sample accounts"
    with site.reading() as ctx:
        has_some = account_queries.has_sample_accounts(ctx)
    if not has_some:
        return Finding(name, OK, "none")
    remedy = "Remove them: quizapp demo --remove-accounts"
    if site.settings.is_https:
        return Finding(name, PROBLEM, "anybody could sign in with their password", remedy)
    return Finding(name, WARNING, "there are some; fine on your own machine", remedy)


def check_audit_log(site: Site) -> Finding:
    with site.reading() as ctx:
        found = audit.verify(ctx)
    if found.findings:
        first = found.findings[0]
        told = f"{len(found.findings)} findings, first: event {first.event_id} {first.problem}"
        return Finding("audit log", PROBLEM, told, "See all: quizapp audit verify")
    return Finding("audit log", OK, f"{found.count} events, head {found.head}")


def check_receipts(site: Site) -> Finding:
    """Whether the key of every receipt is still there."""
    keyring = signing.read_keyring(site.settings)
    known = {key.id for key in keyring.keys} if keyring else set()
    with site.reading() as ctx:
        missing = sorted(set(receipts.list_key_ids(ctx)) - known)
    if missing:
        told = f"receipts name keys that are not here: {', '.join(missing)}"
        remedy = f"Bring {signing.path_of(site.settings)} back; without it they cannot be checked."
        return Finding("receipts", PROBLEM, told, remedy)
    return Finding("receipts", OK, "the key of each one is known")


def check_worker(site: Site) -> Finding:
    with site.reading() as ctx:
        jobs = system.get_jobs_state(ctx)
    if jobs.late:
        remedy = "Start it: quizapp serve, or quizapp worker"
        return Finding("worker", WARNING, f"{jobs.late} jobs wait longer than they should", remedy)
    if jobs.failed:
        remedy = "See why, and try again: Admin, Mail and jobs"
        return Finding("worker", WARNING, f"{jobs.failed} jobs were given up", remedy)
    return Finding("worker", OK, f"{jobs.waiting} jobs wait")


def check_mail(site: Site) -> Finding:
    address = site.settings.smtp_url
    if not address:
        told = "no mail server is set: mail waits, links are passed on by hand"
        return Finding("mail", WARNING, told, "Set QUIZAPP_SMTP_URL and QUIZAPP_MAIL_FROM.")
    server = system.mail_server(address)
    try:
        mail.greet(address)
    except OSError as error:
        remedy = "Correct QUIZAPP_SMTP_URL, or open the way to the mail server."
        return Finding("mail", PROBLEM, f"{server} does not take mail: {error}", remedy)
    return Finding("mail", OK, server)
