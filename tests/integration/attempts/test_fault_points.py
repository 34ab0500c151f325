"""A fault at any statement of a save, a start or a hand-in leaves all of it or nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.attempts import make_save
from tests.factories.clinic import Clinic
from tests.factories.faults import failing_at
from tests.integration.admin.watching import everything

MOST = 150
"""No command of an attempt has as many statements."""


def try_everywhere(site: Site, act: Callable[[], Any]) -> int:
    """Fail at each point in turn until none is left; nothing may have changed after any fault."""
    before = everything(site)
    for number in range(1, MOST):
        try:
            with failing_at(site, number) as seen:
                act()
        except Exception:  # noqa: BLE001 - any refusal will do; what counts is what is left
            assert everything(site) == before, f"fault {number} left something behind"
            continue
        assert seen[0] < number
        return number - 1
    raise AssertionError("too many statements")


def test_a_start_is_whole_or_nothing(site: Site, clinic: Clinic) -> None:
    points = try_everywhere(site, lambda: attempts.start(site, clinic.lea))
    assert points > 5
    assert attempts.head_of(site, clinic.lea).is_open


def test_a_save_is_whole_or_nothing(site: Site, clinic: Clinic) -> None:
    attempts.start(site, clinic.lea)
    head = attempts.head_of(site, clinic.lea)
    save = make_save()
    points = try_everywhere(site, lambda: attempts.save(site, head, save))
    assert points > 2
    assert attempts.head_of(site, clinic.lea).saved(1).revision == 1


def test_a_hand_in_is_whole_or_nothing(site: Site, clinic: Clinic) -> None:
    attempt = attempts.start(site, clinic.lea)
    head = attempts.head_of(site, clinic.lea)
    attempts.save(site, head, *(make_save(slot) for slot in range(1, 7)))
    points = try_everywhere(site, lambda: attempts.submit(site, clinic.lea, attempt.id))
    assert points > 5
    again = attempts.submit(site, clinic.lea, attempt.id)
    assert again.verdict == "passed"


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_same_save_succeeds_after_the_fault(site: Site, clinic: Clinic, number: int) -> None:
    attempts.start(site, clinic.lea)
    head = attempts.head_of(site, clinic.lea)
    save = make_save()
    with pytest.raises(Exception, match=r"disk is gone|\w"), failing_at(site, number):
        attempts.save(site, head, save)
    assert attempts.save(site, head, save)[0].is_saved
