"""The page of an attempt put together from strings that were rendered once.

A published version never changes, so neither does its markup. Every string here comes out of the
plain templates: rendered with markers where people differ, and split there. `plain` shows the same
page without any of this; a test compares the two byte for byte.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup, escape

from quizapp.features.attempts.queries.showing import (
    Cell,
    PartView,
    QuestionView,
    TakingPage,
)
from quizapp.features.attempts.queries.taking import Saved
from quizapp.formats.markup import made_safe

Render = Callable[[str, dict[str, Any]], str]
"""Renders a template by name."""

LIMIT_BYTES = 48_000_000
PAGE = "attempts/take.html"
CARD = "attempts/_question.html"
CELL = "attempts/_cell.html"
OPTIONS = '<div class="options">'


@dataclass(frozen=True, slots=True)
class Frame:
    """What is different each time a page is shown; texts are as they stand in the markup."""

    theme: str
    person: str
    token: str
    here: str
    hand_in: str
    seconds_left: str
    finish: str
    operations: Sequence[str]
    keeps_drafts: bool
    offers_break: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What the template of the page puts in where people differ."""

    theme: str
    person: str
    token: str
    here: str
    hand_in: str
    seconds_left: str
    finish: str
    answered: str
    first: str
    last: str
    previous: str
    cells: Markup
    cards: Markup


def plain(render: Render, page: TakingPage, frame: Frame) -> str:
    """The page as its templates alone make it."""
    cards = "".join(
        render(CARD, _card_values(page, view, operation))
        for view, operation in zip(page.questions, frame.operations, strict=True)
    )
    cells = "".join(render(CELL, {"cell": cell}) for cell in page.cells)
    shown = _shown(page, frame, made_safe(cells), made_safe(cards))
    return render(PAGE, _page_values(page, frame, shown))


def _shown(page: TakingPage, frame: Frame, cells: Markup, cards: Markup) -> Shown:
    return Shown(
        theme=frame.theme,
        person=frame.person,
        token=frame.token,
        here=frame.here,
        hand_in=frame.hand_in,
        seconds_left=frame.seconds_left,
        finish=frame.finish,
        answered=str(page.head.answered_count),
        first=str(page.first),
        last=str(page.last),
        previous=str(page.previous or ""),
        cells=cells,
        cards=cards,
    )


def _page_values(page: TakingPage, frame: Frame, shown: Shown) -> dict[str, Any]:
    return {
        "page": page,
        "show": shown,
        "has_limit": page.head.end.due_at is not None,
        "keeps_drafts": frame.keeps_drafts,
        "offers_break": frame.offers_break,
    }


def _card_values(page: TakingPage, view: QuestionView, operation: str) -> dict[str, Any]:
    return {
        "view": view,
        "operation": operation,
        "confidence": page.definition.confidence,
        "total": page.head.item_count,
        "address": page.head.address,
    }


class Fragments:
    """Keeps the strings, up to a number of bytes; then it begins anew."""

    def __init__(self, render: Render) -> None:
        self._render = render
        self._kept: dict[Hashable, Any] = {}
        self._bytes = 0

    def page(self, page: TakingPage, frame: Frame) -> str:
        """The same text as `plain`."""
        shown = _shown(page, frame, self._cells(page), self._cards(page, frame))
        return self._shell(page, frame).filled(
            {name: str(escape(getattr(shown, name))) for name in Shown.__slots__}
        )

    def _shell(self, page: TakingPage, frame: Frame) -> "_Split":
        stimulus = page.questions[0].stimulus
        key = (
            "shell",
            page.head.quiz_version_id,
            page.head.item_count,
            stimulus.version_id if stimulus else None,
            page.head.end.due_at is not None,
            (page.first == page.last, page.previous is None, page.next is None),
            (page.span.section, page.span.starts_section, page.goes_one_way, page.explains),
            page.is_explained,
            page.takes_files,
            (not page.head.answers, not frame.theme, frame.keeps_drafts, frame.offers_break),
        )
        found: _Split | None = self._kept.get(key)
        if found is None:
            names = {name: _marker(name) for name in Shown.__slots__}
            marked = Shown(**{**names, "theme": names["theme"] if frame.theme else ""})  # type: ignore[arg-type]
            text = self._render(PAGE, _page_values(page, frame, marked))
            found = self._keep(key, _Split(text), len(text))
        return found

    def _cells(self, page: TakingPage) -> Markup:
        return made_safe("".join([self._cell(state) for state in page.cell_states()]))

    def _cell(self, state: tuple[int, bool, bool, bool, bool, bool]) -> str:
        found: str | None = self._kept.get(state)
        if found is None:
            text = self._render(CELL, {"cell": Cell(*state)})
            found = self._keep(state, text, len(text))
        return found

    def _cards(self, page: TakingPage, frame: Frame) -> Markup:
        pairs = zip(page.questions, frame.operations, strict=True)
        return made_safe("".join([self._card(page, view, name) for view, name in pairs]))

    def _card(self, page: TakingPage, view: QuestionView, operation: str) -> str:
        if view.explained is not None:
            return self._render(CARD, _card_values(page, view, operation))
        saved = view.saved
        key = (
            "card",
            view.version_id,
            view.number,
            (page.head.item_count, page.definition.confidence),
            (saved.is_flagged, saved.confidence, view.is_marked_critical),
        )
        found: _Split | None = self._kept.get(key)
        if found is None:
            found = self._keep_card(key, page, view)
        return found.filled(
            {
                "seen": str(saved.revision),
                "operation": str(escape(operation)),
                "parts": "".join([self._part(view.version_id, part) for part in view.parts]),
            }
        )

    def _keep_card(self, key: Hashable, page: TakingPage, view: QuestionView) -> "_Split":
        marked = replace(
            view,
            saved=_marked(view.saved),
            parts=[PartView(_Marked, None, "")],  # type: ignore[arg-type]
        )
        values = _card_values(page, marked, _marker("operation"))
        text = self._render(CARD, values)
        return self._keep(key, _Split(text), len(text))  # type: ignore[no-any-return]

    def _part(self, version_id: int, part: PartView) -> str:
        template = part.kind.answer_template
        if not part.kind.has_options:
            return self._render(template, {"view": part.view, "prefix": part.prefix})
        key = ("part", version_id, part.prefix)
        found: tuple[str, str] | None = self._kept.get(key)
        if found is None:
            text = self._render(
                template, {"view": replace(part.view, options=[]), "prefix": part.prefix}
            )
            head, _, tail = text.partition(OPTIONS)
            found = self._keep(key, (head + OPTIONS, tail), len(text))
        before, after = found
        options = [self._option(version_id, part, option) for option in part.view.options]
        return "".join([before, *options, after])

    def _option(self, version_id: int, part: PartView, option: Any) -> str:
        key = ("option", version_id, part.prefix, option)
        found: str | None = self._kept.get(key)
        if found is None:
            view = replace(part.view, options=[option])
            text = self._render(part.kind.answer_template, {"view": view, "prefix": part.prefix})
            before, after = self._kept[("part", version_id, part.prefix)]
            found = self._keep(key, text[len(before) : len(text) - len(after)], len(text))
        return found

    def _keep(self, key: Hashable, value: Any, size: int) -> Any:
        self._bytes += size
        if self._bytes > LIMIT_BYTES:
            self._kept = {}
            self._bytes = size
        self._kept[key] = value
        return value


_OPEN, _CLOSE = "\ue000", "\ue001"


def _marker(name: str) -> str:
    return f"{_OPEN}{name}{_CLOSE}"


class _Marked:
    """Stands for a question type in a card whose parts are filled in later."""

    answer_template = "attempts/_parts_here.html"


def _marked(saved: Saved) -> Saved:
    return replace(saved, revision=_marker("seen"))  # type: ignore[arg-type]


class _Split:
    """A text cut at its markers."""

    def __init__(self, text: str) -> None:
        head, *rest = text.split(_OPEN)
        self._texts = [head]
        self._names: list[str] = []
        for piece in rest:
            name, _, following = piece.partition(_CLOSE)
            self._names.append(name)
            self._texts.append(following)

    def filled(self, values: dict[str, str]) -> str:
        pieces = [self._texts[0]]
        for name, text in zip(self._names, self._texts[1:], strict=True):
            pieces += (values[name], text)
        return "".join(pieces)
