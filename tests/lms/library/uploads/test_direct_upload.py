"""Uploads whose bytes go from the browser to the storage; the same draft comes of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from content_store.models import Item
from lms.core.db import db
from tests.cast import Cast, Person
from tests.lms.library.uploads.test_resumable import TUS, begin, count, kept_parts, offset_of, send

Enter = Callable[[Person], FlaskClient]


def make_text(size: int) -> bytes:
    words = os.urandom(3000).hex().encode()
    text = "# Bài đọc dài\n\n".encode() + (words + b"\n\n") * (size // len(words) + 1)
    return text[:size]


@pytest.fixture(autouse=True)
def _no_parts_of_before(act: Flask) -> None:
    for name in list(act.extensions["blobs"].list_parts()):
        act.extensions["blobs"].drop_part(name)


def about(data: bytes, start: int) -> dict[str, str]:
    return {"start": str(start), "size": str(len(data)), "sha256": hashlib.sha256(data).hexdigest()}


def at(where: str, step: str) -> str:
    return f"{where.replace('/tus/', '/direct/')}/{step}"


def put_piece(browser: FlaskClient, where: str, data: bytes, start: int) -> int:
    said = about(data, start)
    granted = browser.post(at(where, "piece"), data=said)
    assert granted.status_code == 200, granted.text
    assert granted.headers["Cache-Control"] == "no-store"
    answer = httpx.put(granted.json["url"], content=data, headers=granted.json["headers"])
    assert answer.status_code == 200, answer.text
    arrived = browser.post(at(where, "arrived"), data={**said, "name": granted.json["name"]})
    assert arrived.status_code == 200, arrived.text
    return arrived.json["offset"]


def test_a_file_sent_to_the_storage_becomes_a_draft(
    browse_as: Enter, cast: Cast, app: Flask, engine_set: str
):
    browser, data = browse_as(cast.lan), make_text(200_000)
    page = browser.get("/library/upload").text
    if engine_set == "embedded":
        assert "data-direct" not in page
        where = begin(browser, len(data))
        assert browser.post(at(where, "piece"), data=about(data, 0)).status_code == 422
        return
    assert 'data-direct-endpoint="/library/direct/"' in page
    where = begin(browser, len(data))
    assert put_piece(browser, where, data[:70_000], 0) == 70_000 == offset_of(browser, where)
    middle = send(browser, where, 70_000, data[70_000:90_000])  # a page may go on by the other way
    assert middle.status_code == 204
    assert put_piece(browser, where, data[90_000:], 90_000) == len(data)
    row = browser.post(f"{where}/draft").json["files"][0]
    assert row["ok"], row
    assert kept_parts(app) == [] and count(Item) == 1
    assert db.session.scalar(select(Item.state)) == "draft"


def test_nobody_moves_the_upload_of_another(browse_as: Enter, cast: Cast):
    data = make_text(1000)
    where = begin(browse_as(cast.lan), len(data))
    said = {**about(data, 0), "name": "0" * 32}
    for person, status in ((cast.phuc, 404), (cast.minh, 403)):
        for step in ("piece", "arrived"):
            assert browse_as(person).post(at(where, step), data=said).status_code in {status, 404}


@pytest.mark.parametrize(
    "change",
    [
        {"start": "-1"},
        {"size": "x"},
        {"size": "²"},
        {"sha256": "../../x"},
        {"start": "9" * 30},
        {"size": "0"},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_with_words(
    browse_as: Enter, cast: Cast, engine_set: str, change: dict[str, str]
):
    browser, data = browse_as(cast.lan), make_text(1000)
    where = begin(browser, len(data))
    for step in ("piece", "arrived"):
        said = {**about(data, 0), "name": "0" * 32, **change}
        answer = browser.post(at(where, step), data=said, headers={"Accept": "application/json"})
        assert answer.status_code in {409, 422} and answer.json["message"]
    assert offset_of(browser, where) == 0


def test_a_piece_that_never_arrived_does_not_count(browse_as: Enter, cast: Cast, engine_set: str):
    browser, data = browse_as(cast.lan), make_text(1000)
    where = begin(browser, len(data))
    answer = browser.post(at(where, "piece"), data=about(data, 0))
    if engine_set == "embedded":  # a folder takes nothing directly
        assert answer.status_code == 422
        return
    granted = answer.json
    said = {**about(data, 0), "name": granted["name"]}
    assert browser.post(at(where, "arrived"), data=said).status_code == 409
    other = {**said, "name": "0" * 32}
    assert browser.post(at(where, "arrived"), data=other).status_code == 422
    assert offset_of(browser, where) == 0


def test_the_storage_stands_in_the_policy_with_its_bucket_alone(
    client: FlaskClient, app: Flask, engine_set: str
):
    policy = client.get("/library").headers["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    origin = app.extensions["blobs"].origin()
    for name in ("connect-src", "img-src", "media-src", "frame-src"):
        assert (origin in rules[name].split()) if origin else "9000" not in rules[name]
    assert "*" not in policy
    assert engine_set == "embedded" or origin.endswith("/benhoc/")


def test_a_discarded_upload_takes_no_more_pieces(browse_as: Enter, cast: Cast, engine_set: str):
    browser, data = browse_as(cast.lan), make_text(1000)
    where = begin(browser, len(data))
    if engine_set == "postgres":  # a folder takes nothing directly
        put_piece(browser, where, data[:500], 0)
    assert browser.delete(where, headers=TUS).status_code == 204
    assert browser.post(at(where, "piece"), data=about(data[500:], 500)).status_code == 404
