"""Whose turn it is to write to SQLite: first come first served, across threads and processes."""

import fcntl
import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from quizapp.domain.errors import Unavailable


class WriteTurn:
    """A fair lock: threads queue in order, then the process takes a lock on a file.

    SQLite's own busy handler backs off by sleeping, which starves writers under load; waiting here
    keeps the order, and BEGIN IMMEDIATE then succeeds at once. The kernel frees the file lock when
    a process dies.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mutex = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._is_taken = False
        self._file: IO[bytes] | None = None
        self._pid = 0

    @contextmanager
    def held(self) -> Iterator[None]:
        self._queue_up()
        try:
            file = self._lock_file()
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(file, fcntl.LOCK_UN)
        finally:
            self._pass_on()

    def close(self) -> None:
        """Let go of the file; the next turn opens it again."""
        with self._mutex:
            file, self._file = self._file, None
        if file is not None:
            file.close()

    def _queue_up(self) -> None:
        with self._mutex:
            if not self._is_taken:
                self._is_taken = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        mine.acquire()

    def _pass_on(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False

    def _lock_file(self) -> IO[bytes]:
        # A forked child must not share the parent's lock: flock belongs to the open file.
        if self._file is None or self._pid != os.getpid():
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self._path.open("ab")
            except OSError as error:
                raise Unavailable(f"the lock file cannot be opened: {error}") from error
            self._pid = os.getpid()
        return self._file


class NoTurn:
    """PostgreSQL orders its writers itself."""

    @contextmanager
    def held(self) -> Iterator[None]:
        yield

    def close(self) -> None:
        """Nothing is held between turns."""
