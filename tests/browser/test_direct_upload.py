"""A large file goes from the browser to the storage; a line that breaks, a closed lid and a storage out of reach."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.chrome import reading
from tests.browser.live import Site, live_site
from tests.browser.storage import allowing_pages
from tests.browser.test_resumable_upload import LOCALES, expect_drafts, write_sound

pytestmark = [pytest.mark.s3]
SMALL_PIECES = "() => { document.getElementById('upload').dataset.directPiece = '6000000' }"
# Requests are not held by the test's own hand: then the browser would not ask the storage what it allows.
CLOSE_THE_LID = """() => {
  document.getElementById('upload').dataset.directPiece = '6000000';
  const plain = window.fetch;
  let pieces = 0;
  window.fetch = (url, ...rest) =>
    String(url).endsWith('/piece') && ++pieces > 1 ? new Promise(() => {}) : plain(url, ...rest);
}"""


@pytest.fixture(scope="module")
def site(s3_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site whose files are in a bucket that pages of the site may send to."""
    bucket, query = s3_url.split("?")
    url = f"{bucket}/{uuid4().hex}?{query}"
    with live_site(tmp_path_factory.mktemp("direct"), "cast", STORAGE_URL=url) as found:
        with allowing_pages(url, found.url):
            yield found


def storage_of(site: Site) -> str:
    return site.environ["STORAGE_URL"].partition("endpoint=")[2]


def note_bodies(page: Page, site: Site) -> dict[str, list[int]]:
    """Which servers are sent how much, in bodies."""
    sent: dict[str, list[int]] = {"storage": [], "site": []}

    def note(request: Request) -> None:
        if request.method in {"PUT", "PATCH"}:
            to = "storage" if request.url.startswith(storage_of(site)) else "site"
            sent[to].append(len(request.post_data_buffer or b""))

    page.on("request", note)
    return sent


def pieces_of(site: Site) -> str:
    return f"http://{urlsplit(storage_of(site)).netloc}/**"


@pytest.mark.parametrize("locale", LOCALES)
def test_the_bytes_go_to_the_storage_and_the_draft_is_there(
    browser: Browser, site: Site, tmp_path: Path, locale: str
) -> None:
    path = tmp_path / "bai-nghe.wav"
    write_sound(path, other=LOCALES.index(locale))
    with reading(browser, site, locale=locale) as teacher:
        teacher.sign_in("lan")
        page = teacher.go("/library/upload")
        sent = note_bodies(page, site)
        page.locator("#f-file").set_input_files(path)
        expect_drafts(teacher, 1)
        assert len(sent["storage"]) == 1 and sent["site"] == []
        page.locator("[data-rows] [data-link]").click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("locale", LOCALES)
def test_a_line_that_breaks_is_taken_up_again_where_it_was(
    browser: Browser, site: Site, tmp_path: Path, locale: str
) -> None:
    path = tmp_path / "bai-nghe-hai.wav"
    size = write_sound(path, other=2 + LOCALES.index(locale))
    starts: list[int] = []

    def note(request: Request) -> None:
        if request.url.endswith("/piece"):
            starts.append(int((request.post_data or "").partition("start=")[2].partition("&")[0]))

    with reading(browser, site, locale=locale) as teacher:
        teacher.sign_in("lan")
        page = teacher.go("/library/upload")
        page.evaluate(CLOSE_THE_LID)
        with page.expect_response(lambda answer: answer.url.endswith("/arrived")):
            page.locator("#f-file").set_input_files(path)

        page = teacher.go("/library/upload")
        page.evaluate(SMALL_PIECES)
        expect(page.get_by_text("bai-nghe-hai.wav", exact=True)).to_be_visible()
        page.on("request", note)
        page.locator("#f-file").set_input_files(path)
        expect_drafts(teacher, 1)
        assert starts == [6_000_000, 12_000_000] and size > 12_000_000


@pytest.mark.parametrize("locale", LOCALES)
def test_where_the_storage_cannot_be_reached_the_bytes_come_through_the_site(
    browser: Browser, site: Site, tmp_path: Path, locale: str
) -> None:
    path = tmp_path / "bai-nghe-ba.wav"
    write_sound(path, other=4 + LOCALES.index(locale))
    with reading(browser, site, locale=locale) as teacher:
        teacher.sign_in("lan")
        page = teacher.go("/library/upload")
        page.route(pieces_of(site), lambda route: route.abort())
        sent = note_bodies(page, site)
        page.locator("#f-file").set_input_files(path)
        expect_drafts(teacher, 1)
        assert len(sent["site"]) == 2, "two pieces of tus"
        assert teacher.troubles.take(), "the browser complained of the storage, and only that"
