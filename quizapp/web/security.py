"""The security headers of every response."""

from flask import Flask
from werkzeug.wrappers import Response

from quizapp.web import request

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
YEAR = 365 * 24 * 3600


def install(app: Flask, *, is_https: bool) -> None:
    """Add the headers to pages, files and errors alike; signed-in pages are never cached."""
    always = list(HEADERS.items())
    if is_https:
        always.append(("Strict-Transport-Security", f"max-age={YEAR}; includeSubDomains"))

    @app.after_request
    def _add(response: Response) -> Response:
        headers = response.headers
        for name, value in always:
            if name not in headers:
                headers[name] = value
        if "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-store"
        headers["X-Request-Id"] = request.request_id()
        return response
