"""Fixtures of the browser tests: one Chromium, one small site for pages, a site for each story."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from build_support import chromium
from tests.browser.chrome import ARGUMENTS
from tests.browser.live import Site, live_site


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here as browser tests, grouped by what they share, and run them after all others."""
    here = Path(__file__).parent
    items.sort(key=lambda item: here in item.path.parents)
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            shares = "small_school" in getattr(item, "fixturenames", ())
            item.add_marker(pytest.mark.xdist_group("small-school" if shares else item.path.stem))


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
