"""quizapp bank, as somebody at a terminal uses it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from quizapp import cli
from quizapp.domain.access.roles import Grant, Role
from quizapp.features.courses import queries as course_queries
from quizapp.formats.bank_files import schemas
from quizapp.infrastructure.site import Site
from tests.factories import questions
from tests.factories.accounts import make_person
from tests.factories.content_sync import COURSE, SAMPLE, BankFolder
from tests.integration.cli.conftest import Terminal


def test_help_names_every_command(terminal: Terminal) -> None:
    assert terminal.run("--help") == 0
    assert all(f"\n  {name} " in terminal.out for name in cli.COMMANDS)


def test_the_version_is_told(terminal: Terminal) -> None:
    assert terminal.run("--version") == 0
    assert "quizapp" in terminal.out


@pytest.mark.parametrize(
    "arguments", [["bnak"], ["bank", "chekc"], ["bank", "sync", "--prefer", "x"]]
)
def test_a_mistyped_command_is_told_with_the_way_on(
    terminal: Terminal, arguments: list[str]
) -> None:
    assert terminal.run(*arguments) == 2
    assert "Error:" in terminal.err
    assert "Traceback" not in terminal.err


def test_a_wrong_setting_is_one_clear_line(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUIZAPP_PORT", "eighty")
    assert terminal.run("upgrade") == 1
    assert "QUIZAPP_PORT" in terminal.err
    assert "Traceback" not in terminal.err


def test_a_good_bank_passes(terminal: Terminal) -> None:
    assert terminal.run("bank", "check", SAMPLE) == 0
    assert "9 questions, 2 quizzes, 0 errors, 0 warnings." in terminal.out


def test_a_mistake_is_told_with_file_and_line(terminal: Terminal, tmp_path: Path) -> None:
    bank = BankFolder(tmp_path)
    bank.replace("course.yaml", "title: Needle care\n", "")
    assert terminal.run("bank", "check", bank.root) == 1
    first = terminal.out.splitlines()[0]
    assert first.startswith("question_bank/needle-care/course.yaml:1: error [missing-field]")
    assert first.endswith("Add title:")


def test_a_warning_alone_does_not_fail(terminal: Terminal, tmp_path: Path) -> None:
    bank = BankFolder(tmp_path)
    bank.replace("quizzes/final-check.yaml", "pass_mark_reason:", "change_reason:")
    assert terminal.run("bank", "check", bank.root) == 0
    assert "warning [unreasoned-pass-mark]" in terminal.out


@pytest.mark.parametrize("folder", ["", "nowhere"])
def test_scripts_get_one_document(terminal: Terminal, tmp_path: Path, folder: str) -> None:
    bank = BankFolder(tmp_path)
    root = bank.root / folder if folder else bank.root
    status = terminal.run("bank", "check", root, "--json")
    document = json.loads(terminal.out)
    assert status == (1 if folder else 0)
    assert document["counts"]["errors"] == status
    assert set(document) == {"counts", "problems"}


def test_checking_needs_no_database(tmp_path: Path) -> None:
    """It has to be quick enough to run at every save."""
    program = (
        "import sys; from quizapp.cli import cli\n"
        f"cli(['bank', 'check', {str(SAMPLE)!r}], standalone_mode=False)\n"
        "print('sqlalchemy' in sys.modules, 'flask' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert done.stdout.splitlines()[-1] == "False False"


def test_the_program_starts_by_its_module_name(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "quizapp", "bank", "check", str(SAMPLE)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout.startswith("1 courses")


def test_schemas_are_written_where_editors_look(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal.run("bank", "schemas", tmp_path) == 0
    written = {path.name: path.read_text() for path in (tmp_path / "schemas").iterdir()}
    assert written == dict(schemas.schemas())


def test_a_bank_is_loaded_and_told(site: Site, terminal_of_site: Terminal) -> None:
    assert terminal_of_site.run("bank", "sync", SAMPLE) == 0
    assert "needle-care: outline changed, 2 lessons changed, 9 questions added" in (
        terminal_of_site.out
    )
    assert terminal_of_site.run("bank", "sync", SAMPLE) == 0
    assert terminal_of_site.out == "needle-care: nothing changed.\n"
    with site.reading() as ctx:
        assert course_queries.get_course(ctx, COURSE).title == "Needle care"


def test_a_bank_with_mistakes_is_not_loaded(
    site: Site, terminal_of_site: Terminal, tmp_path: Path
) -> None:
    bank = BankFolder(tmp_path)
    bank.replace("course.yaml", "title: Needle care\n", "")
    assert terminal_of_site.run("bank", "sync", bank.root) == 1
    assert "The files have" in terminal_of_site.err
    assert "nothing was loaded" in terminal_of_site.err
    with site.reading() as ctx:
        assert course_queries.list_courses(ctx) == []


def test_edits_on_both_sides_are_shown_and_settled(
    site: Site, terminal_of_site: Terminal, tmp_path: Path
) -> None:
    bank = BankFolder(tmp_path)
    terminal_of_site.run("bank", "sync", bank.root)
    author = make_person(site, "Ina Instructor", grants=[Grant(Role.INSTRUCTOR)]).actor
    questions.edit_question(site, "nc-2", author=author, stem="Where do needles go?")
    terminal_of_site.run("bank", "sync", bank.root)
    assert "nc-2 was edited on the site" in terminal_of_site.out
    bank.replace("questions/basics.yaml", "Which two belong", "What belongs")
    terminal_of_site.run("bank", "sync", bank.root)
    assert "Kept: site." in terminal_of_site.out
    assert "-stem: Where do needles go?" in terminal_of_site.out
    terminal_of_site.run("bank", "sync", bank.root, "--prefer", "files", "--json")
    (report,) = json.loads(terminal_of_site.out)
    assert report["differences"][0]["kept"] == "file"


def test_an_upgrade_is_told_once(terminal_of_site: Terminal) -> None:
    assert terminal_of_site.run("upgrade") == 0
    assert "up to date" in terminal_of_site.err
