"""Smaller pictures, pages and shapes on the pages of items, made by the worker, for those who may look."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from content_store import deriving
from content_store.models import Version
from lms.core.db import db, write
from lms.core.jobs import Job, enqueue, run_due_jobs
from lms.library.derived import PATIENCE, has_waiting, make_derived
from tests.cast import Cast, Person
from tests.content_store.test_deriving import photo
from tests.factories.library import make_item, prepare_bytes

Enter = Callable[[Person], FlaskClient]


def make_pdf(count: int) -> bytes:
    target = io.BytesIO()
    pages = [Image.new("RGB", (300, 400), (255, 255, 250 - number)) for number in range(count)]
    pages[0].save(target, "PDF", save_all=True, append_images=pages[1:])
    return target.getvalue()


def derive() -> None:
    with write():
        enqueue("make_derived", key="make_derived")
    run_due_jobs()


@pytest.fixture(scope="module")
def picture() -> bytes:
    return photo(1800, 1200, quality=95)


def test_a_phone_is_offered_a_smaller_picture(browse_as: Enter, cast: Cast, picture: bytes):
    version = make_item(cast.lan.actor, "Ảnh bến sông", file=prepare_bytes(picture, "anh.jpg"))
    browser, address = browse_as(cast.minh), f"/library/{version.item.uuid}"
    assert has_waiting() and "srcset" not in browser.get(address).text
    derive()
    assert not has_waiting()
    found = re.search(r'srcset="([^"]+)" sizes="', browser.get(address).text)
    assert found and re.findall(r" (\d+)w", found[1]) == ["480", "960", "1600"]
    derive()
    assert len(deriving.list_derived(db.session(), version.files[0].sha256)) == 3


def test_equal_files_share_what_was_made(cast: Cast, picture: bytes):
    first = make_item(cast.lan.actor, "Ảnh", file=prepare_bytes(picture, "anh.jpg"))
    derive()
    make_item(cast.phuc.actor, "Ảnh khác", file=prepare_bytes(picture, "anh.jpg"))
    assert not has_waiting() and len(deriving.list_derived(db.session(), first.files[0].sha256)) == 3


@pytest.fixture
def book(cast: Cast) -> Version:
    file = prepare_bytes(make_pdf(23), "sach.pdf")
    return make_item(cast.lan.actor, "Sách", file=file, scope="school", home=cast.school)


def test_a_pdf_is_leafed_through_ten_pages_at_a_time(browse_as: Enter, cast: Cast, book: Version):
    browser, address = browse_as(cast.minh), f"/library/{book.item.uuid}"
    assert browser.get(f"{address}/pages").status_code == 404
    assert "/pages" not in browser.get(address).text
    derive()
    assert f"{address}/pages?version=1" in browser.get(address).text
    first = browser.get(f"{address}/pages?lang=en").text
    assert first.count("<figure") == 10 and "Pages 1 to 10 of 23" in first and "from=11" in first
    last = browser.get(f"{address}/pages?from=21&lang=en").text
    assert last.count("<figure") == 3 and "Later pages" not in last and "from=11" in last
    assert browser.get(f"{address}/pages?from=24").status_code == 404


def test_pages_are_for_those_who_may_look(browse_as: Enter, cast: Cast, book: Version, client: FlaskClient):
    derive()
    address = f"/library/{book.item.uuid}/pages"
    assert browse_as(cast.phuc).get(address).status_code == 404
    assert client.get(address).status_code == 404
    assert browse_as(cast.lan).get(f"{address}?version=9").status_code == 404


def test_a_file_that_is_lost_stops_nothing(act: Flask, cast: Cast, picture: bytes):
    lost = make_item(cast.lan.actor, "Ảnh mất", file=prepare_bytes(photo(900, 700), "mat.jpg"))
    act.extensions["blobs"].delete(lost.files[0].sha256)
    kept = make_item(cast.lan.actor, "Ảnh", file=prepare_bytes(picture, "anh.jpg"))
    derive()
    assert not has_waiting()
    assert len(deriving.list_derived(db.session(), kept.files[0].sha256)) == 3


def test_an_import_in_hand_goes_before_smaller_pictures_but_not_for_hours(cast: Cast, picture: bytes):
    version = make_item(cast.lan.actor, "Ảnh", file=prepare_bytes(picture, "anh.jpg"))
    with write():
        coming = enqueue("import_items", import_id=0, delay=timedelta(minutes=1))
    assert not has_waiting()
    make_derived()
    assert not deriving.list_derived(db.session(), version.files[0].sha256)
    with write():
        db.session.get_one(Job, coming.id).created_at -= PATIENCE
    assert has_waiting()
    make_derived()
    assert len(deriving.list_derived(db.session(), version.files[0].sha256)) == 3
