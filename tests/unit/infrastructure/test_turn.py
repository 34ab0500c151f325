"""Taking turns: one at a time, first come first served, also between processes."""

import fcntl
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from quizapp.domain.errors import Unavailable
from quizapp.infrastructure.turn import NoTurn, WriteTurn

PATIENCE = 10


def test_only_one_has_the_turn(tmp_path: Path) -> None:
    turn = WriteTurn(tmp_path / "lock")
    inside: list[int] = []
    most: list[int] = []

    def write(number: int) -> None:
        for _ in range(20):
            with turn.held():
                inside.append(number)
                most.append(len(inside))
                inside.remove(number)

    run_together([partial(write, number) for number in range(6)])
    turn.close()
    assert most == [1] * 120


def run_together(works: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_the_turn_goes_by_order_of_arrival(tmp_path: Path) -> None:
    turn = WriteTurn(tmp_path / "lock")
    order: list[int] = []
    queued = threading.Semaphore(0)

    def write(number: int) -> None:
        with turn.held():
            order.append(number)

    threads = []
    with turn.held():
        for number in range(8):
            thread = threading.Thread(target=write, args=(number,))
            thread.start()
            while len(turn._waiting) <= number:  # noqa: SLF001 - how a test sees who waits
                queued.acquire(timeout=0.001)
            threads.append(thread)
        assert order == []
    for thread in threads:
        thread.join(PATIENCE)
    turn.close()
    assert order == list(range(8))


def test_another_process_waits_at_the_file(tmp_path: Path) -> None:
    turn = WriteTurn(tmp_path / "lock")
    with turn.held(), (tmp_path / "lock").open("ab") as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    turn.close()


def test_the_file_is_free_after_the_turn(tmp_path: Path) -> None:
    turn = WriteTurn(tmp_path / "lock")
    with turn.held():
        pass
    with (tmp_path / "lock").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    turn.close()


def test_a_failure_passes_the_turn_on(tmp_path: Path) -> None:
    turn = WriteTurn(tmp_path / "lock")
    with pytest.raises(ZeroDivisionError), turn.held():
        raise ZeroDivisionError
    with turn.held():
        assert True
    turn.close()


def test_a_folder_that_cannot_be_written_is_unavailable_and_heals(tmp_path: Path) -> None:
    (tmp_path / "lock").mkdir()
    turn = WriteTurn(tmp_path / "lock")
    with pytest.raises(Unavailable), turn.held():
        pytest.fail("nobody may write without the lock")
    (tmp_path / "lock").rmdir()
    with turn.held():
        assert (tmp_path / "lock").is_file()
    turn.close()


def test_it_may_be_used_again_after_closing(tmp_path: Path) -> None:
    turn = WriteTurn(tmp_path / "deep" / "lock")
    for _ in range(2):
        with turn.held():
            assert (tmp_path / "deep" / "lock").exists()
        turn.close()
    turn.close()


def test_where_the_database_orders_writers_there_is_no_waiting() -> None:
    turn = NoTurn()
    with turn.held(), turn.held():
        turn.close()
