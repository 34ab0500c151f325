"""What commands refuse that no page asks for: unknown, finished or untimed attempts, odd disks."""

import errno
import io
from dataclasses import replace

import pytest

from quizapp.domain.errors import NotFound
from quizapp.features.attempts.commands import leaving, receipts, retiming, uploading
from quizapp.features.attempts.commands.extending import AttemptsLeft
from quizapp.features.attempts.commands.retiming import NoTimeLimit
from quizapp.features.attempts.commands.saving import AttemptClosed
from quizapp.features.attempts.models import Attempt
from quizapp.features.attempts.queries import adjustments
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.adjustments import attempt_of, changes_of, give_attempt
from tests.factories.attempts import WARM_UP
from tests.factories.clinic import Clinic


def test_questions_of_no_attempt_cannot_be_left(site: Site, clinic: Clinic) -> None:
    attempts.start(site, clinic.lea)
    missing = replace(attempts.head_of(site, clinic.lea), id=999)
    with pytest.raises(NotFound):
        site.perform(leaving.leave, missing, [1], actor=clinic.lea.actor)


def test_questions_of_a_finished_attempt_cannot_be_left(site: Site, clinic: Clinic) -> None:
    attempt = attempts.start(site, clinic.lea)
    attempts.submit(site, clinic.lea, attempt.id)
    with pytest.raises(AttemptClosed):
        site.perform(leaving.leave, attempts.head_of(site, clinic.lea), [1], actor=clinic.lea.actor)


def test_an_open_attempt_has_no_late_receipt(site: Site, clinic: Clinic) -> None:
    attempt = attempts.start(site, clinic.lea)
    with pytest.raises(NotFound):
        site.perform(receipts.issue_late_receipt, attempt.id)


def test_an_end_that_is_not_there_cannot_be_moved(site: Site, clinic: Clinic) -> None:
    attempt = attempts.start(site, clinic.lea, WARM_UP)

    def command(ctx: Context) -> None:
        retiming.move_end(
            ctx, ctx.session.get_one(Attempt, attempt.id), adjustments.MINUTES, 60, "Why"
        )

    with pytest.raises(NoTimeLimit):
        site.perform(command)
    assert attempt_of(site, attempt.id).due_at is None
    assert changes_of(site, attempt.id) == []


def test_somebody_who_takes_no_part_has_all_attempts_left(site: Site, clinic: Clinic) -> None:
    with pytest.raises(AttemptsLeft):
        give_attempt(site, clinic.nora, clinic.instructor)


def test_an_error_of_the_disk_that_is_not_about_room_is_told_as_it_is(site: Site) -> None:
    class Torn(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise OSError(errno.EIO, "the line is gone")

    with (
        pytest.raises(OSError, match="the line is gone"),
        uploading.receiving(site.settings, Torn()),
    ):
        pytest.fail("nothing was received")
