"""The yardstick: a Flask application with one route that returns a string, on the same server."""

import sys

from flask import Flask
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server


def create_app() -> Flask:
    app = Flask("bare")

    @app.get("/")
    def hello() -> str:
        return "hello"

    return app


def main(port: int) -> None:
    Server(
        "tests.bench.bare:create_app",
        factory=True,
        interface=Interfaces.WSGI,
        address="127.0.0.1",
        port=port,
        workers=2,
        blocking_threads=16,
        backlog=4096,
        websockets=False,
        log_level=LogLevels.error,
    ).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]))
