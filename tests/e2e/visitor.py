"""Somebody at a browser: by mouse, by keyboard alone, on a phone, without JavaScript."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect

from tests.e2e.server import PASSWORD

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
MANY_TABS = 400
FORCED_CLOSING = "net::ERR_"
"""What the console says when a test itself takes the network or the server away."""


class Visitor:
    """A browser profile with one page; remembers everything that should not have happened."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.address = address
        self.problems: list[str] = []
        self.expects_failures = False
        self.page = self.open_page()
        self.hand: Mouse | Keyboard = Mouse(self.page)

    def open_page(self) -> Page:
        """One more tab."""
        page = self.context.new_page()
        page.on("console", lambda message: self._noted(message.type, message.text))
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("response", self._answered)
        return page

    def _noted(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and not self.expects_failures:
            self.problems.append(f"console: {text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500 and not self.expects_failures:
            self.problems.append(f"{response.status} {response.url}")

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        self.go("/sign-in")
        self.hand.type(self.page.get_by_label("Email"), email)
        self.hand.type(self.page.get_by_label("Password", exact=True), password)
        self.hand.press(self.page.get_by_role("button", name="Sign in", exact=True))
        expect(self.page).not_to_have_url(re.compile("/sign-in"))

    def follow(self, target: Locator) -> None:
        """Press a link or a button, and wait for the page that comes of it."""
        with self.page.expect_navigation():
            self.hand.press(target)

    def heading(self, text: str | re.Pattern[str]) -> None:
        """The page has this as its heading."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)


class Mouse:
    """Points, with a mouse or a thumb."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        target.click()

    def type(self, target: Locator, text: str) -> None:
        target.fill(text)

    def tick(self, box: Locator) -> None:
        box.check()

    def choose(self, radio: Locator) -> None:
        radio.check()

    def pick(self, choice: Locator, label: str) -> None:
        choice.select_option(label=label)


class Keyboard:
    """Finds its way with Tab, arrows, Enter and Space, and sees where it is."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, target: Locator) -> None:
        """Press Tab until the target has the focus, which must be visible."""
        expect(target).to_be_visible()
        for _ in range(MANY_TABS):
            if target.evaluate("node => node === document.activeElement"):
                break
            self.page.keyboard.press("Tab")
        else:
            raise AssertionError(f"Tab does not reach {target}")
        assert target.evaluate(FOCUS_IS_VISIBLE), f"one cannot see the focus on {target}"

    def press(self, target: Locator, key: str = "Enter") -> None:
        self.reach(target)
        self.page.keyboard.press(key)

    def type(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def tick(self, box: Locator) -> None:
        """Space, unless it is ticked already."""
        if not box.is_checked():
            self.press(box, "Space")
        expect(box).to_be_checked()

    def pick(self, choice: Locator, label: str) -> None:
        """The first letters of an option, on a list that stays closed."""
        self.reach(choice)
        self.page.keyboard.type(label)
        expect(choice.locator("option:checked")).to_have_text(label)

    def choose(self, radio: Locator) -> None:
        """Tab into the group, then arrows to the option."""
        name = radio.get_attribute("name")
        for _ in range(MANY_TABS):
            if self.page.evaluate("() => document.activeElement.name") == name:
                break
            self.page.keyboard.press("Tab")
        else:
            raise AssertionError(f"Tab does not reach the options {name}")
        for _ in range(26):
            if radio.evaluate("node => node === document.activeElement"):
                break
            self.page.keyboard.press("ArrowDown")
        if not radio.is_checked():
            self.page.keyboard.press("Space")
        expect(radio).to_be_checked()


FOCUS_IS_VISIBLE = """node => {
  const marked = (one) => {
    const style = getComputedStyle(one);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0)
      || style.boxShadow !== 'none';
  };
  return marked(node) || marked(node.parentElement) || marked(node.closest('label') || node);
}"""


@contextmanager
def visiting(
    browser: Browser,
    address: str,
    *,
    is_phone: bool = False,
    theme: str = "light",
    has_script: bool = True,
    is_keyboard: bool = False,
) -> Iterator[Visitor]:
    """A visitor of whom nothing may be left on the list of problems."""
    context = browser.new_context(
        viewport=PHONE if is_phone else DESKTOP,  # type: ignore[arg-type]
        has_touch=is_phone,
        is_mobile=is_phone,
        color_scheme="dark" if theme == "dark" else "light",
        java_script_enabled=has_script,
        reduced_motion="reduce",
    )
    context.set_default_timeout(15_000)
    visitor = Visitor(context, address)
    if is_keyboard:
        visitor.hand = Keyboard(visitor.page)
    yield visitor
    context.close()
    assert visitor.problems == [], visitor.problems
