"""One's own collections page by page: the list, and the choice where an item is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from content_store.collections import add_to_collection
from lms.core.db import db, write
from lms.library import collection_pages, services
from tests.cast import Cast, Person
from tests.factories.library import make_item

Enter = Callable[[Person], FlaskClient]


def following(page: str) -> str | None:
    """Return the address of the next page."""
    found = re.search(r'href="([^"]+)" rel="next"', page)
    return found[1].replace("&amp;", "&") if found else None


def test_the_list_goes_on_where_the_page_before_ended(cast: Cast, browse_as: Enter, query_count):
    with write():
        for number in range(33):
            services.create_collection(cast.lan.actor, title=f"Bộ số {number:02}")
        services.create_collection(cast.phuc.actor, title="Của thầy Phúc")
    browser = browse_as(cast.lan)
    browser.get("/library/collections")
    with query_count() as sent:
        first = browser.get("/library/collections").text
    assert len(sent) <= 8
    address = following(first)
    assert address is not None
    second = browser.get(address).text
    titles = [re.findall(r"Bộ số \d\d", page) for page in (first, second)]
    assert [len(part) for part in titles] == [30, 3] and following(second) is None
    assert titles[0] + titles[1] == [f"Bộ số {number:02}" for number in reversed(range(33))]
    assert "thầy Phúc" not in first + second


def test_older_collections_are_offered_on_the_next_page(
    cast: Cast, browse_as: Enter, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(collection_pages, "OFFERED", 2)
    with write():
        for number in range(3):
            services.create_collection(cast.lan.actor, title=f"Bộ số {number}")
    item = make_item(cast.lan.actor, "Phân số").item.uuid
    browser = browse_as(cast.lan)
    first = browser.get(f"/library/{item}/collect").text
    assert re.findall(r"Bộ số \d", first) == ["Bộ số 2", "Bộ số 1"]
    second = browser.get(following(first) or "").text
    assert re.findall(r"Bộ số \d", second) == ["Bộ số 0"] and following(second) is None


def test_a_collection_sent_twice_is_one_and_a_later_one_of_that_name_another(cast: Cast, monkeypatch):
    def make(actor):
        with write():
            return services.create_collection(actor, title="Phân số").uuid

    first = make(cast.lan.actor)
    assert make(cast.lan.actor) == first != make(cast.phuc.actor)
    monkeypatch.setattr("content_store.collections.MOMENT", timedelta(0))
    assert make(cast.lan.actor) != first


def test_a_collection_says_how_much_one_finds_in_it_and_what_its_day_is(cast: Cast, browse_as: Enter):
    with write():
        kept = services.create_collection(cast.lan.actor, title="Phân số")
        services.create_collection(cast.lan.actor, title="Trống")
    hidden = make_item(cast.phuc.actor, "Của riêng thầy Phúc", scope=None)
    seen = make_item(cast.phuc.actor, "Của mọi người")
    with write():
        for one in (hidden, seen):
            add_to_collection(db.session(), kept, one.item.uuid)
    page = browse_as(cast.lan).get("/library/collections?lang=en").text
    assert page.count("1 material<") == 1 and page.count("0 materials<") == 1
    assert "Changed " in page and "A new collection</h2>" in page
