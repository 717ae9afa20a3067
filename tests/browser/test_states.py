"""What a page becomes when someone uses it: drawers, dialogs, menus, answers given, no connection. Accessible in each.

The cells are those of `test_pages`. An answer is given once and stays, so later cells meet it as it then stands.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chrome import Reader, reading
from tests.browser.live import Site
from tests.browser.test_pages import CELLS


def open_drawer(reader: Reader) -> None:
    """The library beside the lesson, a result unfolded."""
    page = reader.go(f"/teach/lessons/{reader.site.made['lesson']}")
    page.locator("[data-drawer-open]").click()
    page.locator("#shelf-q").fill("phan so")
    page.locator("#shelf-q").press("Enter")
    expect(page.locator("#drawer .result details[open] .verdict")).to_be_visible()


def open_publish_dialog(reader: Reader) -> None:
    """The question which runs take the new revision."""
    page = reader.go(f"/teach/lessons/{reader.site.made['lesson']}")
    page.locator("[data-publish]").click()
    expect(page.locator("dialog[open] input[name=run]").first).to_be_visible()


def open_gap(reader: Reader) -> None:
    """What can be added between two blocks."""
    page = reader.go(f"/teach/lessons/{reader.site.made['lesson']}")
    page.locator("details.gap > summary").last.click()
    expect(page.locator("details.gap[open] button[value=question]")).to_be_visible()


def open_lesson_menu(reader: Reader) -> None:
    """What can be done with a lesson of the outline."""
    page = reader.go(f"/teach/courses/{reader.site.made['course']}")
    page.locator("[data-lesson] details.menu > summary").first.click()
    expect(page.locator("[data-lesson] details.menu[open] .menu-list")).to_be_visible()


def open_account_menu(reader: Reader) -> None:
    """The menu of the person in the header."""
    page = reader.go("/teach")
    page.locator("header.bar details.menu > summary").filter(visible=True).first.click()
    expect(page.locator("header.bar details.menu[open] .menu-list")).to_be_visible()


def go_to_question(reader: Reader, place: int) -> bool:
    """Open the question at `place`; tell whether it still takes an answer."""
    made = reader.site.made
    page = reader.go(f"/learn/runs/{made['run']}/{made['lesson']}/{made['questions'][place]}")
    return page.locator("button[form=answer]").count() > 0


def answer_wrong_once(reader: Reader) -> None:
    """A first try that was wrong, one try left."""
    page, takes_answer = reader.page, go_to_question(reader, 0)
    first = page.locator("[name=choice][value=a]")
    if takes_answer and first.is_enabled():
        page.locator("label.opt").first.click()
        page.locator("button[form=answer]").click()
    expect(page.locator("#result:not(.is-right)")).to_be_visible()
    expect(page.locator("label.opt.is-wrong")).to_have_count(1)


def answer_wrong_at_last(reader: Reader) -> None:
    """No try left: what was right, and why."""
    page = reader.page
    if go_to_question(reader, 1):
        page.locator("label.opt").nth(1).click()
        page.locator("button[form=answer]").click()
    expect(page.locator("#result:not(.is-right) .prose")).to_be_visible()
    expect(page.locator("label.opt.is-right")).to_have_count(2)


def answer_right(reader: Reader) -> None:
    """A right answer, typed."""
    page = reader.page
    if go_to_question(reader, 2):
        page.locator("[name=answer]").fill("8,5")
        page.locator("button[form=answer]").click()
    expect(page.locator("#result.is-right")).to_be_visible()


def answer_offline(reader: Reader) -> None:
    """The connection is gone while an answer is given: the strip says that it is kept."""
    page = reader.page
    assert go_to_question(reader, 3)
    reader.context.set_offline(True)
    page.locator("[name=answer]").fill("Huế")
    page.locator("button[form=answer]").click()
    expect(page.locator("[data-offline]")).to_be_visible()
    expect(page.locator("form#answer[aria-busy]")).to_have_count(0)
    lost = [line for line in reader.troubles.take() if "ERR_INTERNET_DISCONNECTED" not in line]
    assert not lost, lost


def come_back(reader: Reader) -> None:
    """The connection is back: the kept answer arrives and the strip goes."""
    reader.context.set_offline(False)
    expect(reader.page.locator("[data-offline]")).to_be_hidden()
    expect(reader.page.locator("#result")).to_be_visible()


TEACHER: list[Callable[[Reader], None]] = [
    open_drawer, open_publish_dialog, open_gap, open_lesson_menu, open_account_menu,
]  # fmt: skip
LEARNER: list[Callable[[Reader], None]] = [
    answer_wrong_once, answer_wrong_at_last, answer_right, answer_offline, come_back,
]  # fmt: skip


def look(reader: Reader, state: Callable[[Reader], None]) -> list[str]:
    """Bring the page into a state and return what is wrong with it."""
    state(reader)
    lines = [*reader.axe(), reader.overflow(), *reader.troubles.take()]
    return [f"{state.__name__}: {line}" for line in lines if line]


@pytest.mark.parametrize(("locale", "theme", "width"), CELLS)
def test_every_state_of_a_page_is_accessible_and_fits_the_screen(
    browser: Browser, small_school: Site, locale: str, theme: str, width: int
) -> None:
    wrong: list[str] = []
    for login, states in (("lan", TEACHER), ("minh", LEARNER)):
        with reading(
            browser, small_school, locale=locale, theme=theme, width=width, inspecting=True
        ) as reader:
            reader.sign_in(login)
            for state in states:
                wrong += look(reader, state)
    assert not wrong, "\n".join(wrong)
