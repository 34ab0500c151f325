"""The same pages in process: the WSGI application called with a ready environment."""

import io
import sys
import time
from collections.abc import Callable
from typing import Any

from quizapp.app import create_app
from quizapp.infrastructure.site import Site
from tests.bench import bare
from tests.bench.stage import COURSE, Learner, add_learners

ROUNDS = 7
CALLS = 200


def measure(site: Site, say: Callable[[str], None]) -> dict[str, Any]:
    """CPU microseconds a call (the best of some rounds) and the ratio to bare Flask."""
    learner = add_learners(site, 1)[0]
    app = create_app(site)
    hello = cost(bare.create_app().wsgi_app, environ("/", None))
    pages = {
        "question page": f"{learner.base}/question-6",
        "lesson page": f"/courses/{COURSE}/mechanisms/local-twitch-response",
        "course page": f"/courses/{COURSE}",
        "home": "/",
    }
    found = {"bare": {"cpu_us": round(hello)}}
    say("\nin process (best of seven rounds)")
    say(f"{'bare':16}{hello:8.0f} us")
    for name, path in pages.items():
        microseconds = cost(app.wsgi_app, environ(path, learner))
        found[name] = {
            "cpu_us": round(microseconds),
            "ratio_to_bare": round(microseconds / hello, 2),  # type: ignore[dict-item]
        }
        say(f"{name:16}{microseconds:8.0f} us{microseconds / hello:8.1f} x bare")
    return found


def environ(path: str, learner: Learner | None) -> dict[str, Any]:
    """A request as a server would hand it over."""
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "HTTP_HOST": "127.0.0.1:8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_COOKIE": dict(learner.headers)["Cookie"] if learner else "",
        "HTTP_ACCEPT": "text/html",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def cost(
    application: Any, ready: dict[str, Any], rounds: int = ROUNDS, calls: int = CALLS
) -> float:
    """CPU microseconds a call, the best of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        for _ in range(calls):
            status: list[str] = []
            body = application(
                dict(ready), lambda line, _headers, _e=None, s=status: s.append(line)
            )
            b"".join(body)
            body.close()
            if not status[0].startswith("200"):
                raise AssertionError(status[0])
        best = min(best, (time.process_time() - begun) / calls * 1e6)
    return best
