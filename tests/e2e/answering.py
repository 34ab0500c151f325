"""Giving an answer of any type by hand, as its page offers it to somebody at a browser."""

from dataclasses import replace
from typing import Any

from playwright.sync_api import Locator, Page, expect

from quizapp.features.attempts.queries.showing import PartView
from tests.e2e.visitor import Keyboard, Mouse, Visitor

ESSAY = (
    "It is thin, and it still goes through the skin, so it counts as invasive. Small bruises are "
    "common, and harm to a nerve or a lung is rare and real."
)
FILE = {
    "name": "emergency-card.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.7\n" + b"of no importance " * 200,
}
PLACE_ON_PICTURE = (0.5, 0.47)
"""In the heart of the tour's picture, off every letter."""


class Answering:
    """One person's way with the controls of an answer."""

    def __init__(self, visitor: Visitor, *, has_script: bool = True) -> None:
        self.visitor = visitor
        self.hand = visitor.hand
        self.has_script = has_script
        self.page = visitor.page

    def on(self, page: Page) -> "Answering":
        """In another tab, by mouse."""
        self.page, self.hand = page, Mouse(page)
        return self

    def give(self, part: PartView) -> None:
        """Answer as `part` is filled in; a text or a file where only a person can tell."""
        getattr(self, f"_{part.kind.name}")(part.view, part.prefix)

    def sure(self, slot: int, words: str) -> None:
        """Say how sure one is."""
        self.hand.choose(self._card(slot).get_by_role("radio", name=words, exact=True))

    def _card(self, slot: int) -> Locator:
        return self.page.locator(f"#question-{slot}")

    def _field(self, name: str) -> Locator:
        return self.page.locator(f'[name="{name}"]')

    def _box(self, prefix: str, value: str) -> Locator:
        return self.page.locator(f'input[name="{prefix}"][value="{value}"]')

    def _options(self, view: Any, prefix: str) -> None:
        for option in view.options:
            if option.is_chosen:
                self._press_box(self._box(prefix, option.value))

    def _press_box(self, box: Locator) -> None:
        if box.get_attribute("type") == "radio":
            self.hand.choose(box)
        else:
            self.hand.tick(box)

    _single_best_answer = _options
    _multiple_response = _options
    _true_false = _options

    def _matching(self, view: Any, prefix: str) -> None:
        texts = {answer.value: answer.text for answer in view.answers}
        for prompt in view.prompts:
            self.hand.pick(self._field(f"{prefix}-{prompt.place}"), texts[prompt.chosen])

    def _ordering(self, view: Any, prefix: str) -> None:
        """With the arrows, or by numbers where there are none or the screen is small."""
        if self.has_script and not self.page.viewport_size["width"] < 600:  # type: ignore[index]
            self._order_with_arrows(view, prefix)
            return
        for step in view.lines:
            number = self._field(f"{prefix}-{step.line}")
            self.hand.pick(number, str(step.number))

    def _order_with_arrows(self, view: Any, prefix: str) -> None:
        lines = self.page.locator(".order > li")
        for step in sorted(view.lines, key=lambda line: line.number):
            own = lines.filter(has=self._field(f"{prefix}-{step.line}"))
            while (
                own.evaluate("line => [...line.parentElement.children].indexOf(line)") + 1
                > step.number
            ):
                self.hand.press(own.get_by_role("button", name="Move up"))
        if not self._field(f"{prefix}-1").input_value():
            self.hand.press(lines.first.get_by_role("button", name="Move down"))
            self.hand.press(lines.nth(1).get_by_role("button", name="Move up"))

    def _numeric(self, view: Any, prefix: str) -> None:
        self.hand.type(self._field(prefix), view.text)
        for unit in view.units:
            if unit.is_chosen:
                self.hand.pick(self._field(f"{prefix}-unit"), unit.name)

    def _short_text(self, view: Any, prefix: str) -> None:
        self.hand.type(self._field(prefix), view.text)

    def _cloze(self, view: Any, prefix: str) -> None:
        for gap in view.gaps.values():
            name = f"{prefix}-{gap.number}"
            if gap.how == "choice":
                chosen = next(option for option in gap.view.options if option.is_chosen)
                self.hand.pick(self._field(name), chosen.text)
            elif gap.how == "number":
                self._numeric(gap.view, name)
            else:
                self._short_text(gap.view, name)

    def _hotspot(self, view: Any, prefix: str) -> None:
        if view.pins:
            self._point()
        elif isinstance(self.hand, Keyboard) or not self.has_script:
            self._options(view, prefix)
        else:
            chosen = next(spot for spot in view.spots if spot.is_chosen)
            self.page.locator(f'.zl[data-spot="{chosen.value}"]').click()
            expect(self._box(prefix, chosen.value)).to_be_checked()

    def _point(self) -> None:
        """By a click; with keys a point is put in the middle and moved up a little."""
        if isinstance(self.hand, Keyboard):
            self.hand.press(self.page.get_by_role("button", name="Put a point in the middle"))
            moving = self.page.locator("[data-row] [data-move]")
            for _ in range(3):
                self.hand.press(moving, "ArrowUp")
            expect(moving).to_have_text("Point 1: 50% from the left, 47% from the top")
            return
        area = self.page.locator(".hot__stage" if self.has_script else "input[type=image]")
        size = area.bounding_box()
        assert size is not None
        across, down = PLACE_ON_PICTURE
        position = {"x": size["width"] * across, "y": size["height"] * down}
        if self.has_script:
            area.click(position=position)  # type: ignore[arg-type]
            return
        with self.page.expect_navigation():
            area.click(position=position)  # type: ignore[arg-type]
        expect(self.page.get_by_label("Take away point 1")).to_be_visible()

    def _essay(self, _view: Any, prefix: str) -> None:
        self.hand.type(self._field(prefix), ESSAY)

    def _file_upload(self, _view: Any, prefix: str) -> None:
        with self.page.expect_file_chooser() as opened:
            self.hand.press(self._field(f"{prefix}-upload"))
        opened.value.set_files(FILE)  # type: ignore[arg-type]
        if not self.has_script:
            self.visitor.follow(self.page.get_by_role("button", name="Upload"))
        expect(self.page.get_by_role("checkbox", name=FILE["name"])).to_be_checked()  # type: ignore[arg-type]


def wrongly(part: PartView) -> PartView:
    """A part that is filled in rightly, filled in wrongly; what a person marks stays as it is."""
    return replace(part, view=WRONG.get(part.kind.name, _as_it_is)(part.view))


def _as_it_is(view: Any) -> Any:
    return view


def _wrong_options(view: Any) -> Any:
    wrong = [option.value for option in view.options if not option.is_chosen]
    options = [replace(one, is_chosen=one.value in wrong[:1]) for one in view.options]
    return replace(view, options=tuple(options))


def _wrong_pairs(view: Any) -> Any:
    chosen = [prompt.chosen for prompt in view.prompts]
    moved = zip(view.prompts, [*chosen[1:], *chosen[:1]], strict=True)
    return replace(view, prompts=[replace(prompt, chosen=value) for prompt, value in moved])


def _wrong_order(view: Any) -> Any:
    last = len(view.lines) + 1
    return replace(view, lines=[replace(line, number=last - line.number) for line in view.lines])


def _wrong_text(view: Any) -> Any:
    return replace(view, text="nothing of this")


def _wrong_number(view: Any) -> Any:
    return replace(view, text="987654")


def _wrong_gaps(view: Any) -> Any:
    ways = {"choice": _wrong_options, "number": _wrong_number, "text": _wrong_text}
    gaps = {name: replace(gap, view=ways[gap.how](gap.view)) for name, gap in view.gaps.items()}
    return replace(view, gaps=gaps)


def _wrong_place(view: Any) -> Any:
    """A letter of the list, where points can be put too."""
    right = {spot.value for spot in view.spots if spot.is_chosen}
    other = next(spot.value for spot in view.spots if spot.value not in right)
    return replace(
        view,
        pins=(),
        options=tuple(replace(one, is_chosen=one.value == other) for one in view.options),
        spots=tuple(replace(one, is_chosen=one.value == other) for one in view.spots),
    )


WRONG = {
    "single_best_answer": _wrong_options,
    "multiple_response": _wrong_options,
    "true_false": _wrong_options,
    "matching": _wrong_pairs,
    "ordering": _wrong_order,
    "numeric": _wrong_number,
    "short_text": _wrong_text,
    "cloze": _wrong_gaps,
    "hotspot": _wrong_place,
}
