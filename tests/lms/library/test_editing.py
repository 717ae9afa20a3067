"""Changing items: description, files, captions, circle; withdrawing with undo; collections."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from content_store.models import Collection, SearchQueueRow
from lms.core.db import db, write
from lms.core.errors import NotAllowed, NotFound
from lms.library import queries, services
from lms.library.cli import cli
from lms.library.door import open_store
from lms.library.jobs import index_items
from tests.cast import Cast, Person
from tests.factories.library import make_item, prepare_text

Enter = Callable[[Person], FlaskClient]
SRT = "1\r\n00:00:01,000 --> 00:00:03,000\r\nChào các em.\r\n"


def test_an_edited_item_is_a_new_version_and_a_stale_form_is_a_conflict(browse_as: Enter, cast: Cast):
    uuid = make_item(cast.lan.actor, "Bài cũ").item.uuid
    browser = browse_as(cast.lan)
    form = {
        "title": "Bài mới",
        "language": "vi",
        "license": "CC-BY-4.0",
        "grades": ["6", "adult"],
        "expected": "1",
    }
    assert browser.post(f"/library/{uuid}/edit", data=form).status_code == 303
    shown = browser.get(f"/api/v1/library/items/{uuid}").json
    assert (shown["version"], shown["title"], shown["grades"]) == (2, "Bài mới", [6, 0])
    assert browser.post(f"/library/{uuid}/edit", data=form).status_code == 409


def test_a_wrong_value_is_said_and_what_was_typed_stays(browse_as: Enter, cast: Cast):
    uuid = make_item(cast.lan.actor, "Bài").item.uuid
    answer = browse_as(cast.lan).post(
        f"/library/{uuid}/edit?lang=en",
        data={"title": "Tên đã gõ", "license": "CC-BY-4.0", "source_url": "javascript:alert(1)"},
    )
    assert answer.status_code == 422
    assert "Tên đã gõ" in answer.text and "A source address begins with" in answer.text


def test_another_teacher_may_not_change_an_item(browse_as: Enter, cast: Cast):
    shared = make_item(cast.lan.actor, "Chung").item.uuid
    secret = make_item(cast.lan.actor, "Riêng", scope=None).item.uuid
    browser = browse_as(cast.phuc)
    for action in ("edit", "retire", "restore", "publish"):
        assert browser.post(f"/library/{shared}/{action}", data={"scope": "public"}).status_code == 403
        assert browser.post(f"/library/{secret}/{action}", data={"scope": "public"}).status_code == 404
    assert browser.post(f"/library/{secret}/files", data={}).status_code == 404


def test_captions_in_srt_are_attached_as_webvtt(act: Flask, cast: Cast):
    film = make_item(cast.lan.actor, "Bản ghi", type="audio")
    captions = services.captions_file("loi.srt", io.BytesIO(SRT.encode()), language="vi")
    assert (captions.filename, captions.role) == ("loi.vtt", "captions")
    (prepared,) = services.prepare_files(cast.lan.actor, [captions])
    with write():
        version = services.attach_captions(cast.lan.actor, film.item.uuid, prepared)
    (file,) = version.captions
    with open_store().open(file) as stream:
        assert stream.read().startswith(b"WEBVTT")
    assert (file.language, version.number, version.item.published_number) == ("vi", 2, 2)


def test_a_new_file_comes_through_the_edit_page(browse_as: Enter, cast: Cast):
    uuid = make_item(cast.lan.actor, "Bài", "Bản một.").item.uuid
    browser = browse_as(cast.lan)
    data = {"role": "main", "note": "Thêm hình", "file": (io.BytesIO("Bản hai.".encode()), "bai.md")}
    answer = browser.post(f"/library/{uuid}/files", data=data, content_type="multipart/form-data")
    assert answer.status_code == 303
    page = browser.get(f"/library/{uuid}").text
    assert "Bản hai." in page and "Thêm hình" in page


def test_withdrawing_offers_to_take_it_back(browse_as: Enter, cast: Cast):
    uuid = make_item(cast.lan.actor, "Bài").item.uuid
    browser = browse_as(cast.lan)
    page = browser.post(f"/library/{uuid}/retire", follow_redirects=True).text
    assert f"/library/{uuid}/restore" in page
    assert browser.get(f"/api/v1/library/items/{uuid}").json["state"] == "retired"
    browser.post(f"/library/{uuid}/restore")
    assert browser.get(f"/api/v1/library/items/{uuid}").json["state"] == "published"


def test_a_work_for_the_sector_cannot_be_shown_to_everyone(browse_as: Enter, cast: Cast):
    uuid = make_item(cast.lan.actor, "Trong ngành", scope=None, license_id="sector-only").item.uuid
    browser = browse_as(cast.lan)
    answer = browser.post(f"/library/{uuid}/publish?lang=en", data={"scope": "public"})
    assert answer.status_code == 422 and "Choose a narrower circle" in answer.text
    assert browser.post(f"/library/{uuid}/publish", data={"scope": "sector"}).status_code == 303
    assert browse_as(cast.phuc).get(f"/library/{uuid}").status_code == 200


def test_pinning_follows_the_license(act: Flask, cast: Cast):
    free = make_item(cast.lan.actor, "Tự do")
    assert services.pin_item(cast.ha.actor, free.item.uuid).pin == f"{free.item.uuid}@1"
    with pytest.raises(NotFound):
        services.pin_item(cast.ha.actor, make_item(cast.lan.actor, scope=None).item.uuid)


def test_a_pupil_may_not_add_items(act: Flask, cast: Cast):
    with pytest.raises(NotAllowed), write():
        services.add_item(cast.minh.actor, [prepare_text("A")])


def test_a_collection_keeps_its_order_and_shows_others_only_what_they_may_see(browse_as: Enter, cast: Cast):
    open_one, private = make_item(cast.lan.actor, "Mở"), make_item(cast.lan.actor, "Kín", scope=None)
    one, two = open_one.item.uuid, private.item.uuid
    browser = browse_as(cast.lan)
    browser.post("/library/collections", data={"title": "Chương 1", "item": str(two)})
    uuid = db.session.scalar(select(Collection.uuid))
    stranger = browse_as(cast.phuc)
    assert stranger.get(f"/library/collections/{uuid}").status_code == 404
    assert str(uuid) in browser.get(f"/library/{one}/collect").text
    browser.post(f"/library/{one}/collect", data={"collection": str(uuid)})
    assert [version.title for version in queries.get_collection(cast.lan.actor, uuid)[1]] == ["Kín", "Mở"]
    page = stranger.get(f"/library/collections/{uuid}").text
    assert "Mở" in page and "Kín" not in page
    assert stranger.post(f"/library/collections/{uuid}/remove", data={"item": str(one)}).status_code == 404
    browser.post(f"/library/collections/{uuid}/remove", data={"item": str(one)})
    assert [version.title for version in queries.get_collection(cast.lan.actor, uuid)[1]] == ["Kín"]


def test_the_engine_is_written_outside_every_transaction(
    act: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    make_item(cast.lan.actor, "Bài")
    index, seen = act.extensions["item_index"], []
    real = index.put

    def watched(documents: object) -> int:
        seen.append(db.session().in_transaction())
        return real(documents)

    monkeypatch.setattr(index, "put", watched)
    index_items()
    assert seen == [False]
    assert db.session.scalar(select(func.count()).select_from(SearchQueueRow)) == 0


def test_the_terminal_rebuilds_and_verifies(act: Flask, cast: Cast):
    make_item(cast.lan.actor, "Bài")
    runner = act.test_cli_runner()
    for command in (["index"], ["rebuild"], ["verify", "--sample", "1"]):
        result = runner.invoke(cli, command)
        assert result.exit_code == 0, result.output
    assert queries.search_items(cast.lan.actor, "bài").total == 1
