"""Pictures of every page that the browser tests walk, in four looks: `shots/places/<name>-<width>-<theme>-<language>.png`.

They are of the tests' own small school, where every page of the shared library has something on it; a page added to
`tests.browser.pages` is pictured without being named here.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser

from bench.demo_site import chrome
from tests.browser.chrome import HEIGHTS, Reader, reading
from tests.browser.live import Site, live_site
from tests.browser.pages import Place, all_places

FOLDER = Path(__file__).resolve().parents[1] / "shots" / "places"
LOOKS = (("vi", "light", 360), ("vi", "dark", 1280), ("en", "dark", 360), ("en", "light", 1280))
TALLEST = 6000


@contextmanager
def small_school() -> Iterator[Site]:
    """Serve the site of the page tests."""
    with (
        tempfile.TemporaryDirectory(prefix="benhoc-places-") as folder,
        live_site(Path(folder), "small-school") as site,
    ):
        yield site


def take(reader: Reader, place: Place) -> None:
    """Take one picture; print what sticks out sideways or went wrong."""
    theme = reader.page.evaluate(
        "() => matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'"
    )
    page = reader.go(place.path)
    page.evaluate("() => document.fonts.ready")
    height = int(page.evaluate("() => document.documentElement.scrollHeight"))
    usual = HEIGHTS[reader.width]
    page.set_viewport_size({"width": reader.width, "height": min(max(height, usual), TALLEST)})
    page.wait_for_load_state("networkidle")  # pictures further down are loaded once they are in view
    page.screenshot(
        path=FOLDER / f"{place.name}-{reader.width}-{theme}-{reader.locale}.png", animations="disabled"
    )
    page.set_viewport_size({"width": reader.width, "height": usual})
    for line in (reader.overflow(), *reader.troubles.take()):
        if line and str(place.status) not in line:
            print(f"{place.name}: {line}", flush=True)


def take_all(browser: Browser, site: Site, wanted: list[Place]) -> None:
    """Take all pictures of `wanted`, each person and look in one context."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for locale, theme, width in LOOKS:
        for login in dict.fromkeys(place.login for place in wanted):
            with reading(browser, site, locale=locale, theme=theme, width=width) as reader:
                if login:
                    reader.sign_in(login)
                for place in wanted:
                    if place.login == login:
                        take(reader, place)


def main(*only: str) -> None:
    """Take the pictures of the pages whose names begin as asked, or of all."""
    with small_school() as site, chrome() as browser:
        take_all(
            browser, site, [place for place in all_places(site) if not only or place.name.startswith(only)]
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
