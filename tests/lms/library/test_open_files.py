"""Files with right answers go to those who teach: that of a lesson, and one that hangs on another item."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from content_store.models import Version
from lms.core.db import write
from lms.core.errors import NotAllowed
from lms.library import queries, services
from lms.library.door import open_store
from lms.library.open_files import get_download_link, list_open_files
from tests.cast import Cast
from tests.factories.library import make_item, prepare_text

QUESTION = {"kind": "question", "data": {"prompt": "1/2?", "choices": [{"text": "0,5", "correct": True}]}}
LESSON = json.dumps({"benhoc-lesson": 1, "title": "Phân số", "activities": [QUESTION]}, separators=(",", ":"))
API = "/api/v1/library/items"


@pytest.fixture
def carrier(cast: Cast) -> Version:
    """A reading that everyone may keep, with a lesson hanging on it."""
    first = make_item(cast.lan.actor, "Bài đọc", license_id="CC-BY-4.0")
    lesson = prepare_text(LESSON, "lesson.json", role="attachment")
    with write():
        open_store().attach_file(first.item.uuid, lesson, owner=first.item.owner)
        return services.publish_item(cast.lan.actor, first.item.uuid, scope="public")


def test_a_lesson_that_hangs_on_an_item_goes_to_those_who_teach(
    client: FlaskClient, cast: Cast, carrier: Version, browse_as
):
    main, held = carrier.files
    address, page = f"/library/{carrier.item.uuid}/files", f"/library/{carrier.item.uuid}"
    for reader in (client, browse_as(cast.minh)):
        assert reader.get(f"{address}/{main.uuid}").status_code == 302
        assert reader.get(f"{address}/{held.uuid}").status_code == 403
        shown = reader.get(page).text
        assert str(main.uuid) in shown and str(held.uuid) not in shown and "lesson.json" not in shown
    for reader in (browse_as(cast.lan), browse_as(cast.phuc)):
        assert reader.get(f"{address}/{held.uuid}").status_code == 302
        assert str(held.uuid) in reader.get(page).text


def test_the_api_says_of_held_files_only_that_there_are_some(
    client: FlaskClient, cast: Cast, carrier: Version
):
    main, held = carrier.files
    told = client.get(f"{API}/{carrier.item.uuid}")
    assert [file["uuid"] for file in told.json["files"]] == [str(main.uuid)]
    assert told.json["files_withheld"] is True
    assert held.sha256 not in told.text and "lesson.json" not in told.text
    path = f"{API}/{carrier.item.uuid}/versions/{carrier.number}/files/{held.uuid}"
    assert client.get(path).status_code == 403
    assert [file.uuid for file in list_open_files(cast.phuc.actor, carrier)] == [main.uuid, held.uuid]
    with pytest.raises(NotAllowed):
        get_download_link(cast.minh.actor, carrier, held.uuid)


def test_a_lesson_file_is_described_to_those_who_teach_only(client: FlaskClient, cast: Cast):
    version = make_item(cast.lan.actor, "Cả bài", file=prepare_text(LESSON, "lesson.json"))
    told = client.get(f"{API}/{version.item.uuid}")
    assert (told.json["files"], told.json["files_withheld"]) == ([], True)
    assert told.json["rights"]["download"] == "holds-answers" and version.files[0].sha256 not in told.text
    assert [file.uuid for file in list_open_files(cast.phuc.actor, version)] == [version.files[0].uuid]
    assert list_open_files(cast.minh.actor, version) == []


def test_what_a_lesson_pins_brings_no_answers_along(carrier: Version):
    assert [file.role for file in queries.pinned(carrier).files if file.role != "preview"] == ["main"]
