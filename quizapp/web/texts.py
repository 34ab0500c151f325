"""The texts of templates, cheap as long as the language they are written in is the only one.

A page has a hundred texts. Where no catalog of another language exists, a text without values is
put into the compiled template, and one with values skips the search for a catalog.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask.templating import Environment
from jinja2 import nodes
from jinja2.visitor import NodeTransformer

if TYPE_CHECKING:
    from collections.abc import Callable

TRANSLATIONS = Path(__file__).parent / "translations"


def has_other_languages() -> bool:
    return any(TRANSLATIONS.glob("*/LC_MESSAGES/*.mo"))


class _Folder(NodeTransformer):
    """Puts `_("text")` in as the text, marked safe as gettext in templates marks it."""

    def visit_Call(self, node: nodes.Call, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802
        self.generic_visit(node, *args, **kwargs)
        is_plain = (
            isinstance(node.node, nodes.Name)
            and node.node.name == "_"
            and len(node.args) == 1
            and isinstance(node.args[0], nodes.Const)
            and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
        )
        if not is_plain:
            return node
        # As with gettext itself, a text without values still has its percent signs doubled.
        text = node.args[0].as_const() % {}
        return nodes.MarkSafe(nodes.Const(text), lineno=node.lineno)


class OneLanguage(Environment):
    """Templates whose texts are in their own language."""

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        return super()._generate(_Folder().visit(source), *args, **kwargs)


def install(app: Flask) -> None:
    """Before anything touches `app.jinja_env`."""
    if not has_other_languages():
        app.jinja_environment = OneLanguage


def install_callables(app: Flask) -> None:
    """After Flask-Babel has put in its own."""
    if has_other_languages():
        return
    plural: Callable[[str, str, int], str] = lambda one, many, n: one if n == 1 else many  # noqa: E731
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: text, plural, newstyle=True
    )
