"""Places have as much room as they were given; who has none left hears so before a byte is taken."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from content_store.models import Item
from content_store.resumable import Resumable
from lms.core.actor import SYSTEM
from lms.core.db import db, write
from lms.core.errors import NotAllowed
from lms.library.cli import cli
from lms.library.storage.quotas import count_bytes, set_quota
from tests.cast import Cast, Person
from tests.factories.library import make_item, prepare_text
from tests.factories.people import actor_of

Enter = Callable[[Person], FlaskClient]
JSON = {"Accept": "application/json"}


def send(browser: FlaskClient, size: int):
    data = {"file": [(io.BytesIO(b"# Bai\n\n" + b"chu " * (size // 4)), "bai.md")]}
    return browser.post(
        "/library/upload?lang=en", data=data, content_type="multipart/form-data", headers=JSON
    )


def begin(browser: FlaskClient, size: int):
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(size), **JSON}
    return browser.post("/library/tus/?lang=en", headers=headers)


def test_equal_bytes_count_once_and_places_below_count_too(cast: Cast):
    lan = actor_of(cast.lan.user)
    first = prepare_text("chữ " * 100)
    for title in ("a", "b"):
        make_item(lan, title, file=first, home=cast.school)
    assert count_bytes(cast.school) == first.blob.size == count_bytes(cast.department)
    assert count_bytes(cast.other_school) == 0


@pytest.mark.parametrize("place", ["school", "department"])
def test_what_does_not_fit_is_refused_with_a_sentence_and_nothing_is_kept(
    browse_as: Enter, cast: Cast, place: str
):
    with write():
        set_quota(SYSTEM, getattr(cast, place), 3000)
    browser = browse_as(cast.lan)
    assert send(browser, 1000).status_code == 200
    refused = send(browser, 4000)
    assert refused.status_code == 422 and "this does not fit" in refused.json["message"]
    asked = begin(browser, 4000)
    assert asked.status_code == 422 and "this does not fit" in asked.json["message"]
    assert db.session.scalar(select(func.count()).select_from(Item)) == 1
    assert db.session.scalar(select(func.count()).select_from(Resumable)) == 0
    assert begin(browser, 100).status_code == 201


def test_the_limit_of_one_place_binds_no_other(browse_as: Enter, cast: Cast):
    with write():
        set_quota(SYSTEM, cast.other_school, 1)
    assert send(browse_as(cast.lan), 4000).status_code == 200


def test_only_those_who_keep_a_place_set_its_limit(cast: Cast):
    for person in (cast.lan, cast.minh):
        with pytest.raises(NotAllowed), write():
            set_quota(actor_of(person.user), cast.school, 1)
    with write():
        set_quota(SYSTEM, cast.school, 1)
        set_quota(SYSTEM, cast.school, None)


def test_the_command_shows_and_sets_the_limit(app: Flask, cast: Cast):
    run = app.test_cli_runner().invoke
    assert "none" in run(cli, ["quota", "BS"]).output
    assert "\t500" in run(cli, ["quota", "BS", "500"]).output
    assert "none" in run(cli, ["quota", "BS", "none"]).output
    assert run(cli, ["quota", "BS", "many"]).exit_code == 2
