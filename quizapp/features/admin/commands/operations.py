"""What administrators do about the running system: jobs tried again, the log taken away."""

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.features.admin.queries import system
from quizapp.features.admin.queries.history import EventFilter
from quizapp.infrastructure import audit, signing
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.jobs import WAITING
from quizapp.infrastructure.signing import Keyring


def retry_job(ctx: Context, number: int) -> None:
    """Give a failed job all its tries back, the first at once."""
    policy.demand(ctx.actor, Permission.JOB_RETRY)
    job = system.get_failed_job(ctx, number)
    job.state, job.tries, job.run_at = WAITING, 0, ctx.now
    ctx.job_ids.append(job.id)
    audit.record(ctx, "job.retried", job)


def rotate_signing_key(ctx: Context) -> Keyring:
    """Retire the key that signs receipts and make another; what was signed stays good."""
    policy.demand(ctx.actor, Permission.PERSON_MANAGE)
    keyring = signing.rotate(ctx.settings, ctx.now)
    audit.record(ctx, "signing_key.rotated", "signing_keys", key=keyring.current.id)
    return keyring


def note_export(ctx: Context, asked: EventFilter) -> None:
    """Write down that the log was downloaded, and which part; names searched for are left out."""
    policy.demand(ctx.actor, Permission.AUDIT_READ)
    audit.record(
        ctx,
        "audit_log.exported",
        "audit_events",
        kind=asked.action,
        first_day=asked.first,
        last_day=asked.last,
        one_person=bool(asked.person),
    )
