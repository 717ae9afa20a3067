"""Two people write the same lesson's title and goal at once: both are shown, one is chosen, and saving goes on."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chrome import Reader, reading
from tests.browser.live import Site


def open_editor(reader: Reader) -> Page:
    """Stand in the editor of the small school's lesson."""
    reader.sign_in("lan")
    page = reader.go(f"/teach/lessons/{reader.site.made['lesson']}")
    expect(page.locator("html.has-script")).to_be_attached()
    return page


def write_goal(reader: Reader, words: str) -> None:
    """Write the goal and wait until the server has it."""
    with reader.page.expect_response("**/about") as told:
        reader.page.fill("#f-goal", words)
    assert told.value.ok
    expect(reader.page.locator("[data-saved]")).to_have_class("badge badge-ok")


@pytest.mark.parametrize("choice", ["Keep mine", "Take theirs"])
def test_both_are_shown_after_a_reload_too_and_one_is_kept(
    browser: Browser, small_school: Site, choice: str
) -> None:
    first, second = f"Mục tiêu của người kia ({choice})", f"Mục tiêu của tôi ({choice})"
    with reading(browser, small_school) as other, reading(browser, small_school, width=360) as mine:
        page = open_editor(mine)
        open_editor(other)
        write_goal(other, first)
        conflict = page.locator("[data-about] [data-conflict]")
        with mine.troubles.expecting(409):
            page.fill("#f-goal", second)
            expect(conflict).to_contain_text(first)
            page.reload()  # the words that were not taken come back, and so does the choice
            expect(conflict).to_contain_text(first)
        expect(page.locator("#f-goal")).to_have_value(second)
        assert mine.overflow() == ""
        conflict.get_by_role("button", name=mine.say(choice)).click()
        expect(conflict).to_be_hidden()
        kept = second if choice == "Keep mine" else first
        expect(page.locator("#f-goal")).to_have_value(kept)
        expect(page.locator("[data-saved]")).to_have_class("badge badge-ok")
        page.reload()
        expect(page.locator("#f-goal")).to_have_value(kept)
        write_goal(mine, f"{kept}, viết tiếp")
