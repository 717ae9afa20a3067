"""A page that stood open longer than its links hold gets fresh ones by itself."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.browser.chrome import reading
from tests.browser.live import Site

SHOWN = """() => {
  const picture = document.querySelector("#activity img");
  return picture.complete && picture.naturalWidth > 0 && !picture.src.includes("no-such-picture");
}"""


ENDED = """() => {
  const picture = document.querySelector('#activity img');
  if (picture.srcset) picture.srcset = '/static/no-such-picture.png 640w';
  picture.src = '/static/no-such-picture.png';
}"""


def test_a_picture_whose_link_ended_is_fetched_by_a_fresh_one(browser: Browser, small_school: Site) -> None:
    made = small_school.made
    with reading(browser, small_school) as reader:
        reader.sign_in("minh")
        page = reader.go(f"/learn/runs/{made['run']}/{made['lesson']}/{made['image']}")
        page.wait_for_function(SHOWN)
        with (
            reader.troubles.expecting(404),
            page.expect_response(lambda answer: answer.url.endswith("/links")) as asked,
        ):
            page.evaluate(ENDED)
        assert asked.value.status == 200
        page.wait_for_function(SHOWN)
