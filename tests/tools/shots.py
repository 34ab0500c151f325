"""Pictures of every page: `make shots` draws them all, with `--readme` those of the README.

    python -m tests.tools.shots [--readme] [--only REGEX]

Each page is drawn at two widths, light and dark, into .cache/shots.
"""

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.journeys import COURSE, QUIZ, expect_saved, start_course, start_quiz, tick
from tests.e2e.keys import right_options
from tests.e2e.places import LESSON, PAGES, QUIZZES, SIGNED_OUT, learner_pages
from tests.e2e.records import OTHER, records_of
from tests.e2e.server import PASSWORD, ROOT, Server
from tests.e2e.visitor import DESKTOP, PHONE, Visitor, visiting
from tests.factories.accounts import Person, give_password, make_person
from tests.tools import browser as chromium

TARGET = ROOT / ".cache" / "shots"
README = ROOT / "docs" / "screenshots"
PEOPLE = 60
SCREEN = {"width": 1200, "height": 780}
SIZES = {"desktop": DESKTOP, "phone": PHONE}
"""The widths at which pages are drawn, by name."""


class Camera:
    """Draws the page somebody is at in every dress, unless its name is left out."""

    def __init__(self, folder: Path, only: str) -> None:
        self._folder = folder
        self._only = re.compile(only)

    def take(self, visitor: Visitor, name: str) -> None:
        if not self._only.search(name):
            return
        page = visitor.page
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)  # type: ignore[arg-type]
            for theme in ("light", "dark"):
                draw(page, theme, self._folder / f"{name}--{size}-{theme}.png")
        page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
        print(name, file=sys.stderr)

    def tour(self, visitor: Visitor, role: str, paths: list[str]) -> None:
        for number, path in enumerate(paths):
            visitor.go(path)
            words = re.sub(r"\W+", "-", path.split("?")[0]).strip("-")
            self.take(visitor, f"{role}-{number:02}-{words or 'home'}")


def draw(page: Page, theme: str, path: Path, *, is_whole: bool = True) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path, full_page=is_whole, animations="disabled")


def trainee_at_work(server: Server, browser: Browser, camera: Camera) -> None:
    """From the first visit to a quiz that is passed."""
    person = newcomer(server, "Nora Sample")
    with visiting(browser, server.address) as visitor:
        page = visitor.page
        visitor.sign_in(person.email)
        camera.tour(visitor, "trainee-before", ["/", "/courses", COURSE, "/account"])
        start_course(visitor)
        camera.tour(visitor, "trainee-begins", ["/", COURSE, LESSON])
        check = page.locator("form.kcheck").first
        check.get_by_role("radio").nth(1).check()
        check.get_by_role("button", name="Check answer").click()
        page.locator("[data-feedback]").first.wait_for()
        camera.take(visitor, "trainee-lesson-feedback")
        page.get_by_role("button", name="Mark as complete").click()
        page.wait_for_load_state()
        camera.take(visitor, "trainee-lesson-complete")
        camera.tour(visitor, "trainee-quiz", [QUIZ])
        start_quiz(visitor)
        camera.take(visitor, "trainee-question-open")
        take_quiz(visitor, camera, right_options(server, person, page))
        camera.take(visitor, "trainee-result-passed")
        camera.tour(visitor, "trainee-after", ["/", COURSE, QUIZ])


def take_quiz(visitor: Visitor, camera: Camera | None, right: dict[int, list[str]]) -> None:
    page = visitor.page
    for slot, values in right.items():
        for value in values if slot > 1 else ["1"]:
            tick(page, slot, value)
        if camera and slot == 2:
            camera.take(visitor, "trainee-question-answered")
        with page.expect_navigation():
            page.locator("[data-next]").last.click()
        page.wait_for_load_state("networkidle")
    if camera:
        camera.take(visitor, "trainee-check")
    hand_in(page)


def hand_in(page: Page) -> None:
    page.get_by_role("button", name="Submit my answers").click()
    page.wait_for_url(re.compile("/result$"))


def trainee_in_trouble(server: Server, browser: Browser, camera: Camera) -> None:
    """A hazard missed, and two tabs that disagree."""
    person = newcomer(server, "Noel Sample")
    quiz = QUIZ.replace("mechanisms-quiz", "risk-management-quiz")
    with visiting(browser, server.address, has_script=False) as visitor:
        visitor.expects_failures = True
        visitor.sign_in(person.email)
        start_course(visitor)
        visitor.go(quiz)
        visitor.page.get_by_role("checkbox").check()
        visitor.page.get_by_role("button", name="Start the quiz").click()
        late = visitor.open_page()
        late.goto(visitor.page.url)
        for page, place in ((visitor.page, 0), (late, 1)):
            page.locator("input.q-input").nth(place).check()
            with page.expect_navigation():
                page.locator("[data-next]").last.click()
        visitor.page, first = late, visitor.page
        camera.take(visitor, "trainee-two-tabs")
        visitor.page = first
        page = first
        page.goto(re.sub(r"question-\d+", "check", page.url))
        camera.take(visitor, "trainee-check-open")
        hand_in(page)
        camera.take(visitor, "trainee-result-not-safe")
        camera.tour(visitor, "trainee-not-safe", ["/", quiz])


def newcomer(server: Server, name: str) -> Person:
    first = name.split(maxsplit=1)[0].lower()
    person = make_person(server.site, name, email=f"{first}@example.org")
    give_password(server.site, person.id, PASSWORD)
    return person


def visitors(server: Server, browser: Browser, camera: Camera) -> None:
    with visiting(browser, server.address) as visitor:
        visitor.expects_failures = True
        camera.tour(visitor, "visitor", SIGNED_OUT)
        visitor.go("/sign-in")
        visitor.page.get_by_role("button", name="Sign in", exact=True).click()
        camera.take(visitor, "visitor-sign-in-error")


def authors(server: Server, browser: Browser, camera: Camera) -> None:
    """An author writes on while another has saved; then what is published."""
    with visiting(browser, server.address) as visitor:
        visitor.expects_failures = True
        visitor.sign_in("instructor@example.org")
        camera.tour(visitor, "instructor", ["/", *PAGES["instructor"](server)])
        camera.tour(visitor, "instructor", [f"{QUIZZES}/{name}" for name in ("final-exam",)])
        page = visitor.page
        first = PAGES["instructor"](server)[3].rpartition("/")[2]
        visitor.go(f"/teach/questions/{first}/edit")
        other = visitor.open_page()
        other.goto(page.url)
        for author, word in ((page, "usually"), (other, "always")):
            stem = author.get_by_label("Stem", exact=True)
            stem.fill(f"{stem.input_value()} Say what is {word} seen.")
            author.get_by_role("button", name="Save draft").last.click()
        visitor.page, before = other, page
        camera.take(visitor, "instructor-two-authors")
        visitor.page = before
        camera.take(visitor, "instructor-draft")
        paths = ("", "/publish", "/discard", "/versions/1", "/compare/1..2")
        camera.tour(
            visitor, "instructor-draft", [f"/teach/questions/{first}{one}" for one in paths]
        )


def after_the_exam(server: Server, browser: Browser, camera: Camera) -> None:
    """A mark that is not complete, a dry run, a receipt that is checked, and the learner's side."""
    made = records_of(server)
    with visiting(browser, server.address) as visitor:
        visitor.expects_failures = True
        visitor.go(made.receipt)
        camera.take(visitor, "visitor-receipt")
        visitor.sign_in("instructor@example.org")
        page = visitor.page
        visitor.go(made.to_mark)
        page.get_by_role("button", name="Save and next").click()
        camera.take(visitor, "instructor-mark-not-complete")
        visitor.go(f"/teach/questions/{OTHER}/correct")
        page.get_by_label("The question counts for nothing").check()
        page.get_by_label("Why").fill("A word was missing.")
        page.get_by_role("button", name="See who would change").click()
        camera.take(visitor, "instructor-dry-run")
    with visiting(browser, server.address) as visitor:
        visitor.sign_in(made.learner.email)
        camera.tour(visitor, "trainee-records", learner_pages(server))


def managers(server: Server, browser: Browser, camera: Camera) -> None:
    with visiting(browser, server.address) as visitor:
        visitor.sign_in("manager@example.org")
        camera.tour(visitor, "manager", ["/", *PAGES["manager"](server)])
        visitor.go("/team/report?sort=-progress")
        visitor.page.locator("tbody th a").first.click()
        camera.take(visitor, "manager-person")


def administrators(server: Server, browser: Browser, camera: Camera) -> None:
    with visiting(browser, server.address) as visitor:
        visitor.expects_failures = True
        visitor.sign_in("admin@example.org")
        camera.tour(visitor, "admin", ["/", *PAGES["admin"](server)])
        visitor.go("/admin/users/new")
        page = visitor.page
        page.get_by_role("button", name="Make the invitation").click()
        camera.take(visitor, "admin-form-errors")
        page.get_by_label("Full name").fill("Nils Sample")
        page.get_by_label("Email", exact=True).fill("nils@example.org")
        page.get_by_role("button", name="Make the invitation").click()
        camera.take(visitor, "admin-link")
        page.locator(".menu > summary").last.click()
        camera.take(visitor, "admin-account-menu")


SCENES = (
    visitors,
    trainee_at_work,
    trainee_in_trouble,
    authors,
    after_the_exam,
    managers,
    administrators,
)


def picture_readme(server: Server, browser: Browser) -> None:
    """What the README shows: a screenful each, of people who already have a history."""
    README.mkdir(parents=True, exist_ok=True)
    person = newcomer(server, "Nora Sample")
    with visiting(browser, server.address) as visitor:
        page = visitor.page
        visitor.sign_in(person.email)
        start_course(visitor)
        visitor.go(LESSON)
        screen(visitor, "lesson")
        start_quiz(visitor)
        tick(page, 1, "1")
        expect_saved(page)
        screen(visitor, "question")
        take_quiz(visitor, None, right_options(server, person, page))
        visitor.go("/")
        screen(visitor, "home-dark", theme="dark")
    with visiting(browser, server.address) as visitor:
        visitor.sign_in("instructor@example.org")
        visitor.go(next(path for path in PAGES["instructor"](server) if path.endswith("/edit")))
        screen(visitor, "editor")
    with visiting(browser, server.address) as visitor:
        visitor.sign_in("manager@example.org")
        visitor.go("/team/report")
        screen(visitor, "report")


def screen(visitor: Visitor, name: str, theme: str = "light") -> None:
    visitor.page.set_viewport_size(SCREEN)  # type: ignore[arg-type]
    draw(visitor.page, theme, README / f"{name}.png", is_whole=False)
    print(name, file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readme", action="store_true", help="only the README's pictures")
    parser.add_argument("--only", default="", help="a pattern of names")
    asked = parser.parse_args()
    if not (asked.only or asked.readme):
        shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, serving() as server:
        browser = playwright.chromium.launch(
            executable_path=chromium.ready(), args=chromium.arguments()
        )
        if asked.readme:
            picture_readme(server, browser)
        else:
            for scene in SCENES:
                scene(server, browser, Camera(TARGET, asked.only))
        browser.close()


@contextmanager
def serving() -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), PEOPLE)
        try:
            yield server
        finally:
            server.stop()


if __name__ == "__main__":
    main()
