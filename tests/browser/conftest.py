"""Fixtures of the browser tests: one Chromium, one small site for pages, a site for each story."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from build_support import chromium
from tests.browser.chrome import ARGUMENTS
from tests.browser.live import Site, live_site

# How long a page may take to show what is expected of it, on a machine where everybody works. Nobody waits longer
# than it takes.
expect.set_options(timeout=40_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here as browser tests."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A running Chromium, for one file of tests: while it runs, its event loop forbids any other in this process."""
    path = chromium.find()
    if path is None:
        pytest.fail(chromium.ADVICE)
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chrome
        chrome.close()


@pytest.fixture(scope="session")
def small_school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site of the page tests: the cast, a course with every kind of activity, items of many formats."""
    with live_site(tmp_path_factory.mktemp("small-school"), "small-school") as site:
        yield site
