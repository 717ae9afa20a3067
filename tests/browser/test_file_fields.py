"""Fields for files: they speak the page's language with a script, and are the browser's own without."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.chrome import reading
from tests.browser.live import Site


def test_a_chosen_file_is_named_in_our_words_and_the_field_takes_the_focus(
    browser: Browser, small_school: Site, tmp_path: Path
) -> None:
    file = tmp_path / "bai-moi.md"
    file.write_text("# Bài mới", encoding="utf-8")
    with reading(browser, small_school) as reader:
        reader.sign_in("lan")
        page = reader.go(f"/library/{small_school.made['items']['pdf']}/edit")
        field, name = page.locator("#f-file"), page.locator("[data-file-name]").first
        expect(name).to_have_text(reader.say("No file chosen"))
        field.set_input_files(file)
        expect(name).to_have_text("bai-moi.md")
        field.set_input_files([])
        expect(name).to_have_text(reader.say("No file chosen"))
        field.focus()
        box = field.bounding_box()
        assert box is not None and box["width"] >= 44 and box["height"] >= 44


def test_without_script_the_field_of_the_browser_shows_itself(browser: Browser, small_school: Site) -> None:
    with reading(browser, small_school, script=False, width=360) as reader:
        reader.sign_in("lan")
        page = reader.go("/library/upload")
        assert page.locator("#f-file").evaluate("field => getComputedStyle(field).opacity") == "1"
        expect(page.locator(".file-face").first).to_be_hidden()
