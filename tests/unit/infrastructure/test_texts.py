"""Small pure parts: statements for the other driver, log lines, tables for terminals."""

import json
import logging
from datetime import UTC, datetime

import click
import pytest
from click.testing import CliRunner

from quizapp.config import Settings
from quizapp.infrastructure import clock, language, logs, runners, terminal


@pytest.mark.parametrize(
    ("sql", "rewritten"),
    [
        ("SELECT :a, :b", "SELECT %(a)s, %(b)s"),
        ("WHERE id=:id AND n=:id", "WHERE id=%(id)s AND n=%(id)s"),
        ("SELECT x::text, :y::int", "SELECT x::text, %(y)s::int"),
        ("VALUES (:is_flagged)", "VALUES (%(is_flagged)s)"),
        ("SELECT 1", "SELECT 1"),
    ],
)
def test_named_values_are_written_for_the_driver(sql: str, rewritten: str) -> None:
    assert runners._percent(sql) == rewritten  # noqa: SLF001 - one rule, tried directly


def test_moments_are_read_as_the_driver_gives_them() -> None:
    moment = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
    assert runners.from_column("2026-03-02 09:00:00.123456") == moment
    assert runners.from_column(moment) == moment
    assert runners.from_column(None) is None


@pytest.mark.parametrize(
    "text", ["one\ntwo", "one\r\ntwo", "one\x1b[31mred", "a\u2028b", "tab\there", "bell\x07"]
)
def test_no_text_can_forge_a_log_line(capsys: pytest.CaptureFixture[str], text: str) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        logs.set_up(Settings())
        logging.getLogger("quizapp.test").warning("said %s", text)
    finally:
        root.handlers[:], root.level = before, level
    written = capsys.readouterr().err
    assert len(written.splitlines()) == 1
    assert written.rstrip("\n").isprintable()


def test_log_lines_keep_readable_letters() -> None:
    record = logging.LogRecord("n", logging.INFO, "", 0, "Übung “x”", None, None)
    assert logs._OneLine("%(message)s").format(record) == "Übung “x”"  # noqa: SLF001


def test_tables_are_as_wide_as_they_need_to_be() -> None:
    lines = list(terminal.table(["name", "n"], [["Lea", 1], ["Leonhard", 22]]))
    assert lines == ["name      n", "--------  --", "Lea       1", "Leonhard  22"]


def test_progress_gives_every_item() -> None:
    assert list(terminal.progress(["a", "b"], "Doing")) == ["a", "b"]


def run(*, as_json: bool) -> str:
    @click.command()
    def command() -> None:
        document = {"at": datetime(2026, 3, 2, tzinfo=UTC), "text": "Ü"}
        terminal.note("working")
        terminal.emit(document, as_json=as_json, lines=["one", "two"])

    result = CliRunner().invoke(command)
    assert result.stderr == "working\n"
    return result.stdout


def test_scripts_get_one_document() -> None:
    assert json.loads(run(as_json=True)) == {"at": "2026-03-02T00:00:00+00:00", "text": "Ü"}


def test_people_get_lines() -> None:
    assert run(as_json=False) == "one\ntwo\n"


def test_texts_outside_pages_fill_their_placeholders() -> None:
    assert language.text("Hello %(name)s", name="Lea") == "Hello Lea"
    assert language.text("100% sure") == "100% sure"


def test_the_machines_clock_is_aware() -> None:
    assert clock.now().tzinfo is UTC
