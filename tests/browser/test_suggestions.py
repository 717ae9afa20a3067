"""Suggestions under the library's search field: by keys, by a press, and never in the way."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser.chrome import reading
from tests.browser.live import Site


def test_a_suggestion_is_chosen_by_keys_and_escape_gives_back_what_was_typed(
    browser: Browser, small_school: Site
) -> None:
    with reading(browser, small_school) as teacher:
        page = teacher.go("/library")
        field = page.get_by_role("combobox")
        expect(field).to_have_attribute("aria-expanded", "false")
        field.press_sequentially("phan s")
        option = page.get_by_role("option").first
        expect(option).to_contain_text("ân số")
        expect(field).to_have_attribute("aria-expanded", "true")
        field.press("ArrowDown")
        expect(option).to_have_attribute("aria-selected", "true")
        chosen = option.text_content()
        expect(field).to_have_attribute("aria-activedescendant", str(option.get_attribute("id")))
        expect(field).to_have_value(str(chosen))
        field.press("Escape")
        expect(field).to_have_value("phan s")
        expect(page.get_by_role("listbox")).to_be_hidden()
        field.press_sequentially("o")
        expect(option).to_be_visible()
        field.press("ArrowDown")
        field.press("Enter")
        page.wait_for_url("**q=**")
        expect(page.get_by_role("combobox")).to_have_value(str(chosen))


def test_a_suggestion_is_chosen_by_a_press(browser: Browser, small_school: Site) -> None:
    with reading(browser, small_school) as teacher:
        page = teacher.go("/library")
        page.get_by_role("combobox").fill("phan so")  # asked for once: a later answer would change the list
        option = page.get_by_role("option").first
        chosen = option.text_content()
        option.click()
        page.wait_for_url("**q=**")
        expect(page.get_by_role("combobox")).to_have_value(str(chosen))
