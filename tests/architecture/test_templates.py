"""Templates show what they are given: no rules, no scripts, no words that cannot be translated."""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

from quizapp.question_types import registry
from tests.architecture.house import QUIZAPP, modules, named

COMPONENTS = QUIZAPP / "web" / "templates" / "components"
PLAIN = {"quizapp/web/templates/errors/fault.html"}
"""Shown when translations, too, may be broken."""
WORD = re.compile(r"[^\W\d_]{2,}")
TAG = re.compile(r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
VERBATIM = re.compile(r"<(pre|code|kbd)\b.*?</\1>", re.DOTALL)
ATTRIBUTE = re.compile(r"\s[a-z-]+=\"[^\"]*\"")
CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TRANSLATED = re.compile(r"\b(?:_|ngettext)\(\s*'[^']*'(?:\s*,\s*'[^']*')?")
SENTENCE = re.compile(r"'([A-Z][a-z]+(?: [^'=<>]*)?)'|\"([A-Z][a-z]+ [^\"=<>]*)\"")
SPOKEN = re.compile(r"(?:aria-label|title|placeholder|alt)=\"([^\"]*)\"")


def templates() -> list[Path]:
    return sorted(QUIZAPP.rglob("*.html"))


every_template = pytest.mark.parametrize("path", templates(), ids=named)


def template_name(path: Path) -> str:
    """The name the loader knows it by."""
    if "question_types" in path.parts:
        return "question_types/" + path.relative_to(QUIZAPP / "question_types").as_posix()
    return path.as_posix().rpartition("/templates/")[2]


@every_template
def test_no_template_declares_text_to_be_safe(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape|Markup", text)


@every_template
def test_no_template_has_inline_script_or_style(path: Path) -> None:
    text = JINJA.sub("", path.read_text(encoding="utf-8"))
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"<style\b|\sstyle\s*=", text)
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", text)
    assert "javascript:" not in text


@every_template
def test_every_template_compiles(app: Flask, path: Path) -> None:
    assert app.jinja_env.get_template(template_name(path)).filename == str(path)


def rendered_by_code() -> set[str]:
    """Template names in strings of the code, and those that types make of their names."""
    found = {
        node.value
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.endswith(".html")
    }
    for kind in registry.TYPES:
        found |= {kind.answer_template, kind.feedback_template, kind.author_template}
    return found


def named_by_templates(app: Flask) -> set[str]:
    found = set()
    for path in templates():
        tree = app.jinja_env.parse(path.read_text(encoding="utf-8"))
        for kind in (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport):
            for node in tree.find_all(kind):
                name = getattr(node, "template", None)
                if isinstance(name, nodes.Const):
                    found.add(name.value)
    return found


def test_every_template_is_shown_by_somebody(app: Flask) -> None:
    used = rendered_by_code() | named_by_templates(app)
    unused = [
        named(path)
        for path in templates()
        if path.parent != COMPONENTS and template_name(path) not in used
    ]
    assert unused == []


def test_every_component_is_used(app: Flask) -> None:
    macros = {
        node.name: path
        for path in COMPONENTS.glob("*.html")
        for node in app.jinja_env.parse(path.read_text(encoding="utf-8")).find_all(nodes.Macro)
    }
    text = "\n".join(path.read_text(encoding="utf-8") for path in templates())
    unused = [name for name in macros if not re.search(rf"(?<!macro )\b{name}\(", text)]
    assert unused == []


def test_every_import_of_a_template_is_used(app: Flask) -> None:
    for path in templates():
        text = path.read_text(encoding="utf-8")
        for node in app.jinja_env.parse(text).find_all(nodes.FromImport):
            for name in node.names:
                own = name[1] if isinstance(name, tuple) else name
                assert len(re.findall(rf"\b{own}\b", text)) > 1, f"{named(path)} imports {own}"


@pytest.mark.parametrize(
    "path", [path for path in templates() if named(path) not in PLAIN], ids=named
)
def test_every_visible_word_can_be_translated(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    plain = JINJA.sub("", text)
    spoken = [value for value in SPOKEN.findall(plain) if WORD.search(value)]
    shown = ATTRIBUTE.sub("", TAG.sub(" ", VERBATIM.sub("", plain)))
    visible = re.sub(r"&[a-z]+;", "", shown)
    assert spoken == []
    assert WORD.findall(visible) == []


@pytest.mark.parametrize(
    "path", [path for path in templates() if named(path) not in PLAIN], ids=named
)
def test_sentences_in_expressions_can_be_translated(path: Path) -> None:
    for code in CODE.findall(path.read_text(encoding="utf-8")):
        rest = TRANSLATED.sub("", code)
        assert [found for found in SENTENCE.findall(rest) if " " in "".join(found)] == []
