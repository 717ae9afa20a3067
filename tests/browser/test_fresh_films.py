"""A film or a sound whose link ends while it is watched goes on by a fresh one: in a lesson and on its own page."""

from __future__ import annotations

import re
import shutil

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chrome import reading
from tests.browser.live import Site

FILM = pytest.param("video", marks=pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg"))
PLACE_S = 1.5
BROKEN = re.compile(r"/f/.+x$")

# The server refuses a link that somebody changed as it refuses one that has ended: by 403. The place is kept.
ENDED = """([kind, place]) => {
  const media = document.querySelector(kind);
  const broken = (media.currentSrc || media.src || media.querySelector("source").src) + "x";
  media.muted = true;
  media.dataset.broken = broken;
  media.src = broken;
  media.currentTime = place;
  media.addEventListener("seeked", () => { media.dataset.wentOnAt ??= media.currentTime; });
  media.play().catch(() => {});
}"""
GOES_ON = """kind => {
  const media = document.querySelector(kind);
  return media.src !== media.dataset.broken && !media.error && !media.paused && media.dataset.wentOnAt;
}"""


def breaks_and_goes_on(page: Page, kind: str) -> None:
    page.route(BROKEN, lambda route: route.fulfill(status=403, headers={"Access-Control-Allow-Origin": "*"}))
    with page.expect_response(lambda answer: "/links" in answer.url) as asked:
        page.evaluate(ENDED, [kind, PLACE_S])
    assert asked.value.status == 200
    went_on_at = page.wait_for_function(GOES_ON, arg=kind).json_value()
    assert PLACE_S <= float(went_on_at) < PLACE_S + 1


@pytest.mark.parametrize("kind", [FILM, "audio"])
def test_in_a_lesson_it_goes_on_at_the_same_second(browser: Browser, small_school: Site, kind: str) -> None:
    made = small_school.made
    with reading(browser, small_school) as reader:
        reader.sign_in("minh")
        page = reader.go(f"/learn/runs/{made['run']}/{made['media']['lesson']}/{made['media'][kind]}")
        with reader.troubles.expecting(403):
            breaks_and_goes_on(page, kind)


@pytest.mark.parametrize("kind", [FILM, "audio"])
def test_on_its_own_page_it_goes_on_at_the_same_second(
    browser: Browser, small_school: Site, kind: str
) -> None:
    with reading(browser, small_school) as reader:
        reader.sign_in("lan")
        page = reader.go("/library/mine?state=published&q=nặng")
        with page.expect_navigation():  # until the page's script stands, which is what renews
            page.get_by_role("link", name=f"Học liệu nặng: {kind}").first.click()
        with reader.troubles.expecting(403):
            breaks_and_goes_on(page, kind)
