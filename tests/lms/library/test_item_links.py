"""Fresh addresses of what an item's page shows: for who may see it, of the version that is shown, none once recalled."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from lms.core.actor import SYSTEM
from lms.core.db import write
from lms.library import recall
from lms.library import services as library
from tests.cast import Cast, Person
from tests.factories.library import make_item, prepare_text

Enter = Callable[[Person], FlaskClient]


def test_who_sees_the_page_gets_its_addresses_and_nobody_keeps_them(client: FlaskClient, cast: Cast) -> None:
    version = make_item(cast.lan.actor, "Phân số")
    answer = client.get(f"/library/{version.item.uuid}/links")
    assert answer.status_code == 200
    assert answer.json["recalled"] is False
    assert "/f/" in answer.json["links"]["main_url"] or "X-Amz-" in answer.json["links"]["main_url"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert f"/library/{version.item.uuid}/links?version=1" in client.get(f"/library/{version.item.uuid}").text


def test_strangers_get_none_of_a_draft_or_of_a_version_that_is_none(
    client: FlaskClient, cast: Cast, browse_as: Enter
) -> None:
    draft = make_item(cast.lan.actor, "Nháp", scope=None)
    address = f"/library/{draft.item.uuid}/links"
    assert client.get(address).status_code == 404
    assert browse_as(cast.phuc).get(address).status_code == 404
    assert browse_as(cast.lan).get(address).json["links"]
    assert browse_as(cast.lan).get(f"{address}?version=7").status_code == 404


def test_a_recalled_version_gives_none_to_its_readers(
    client: FlaskClient, cast: Cast, browse_as: Enter
) -> None:
    version = make_item(cast.lan.actor, "Bảng đơn vị")
    with write():
        library.add_version(cast.lan.actor, version.item.uuid, [prepare_text("# Bảng\n\nSửa.")], note="Sửa")
    with write():
        recall.recall_version(SYSTEM, version.item.uuid, 1, reason="Sai đơn vị đo")
    answer = browse_as(cast.minh).get(f"/library/{version.item.uuid}/links?version=1")
    assert (answer.status_code, answer.json) == (200, {"recalled": True, "links": {}})
    assert client.get(f"/library/{version.item.uuid}/links").json["links"]["main_url"]
