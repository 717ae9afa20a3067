"""Finding as people do it: a search is kept and comes back, the curriculum leads to results."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chrome import reading
from tests.browser.live import Site

SCREENS = [("vi", 360), ("en", 1280)]


@pytest.mark.parametrize(("locale", "width"), SCREENS)
def test_a_search_is_kept_given_alerts_removed_and_given_back(
    browser: Browser, small_school: Site, locale: str, width: int
) -> None:
    name = f"Phân số {locale}"
    with reading(browser, small_school, locale=locale, width=width) as reader:
        reader.sign_in("phuc")
        page = reader.go(f"/library?q=phan+so+{locale}&subject=toan")
        page.locator(".keep-search summary").click()
        page.locator(".keep-search input[name=name]").fill(name)
        page.locator(".keep-search select").select_option("weekly")
        reader.leave_by("Save")
        page.wait_for_url("**/library?q=*")
        reader.go("/library/searches")
        expect(page.get_by_text(reader.say("Every week"), exact=True)).to_be_visible()
        page.get_by_role("link", name=name, exact=True).click()
        page.wait_for_url(f"**/library?q=phan+so+{locale}&subject=toan")
        reader.go("/library/searches")
        page.locator(".kept-change summary").click()
        reader.leave_by("Remove")
        expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)
        reader.leave_by("Undo")
        page.wait_for_url("**/library?q=*")
        reader.go("/library/searches")
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
        page.locator(".kept-change summary").click()
        reader.leave_by("Remove")
        expect(page.get_by_role("heading", name=reader.say("No search is kept yet"))).to_be_visible()


@pytest.mark.parametrize(("locale", "width"), SCREENS)
def test_the_curriculum_is_walked_with_the_keyboard(
    browser: Browser, small_school: Site, locale: str, width: int
) -> None:
    subject = "Toán" if locale == "vi" else "Mathematics"
    with reading(browser, small_school, locale=locale, width=width) as reader:
        page = reader.go("/library/curriculum")
        page.locator("a.chip[href*='grade=6']").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/library/curriculum?grade=6#subjects")
        page.locator("summary", has_text=subject).first.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(
            page.get_by_role("link", name=reader.say("All of %(subject)s", subject=subject))
        ).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url("**/library?grade=6&subject=toan")
        expect(page.locator(".item-row").first).to_be_visible()


def test_the_curriculum_works_without_script(browser: Browser, small_school: Site) -> None:
    with reading(browser, small_school, script=False, width=360) as reader:
        page = reader.go("/library/curriculum?grade=6")
        page.locator("summary", has_text="Toán").first.click()
        page.get_by_role("link", name="Phân số").first.click()
        page.wait_for_url("**topic=toan.phan-so**")
