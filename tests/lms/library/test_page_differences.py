"""Two versions of a PDF page by page: marked, reached by links, under the permission of the files."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from PIL import Image

from content_store.models import Version
from lms.core.db import write
from lms.core.jobs import enqueue, run_due_jobs
from lms.library import recall, services
from tests.cast import Cast, Person
from tests.factories.library import make_item, prepare_bytes

Enter = Callable[[Person], FlaskClient]
GRAY, OTHER = (200, 200, 200), (40, 90, 160)


def make_pdf(*colors: tuple[int, int, int]) -> bytes:
    target = io.BytesIO()
    pages = [Image.new("RGB", (60, 80), color) for color in colors]
    pages[0].save(target, "PDF", save_all=True, append_images=pages[1:])
    return target.getvalue()


def shades(count: int) -> list[tuple[int, int, int]]:
    return [(255, 255 - 8 * number, 90) for number in range(count)]


def derive() -> None:
    with write():
        enqueue("make_derived", key="make_derived")
    run_due_jobs()


@pytest.fixture
def book(cast: Cast) -> Version:
    """Version 2 of a book for the school: 25 pages, of which the 3rd and the 24th look different."""
    colors = shades(25)
    first = make_item(
        cast.lan.actor,
        "Sách",
        file=prepare_bytes(make_pdf(*colors), "sach.pdf"),
        scope="school",
        home=cast.school,
    )
    colors[2], colors[23] = GRAY, OTHER
    with write():
        services.add_version(
            cast.lan.actor,
            first.item.uuid,
            [prepare_bytes(make_pdf(*colors), "sach.pdf")],
            note="Sửa hai trang",
        )
    with write():
        return services.publish_item(cast.lan.actor, first.item.uuid, scope="school")


def test_pages_that_differ_are_marked_and_reached_by_links(browse_as: Enter, cast: Cast, book: Version):
    derive()
    browser, address = browse_as(cast.minh), f"/library/{book.item.uuid}/versions/1..2"
    page = browser.get(f"{address}?lang=en").text
    assert "2 of 25 differ." in page and page.count('class="diff-page') == 20
    assert re.findall(r'class="diff-page is-other" id="pg-(\d+)"', page) == ["3"]
    assert f'{address}?page=1#pg-3"' in page and f'{address}?page=2#pg-24"' in page
    assert page.count('loading="lazy"') >= 40 and re.search(
        r'<img [^>]*width="960" height="1280" loading="lazy"', page
    )
    last = browser.get(f"{address}?page=2&lang=en").text
    assert re.findall(r'class="diff-page is-other" id="pg-(\d+)"', last) == ["24"]
    assert last.count('class="diff-page') == 5 and "Next difference" not in last and "Later pages" not in last
    assert browser.get(f"{address}?page=99&lang=en").text.count('class="diff-page') == 5
    assert "2 trong 25 trang khác nhau." in browser.get(f"{address}?lang=vi").text
    assert re.search(r'<a href="http[^"]*page-0003', page)  # signed, as every file's


def test_until_the_pictures_are_made_a_sentence_says_so(browse_as: Enter, cast: Cast, book: Version):
    page = browse_as(cast.minh).get(f"/library/{book.item.uuid}/versions/1..2?lang=en").text
    assert "not made yet" in page and "page-0001" not in page


def test_no_page_is_shown_to_who_may_not_look_or_of_what_was_recalled(
    browse_as: Enter, cast: Cast, book: Version
):
    derive()
    address = f"/library/{book.item.uuid}/versions/1..2?lang=en"
    assert "Page by page" in browse_as(cast.minh).get(address).text
    assert browse_as(cast.phuc).get(address).status_code == 404
    with write():
        recall.recall_version(cast.tuan.actor, book.item.uuid, 1, reason="Sai")
    page = browse_as(cast.minh).get(address).text
    assert "Page by page" not in page and "page-0001" not in page


def test_a_text_has_no_pages(browse_as: Enter, cast: Cast):
    first = make_item(cast.lan.actor, "Bài", "Một.")
    with write():
        services.add_version(cast.lan.actor, first.item.uuid, [prepare_bytes(b"Hai.", "bai.md")], note="Sửa")
    page = browse_as(cast.lan).get(f"/library/{first.item.uuid}/versions/1..2?lang=en")
    assert page.status_code == 200 and "Page by page" not in page.text


def test_more_pages_ask_no_more_of_the_database(
    browse_as: Enter, cast: Cast, book: Version, query_count: Callable[[], object]
):
    derive()
    browser, address = browse_as(cast.minh), f"/library/{book.item.uuid}/versions/1..2"
    browser.get(address)
    counts = []
    for number in (2, 1):
        with query_count() as sent:
            browser.get(f"{address}?page={number}")
        counts.append(len(sent))
    assert counts[0] == counts[1]
