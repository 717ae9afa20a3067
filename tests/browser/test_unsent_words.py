"""Words typed while a piece of the page is on its way stay, with the cursor in them, and reach the server.

The answer is held back at the network until the words are typed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch

from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.chrome import Reader, reading
from tests.browser.live import Site


@contextmanager
def held_back(page: Page, address: str, method: str) -> Iterator[None]:
    """Let the first request of this kind wait until the end of the block; the block must have sent one."""
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == method and not waiting:
            waiting.append(route)
        else:
            route.continue_()

    page.route(address, hold)
    with page.expect_request(lambda request: request.method == method and fnmatch(request.url, address)):
        yield
    page.evaluate("() => null")  # whoever holds it has been told by now
    assert waiting, f"nothing was held of what was sent to {address}"
    waiting[0].continue_()
    page.unroute(address)


def open_lesson(reader: Reader, place: int) -> Page:
    """Stand in the editor with the question at `place` open."""
    made = reader.site.made
    page = reader.go(f"/teach/lessons/{made['lesson']}?open={made['questions'][place]}")
    expect(page.locator("html.has-script")).to_be_attached()
    return page


def test_the_next_title_may_be_typed_while_the_last_lesson_is_added(
    browser: Browser, small_school: Site
) -> None:
    with reading(browser, small_school) as teacher:
        teacher.sign_in("lan")
        page = teacher.go(f"/teach/courses/{small_school.made['course']}")
        title = page.locator(".tree-add:not(.tree-add-unit) input[name=title]").first
        page.locator("#new-unit").fill("Chương chưa gửi")
        title.fill("Bài gửi trước")
        with held_back(page, "**/units/*/lessons", "POST"):
            title.press("Enter")
            page.keyboard.type("Bài gõ tiếp")
            page.keyboard.press("ArrowLeft")
        expect(page.locator("#tree")).to_contain_text("Bài gửi trước")
        expect(title).to_have_value("Bài gõ tiếp")
        expect(title).to_be_focused()
        expect(page.locator("#new-unit")).to_have_value("Chương chưa gửi")
        page.keyboard.type("!")
        expect(title).to_have_value("Bài gõ tiế!p")
        title.press("Enter")
        expect(page.locator("#tree")).to_contain_text("Bài gõ tiế!p")
        expect(title).to_have_value("")


def test_a_title_that_does_not_reach_the_server_comes_back(browser: Browser, small_school: Site) -> None:
    with reading(browser, small_school) as teacher:
        teacher.sign_in("lan")
        page = teacher.go(f"/teach/courses/{small_school.made['course']}")
        title = page.locator(".tree-add:not(.tree-add-unit) input[name=title]").first
        page.route("**/units/*/lessons", lambda route: route.abort())
        title.fill("Bài giữa đường")
        with teacher.troubles.expecting(0):
            title.press("Enter")
            expect(title).to_have_value("Bài giữa đường")
        lost = [line for line in teacher.troubles.take() if "/lessons" not in line]
        assert not lost, lost


def test_words_of_a_question_survive_its_change_of_kind(browser: Browser, small_school: Site) -> None:
    with reading(browser, small_school) as teacher:
        teacher.sign_in("lan")
        page = open_lesson(teacher, 0)
        prompt = page.locator("[data-form] [name=prompt]")
        with held_back(page, "**/teach/lessons/**open=1**", "GET"):
            page.locator("[data-form] [data-kind]").select_option("multiple")
            prompt.click()
            page.keyboard.press("Control+End")
            page.keyboard.type(" Chọn mọi ý đúng")
        expect(page.locator("[data-form] input[type=checkbox][name=correct]").first).to_be_visible()
        expect(prompt).to_have_value("Phân số nào bằng $\\frac{2}{3}$? Chọn mọi ý đúng")
        expect(prompt).to_be_focused()
        page.keyboard.type(".")
        page.locator("[data-form] [data-done]").click()
        expect(page.locator("[data-block]", has_text="Chọn mọi ý đúng.")).to_be_visible()
        expect(page.locator("[data-form]")).to_have_count(0)


def test_words_of_an_open_block_survive_a_block_added_beside_it(browser: Browser, small_school: Site) -> None:
    with reading(browser, small_school) as teacher:
        teacher.sign_in("lan")
        page = open_lesson(teacher, 3)
        before = page.locator("[data-block]").count()
        explanation = page.locator("[data-form] [name=explanation]").first
        page.locator("details.gap > summary").first.click()
        with held_back(page, "**/teach/lessons/*/activities", "POST"):
            page.locator("details.gap[open] button[value=text]").click()
            explanation.click()
            page.keyboard.type("Từ năm 1010 đã là kinh đô")
        expect(page.locator("[data-block]")).to_have_count(before + 1)
        expect(explanation).to_be_focused()
        page.keyboard.type(".")
        expect(explanation).to_have_value("Từ năm 1010 đã là kinh đô.")
        expect(page.locator("[data-saved].badge-ok")).to_contain_text(":")
        page.wait_for_function("() => !Object.keys(localStorage).some(key => key.startsWith('benhoc-draft'))")
        page.reload()
        expect(page.locator("[data-form] [name=explanation]").first).to_have_value(
            "Từ năm 1010 đã là kinh đô."
        )
