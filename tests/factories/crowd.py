"""Several people who do something at the very same moment."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

PATIENCE = 30


def at_once(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run every work in a thread of its own, begun together; results or refusals in order."""
    barrier = threading.Barrier(len(works))
    found: list[Any] = [None] * len(works)

    def run(place: int) -> None:
        barrier.wait(PATIENCE)
        try:
            found[place] = works[place]()
        except Exception as error:  # noqa: BLE001 - handed to the test, which looks at it
            found[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "somebody is still waiting"
    return found
