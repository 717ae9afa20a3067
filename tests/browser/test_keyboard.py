"""The main deeds without a mouse: every step is a key, and the focus is always somewhere one can see."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.browser.chrome import reading
from tests.browser.live import Site
from tests.factories.people import PASSWORD

MOST_TABS = 80
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
        tab_to(page, "[data-drawer-open]")
        page.keyboard.press("Enter")
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
