"""A film that is heavy for a slow line: the light one is chosen by itself there, and by a press anywhere."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chrome import Reader, reading
from tests.browser.live import Site

pytestmark = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg")
LINE = "Object.defineProperty(navigator, 'connection', {{ value: {{ saveData: {saves}, effectiveType: '4g' }} }})"
FAST, SLOW = LINE.format(saves="false"), LINE.format(saves="true")
PLAYED = "() => document.querySelector('video').currentTime > 0.2"


def open_film(reader: Reader) -> Page:
    media = reader.site.made["media"]
    return reader.go(f"/learn/runs/{reader.site.made['run']}/{media['lesson']}/{media['video']}")


def expect_film(page: Page, name: str) -> None:
    """The film that plays, and the choice that says so."""
    file = "light.mp4" if name == "light" else "phim.mp4"
    expect(page.locator("video")).to_have_attribute("data-link", name)
    assert page.locator("video").evaluate("video => video.src").endswith(file)
    expect(page.locator("[data-film][aria-current]")).to_have_attribute("data-film", name)


def test_the_light_film_is_a_press_away_and_the_choice_stays(browser: Browser, small_school: Site) -> None:
    with reading(browser, small_school) as reader:
        reader.context.add_init_script(FAST)  # whatever line the browser finds here
        reader.sign_in("minh")
        page = open_film(reader)
        expect_film(page, "main")
        page.locator("[data-film=light]").click()
        expect_film(page, "light")
        page.locator("video").evaluate("video => { video.muted = true; return video.play() }")
        page.wait_for_function(PLAYED)
        page.locator("[data-film=main]").click()
        expect_film(page, "main")
        page.wait_for_function(PLAYED)  # it goes on where it was
        page.locator("[data-film=light]").click()
        page.reload()
        expect_film(page, "light")


def test_data_are_saved_where_the_browser_asks_for_it(browser: Browser, small_school: Site) -> None:
    with reading(browser, small_school) as reader:
        reader.context.add_init_script(SLOW)
        reader.sign_in("minh")
        page = open_film(reader)
        expect_film(page, "light")
        page.locator("[data-film=main]").click()
        page.reload()
        expect_film(page, "main")


def test_without_script_the_choice_is_a_link(browser: Browser, small_school: Site) -> None:
    with reading(browser, small_school, script=False, width=360) as reader:
        reader.sign_in("minh")
        page = open_film(reader)
        page.locator("[data-film=light]").click()
        page.wait_for_url("**?film=light")
        expect_film(page, "light")


def test_a_light_film_that_is_gone_gives_way_to_the_whole_one(browser: Browser, small_school: Site) -> None:
    with reading(browser, small_school) as reader:
        reader.context.add_init_script(SLOW)
        reader.context.route("**/light.mp4", lambda route: route.fulfill(status=404))
        reader.sign_in("minh")
        with reader.troubles.expecting(404):
            page = open_film(reader)
            expect_film(page, "light")
            page.locator("video").evaluate("video => { video.muted = true; video.play().catch(() => {}) }")
            expect(page.locator("video")).to_have_attribute("data-link", "main")
            page.wait_for_function(PLAYED)
