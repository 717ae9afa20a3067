"""The demo site in a browser, for measurements and pictures: start it, sign people in, find addresses by reading pages."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from build_support import chromium
from lms.demo.places import PASSWORD
from tests.browser.chrome import ARGUMENTS
from tests.browser.live import Site, live_site

UUID = r"[0-9a-f]{8}-[0-9a-f-]{27}"


@contextmanager
def demo_site() -> Iterator[Site]:
    """Serve a fresh demo site; its job queue is let run dry by the worker meanwhile."""
    with tempfile.TemporaryDirectory(prefix="benhoc-demo-site-") as folder:
        with live_site(Path(folder), "demo") as site:
            yield site


@contextmanager
def chrome() -> Iterator[Browser]:
    """Run Chromium as the browser tests do."""
    path = chromium.find()
    if path is None:
        raise SystemExit(chromium.ADVICE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def sign_in(context: BrowserContext, site: Site, login: str) -> None:
    """Sign a demo person in, through the page."""
    page = context.new_page()
    page.goto(f"{site.url}/sign-in")
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.close()


def find_path(context: BrowserContext, site: Site, path: str, pattern: str) -> str:
    """Return the first link on the page at `path` whose path fits; `U` in the pattern stands for a uuid."""
    page = context.new_page()
    page.goto(site.url + path)
    found = page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
    page.close()
    wanted = re.compile(pattern.replace("U", UUID))
    for href in found:
        if wanted.fullmatch(href.partition("#")[0]):
            return str(href.partition("#")[0])
    raise LookupError(f"{path} links to nothing like {pattern}")
