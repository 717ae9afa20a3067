"""The main deeds without a mouse: every step is a key, and the focus is always somewhere one can see."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chrome import reading
from tests.browser.live import Site
from tests.factories.people import PASSWORD

MOST_TABS = 120
HERE = "selector => document.activeElement?.matches(selector) ?? false"
RING = """() => { const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none'; }"""


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus stands on `selector`."""
    for _tab in range(MOST_TABS):
        if page.evaluate(HERE, selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {selector} on {page.url}")


LOCALES = ("vi", "en")


def choose(page: Page, selector: str, value: str) -> None:
    """Go to a list or a group of choices and press Down until it stands at `value`."""
    tab_to(page, selector)
    if page.evaluate("() => document.activeElement.matches('select')"):
        page.keyboard.press("Home")
    for _press in range(40):
        if page.evaluate("() => document.activeElement.value") == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{selector} has no {value} on {page.url}")


def press(page: Page, selector: str) -> None:
    """Go to a button or link that shows where one is, and press it."""
    tab_to(page, selector)
    assert page.evaluate(RING), f"{selector} on {page.url} does not show that it has the focus"
    page.keyboard.press("Enter")


def open_with_space(page: Page, selector: str) -> None:
    """Go to a field for files and press Space until the field is asked for its chooser, as a hand would."""
    page.on("filechooser", lambda _chooser: None)  # held back from before the first key on
    field = page.locator(selector)
    field.evaluate(
        "field => field.addEventListener('click', event => field.dataset.opened = event.isTrusted)"
    )
    for _press in range(10):
        tab_to(page, selector)
        assert page.evaluate(RING), f"{selector} on {page.url} does not show that it has the focus"
        page.keyboard.press("Space")
        if field.get_attribute("data-opened") == "true":
            return
    raise AssertionError(f"Space does not open {selector} on {page.url}")


@pytest.mark.parametrize("locale", LOCALES)
def test_upload_describe_and_publish_by_keys(
    browser: Browser, small_school: Site, tmp_path: Path, locale: str
) -> None:
    file = tmp_path / f"ban-phim-{locale}.md"
    file.write_text(f"# Bàn phím {locale}\n\nMột bài viết không cần chuột ({locale}).\n", encoding="utf-8")
    with reading(browser, small_school, locale=locale) as teacher:
        teacher.sign_in("lan")
        page = teacher.go("/library/upload")
        page.wait_for_load_state("networkidle")  # the script puts its own list below the field
        open_with_space(page, "#f-file")
        page.set_input_files("#f-file", file)  # the chooser itself is the browser's own window
        expect(page.locator("[data-rows] [data-link]")).to_be_visible(timeout=40_000)
        press(page, "[data-rows] [data-link]")
        page.wait_for_url("**/edit")
        expect(page.locator("[name=title]")).to_have_value(f"Bàn phím {locale}")
        choose(page, "[name=license]", "CC-BY-4.0")
        tab_to(page, "[name=authors]")
        page.keyboard.press("Control+a")
        page.keyboard.type("Nguyen Thi Lan")
        press(page, "form[action$='/edit'] button, form:has([name=license]) button")
        page.wait_for_url(lambda url: not url.endswith("/edit"))
        press(page, "main a[href$='/edit']")
        page.wait_for_url("**/edit")
        choose(page, "[name=scope]", "school")
        press(page, "button[formaction$='/publish'], button[form='share']")
        page.wait_for_url(lambda url: not url.endswith("/edit"))
        expect(page.locator("main")).to_contain_text("Nguyen Thi Lan")


@pytest.mark.parametrize("locale", LOCALES)
def test_search_narrow_and_open_by_keys(browser: Browser, small_school: Site, locale: str) -> None:
    with reading(browser, small_school, locale=locale) as teacher:
        teacher.sign_in("lan")
        page = teacher.go("/library")
        tab_to(page, "main input[name=q]")
        page.keyboard.type("phan so")
        page.keyboard.press("Enter")
        page.wait_for_url("**q=phan**")
        tab_to(page, "input[name=type][value=image]")
        page.keyboard.press("Space")  # a choice is asked for at once
        page.wait_for_url("**type=image**")
        rows = page.locator("#results article")
        expect(rows).not_to_have_count(0)
        press(page, "#results article a")
        page.wait_for_url("**/library/0*")
        tab_to(page, "a[href*='/teach/use/']")


@pytest.mark.parametrize(("place", "locale"), [*enumerate(LOCALES)])
def test_comment_on_and_decide_a_review_by_keys(
    browser: Browser, small_school: Site, place: int, locale: str
) -> None:
    review = small_school.made["to_decide"][place]
    with reading(browser, small_school, locale=locale) as reviewer:
        reviewer.sign_in("tuan")
        page = reviewer.go("/library/reviews")
        press(page, f"main a[href*='{review}']")
        page.wait_for_url(f"**/{review}")
        tab_to(page, "textarea[name=text]")
        page.keyboard.type("Muc 2 con thieu hinh.")
        tab_to(page, "input[name=place]")
        page.keyboard.type("muc 2")
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_contain_text("Muc 2 con thieu hinh.")
        tab_to(page, "[name=verdict]")
        page.keyboard.press("Space")
        choose(page, "[name=verdict]:checked", "changes")
        tab_to(page, "textarea[name=reason]")
        page.keyboard.type("Them hinh cho muc 2.")
        press(page, "form:has([name=verdict]) button")
        page.wait_for_url("**/library/reviews")
        expect(page.locator(f"main a[href*='{review}']")).to_have_count(0)


def test_sign_in_search_insert_and_answer_by_keys(browser: Browser, small_school: Site) -> None:
    made = small_school.made
    with reading(browser, small_school) as teacher:
        page = teacher.go("/sign-in")
        tab_to(page, "input[name=login]")
        page.keyboard.type("lan")
        tab_to(page, "input[name=password]")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/teach")
        page = teacher.go("/library")
        tab_to(page, "main input[name=q]")
        page.keyboard.type("phan so")
        page.keyboard.press("Enter")
        page.wait_for_url("**q=phan**")
        tab_to(page, "#results article a")
        assert page.evaluate(RING)
        page.keyboard.press("Enter")
        page.wait_for_url("**/library/0*")
        page = teacher.go(f"/teach/lessons/{made['lesson']}")
        before = page.locator("[data-block]").count()
        press(page, "[data-drawer-open]")
        expect(page.locator("#shelf-q")).to_be_focused()
        page.keyboard.type("phan so")
        page.keyboard.press("Enter")
        expect(page.locator("#drawer .result summary").first).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("[data-block]")).to_have_count(before + 1)
    with reading(browser, small_school) as pupil:
        pupil.sign_in("an")
        page = pupil.go(f"/learn/runs/{made['run']}/{made['lesson']}/{made['questions'][0]}")
        tab_to(page, "input[name=choice]")
        page.keyboard.press("ArrowDown")
        tab_to(page, "button[form=answer]")
        assert page.evaluate(RING)
        page.keyboard.press("Enter")
        expect(page.locator("#result")).to_be_visible()
