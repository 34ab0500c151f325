"""What every test relies on: no network, no settings of the developer, the same fixed clock."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import pytest_socket

from tests.factories.clock import FrozenClock

hypothesis.settings.register_profile("tests", deadline=None, max_examples=40)
hypothesis.settings.load_profile("tests")

MEMORY = Path("/dev/shm")  # noqa: S108 - a place in memory where there is one, never a fixed name
POSTGRES_URL = os.environ.get("QUIZAPP_TEST_POSTGRES_URL")  # noqa: TID251 - not a setting of the app


@pytest.fixture(scope="session", autouse=True)
def _only_the_settings_of_the_tests() -> Iterator[None]:
    """Whatever the developer has set for a server of their own does not reach the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("QUIZAPP_")]:  # noqa: TID251
            patch.delenv(name)
        yield


@pytest.fixture(autouse=True)
def _network_is_off() -> None:
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture(scope="session")
def fast_folder() -> Iterator[Path]:
    """A folder for databases, in memory where the machine has such a place."""
    is_usable = MEMORY.is_dir() and os.access(MEMORY, os.W_OK)
    with tempfile.TemporaryDirectory(
        prefix="quizapp-tests-", dir=MEMORY if is_usable else None, ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)
