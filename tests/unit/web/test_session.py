"""The short memory behind cookies and tokens."""

from quizapp.web import session
from quizapp.web.session import ShortMemory


class Seconds:
    """A clock of the kind time.monotonic is."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_remembers_for_a_while() -> None:
    seconds = Seconds()
    memory: ShortMemory[str] = ShortMemory(60, seconds)
    memory.put("a", "1")
    seconds.now += 59.9
    assert memory.get("a") == "1"


def test_it_forgets_after_its_time() -> None:
    seconds = Seconds()
    memory: ShortMemory[str] = ShortMemory(60, seconds)
    memory.put("a", "1")
    seconds.now += 60
    assert memory.get("a") is None


def test_it_never_grows_beyond_its_bound() -> None:
    memory: ShortMemory[int] = ShortMemory(60, Seconds())
    for number in range(session.MAX_ENTRIES + 1):
        memory.put(str(number), number)
    assert memory.get("0") is None
    assert memory.get(str(session.MAX_ENTRIES)) == session.MAX_ENTRIES


def test_what_it_never_heard_of_is_none() -> None:
    assert ShortMemory[str](60).get("a") is None
