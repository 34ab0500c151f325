"""Where a request enters and leaves: its moment and number, and the headers of every response.

This is WSGI middleware because pages, files and errors all pass here, and because a header costs
next to nothing here.
"""

import itertools
import os
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

RECEIVED = "quizapp.received_at"
REQUEST_ID = "quizapp.request_id"
YEAR_SECONDS = 365 * 24 * 3600
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("Cache-Control", "no-store"),
)
HTTPS_ONLY = (("Strict-Transport-Security", f"max-age={YEAR_SECONDS}; includeSubDomains"),)


class Edge:
    """Notes when a request arrived, before it waits for anything, and adds the headers."""

    def __init__(
        self, application: Callable[..., Any], now: Callable[[], datetime], *, is_https: bool
    ) -> None:
        self._application = application
        self._now = now
        self._headers = HEADERS + (HTTPS_ONLY if is_https else ())
        self._numbers = itertools.count(1)
        self._mark = ""
        self._pid = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        environ[RECEIVED] = self._now()
        environ[REQUEST_ID] = request_id = self._number()

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            own = {name for name, _ in headers}
            headers.extend(header for header in self._headers if header[0] not in own)
            headers.append(("X-Request-Id", request_id))
            return start_response(status, headers, *error)

        return self._application(environ, start)

    def _number(self) -> str:
        """Unique among the processes of this start, short enough to read out on the phone."""
        if self._pid != os.getpid():
            self._pid = os.getpid()
            self._mark = secrets.token_hex(2).upper()
        return f"{self._mark}-{next(self._numbers):X}"
