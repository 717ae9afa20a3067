"""Each version has its own circle: what came before the first publishing, or was sent back, is not shown with a later one."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from content_store.models import Version
from lms.core.db import write
from lms.core.errors import Conflict, NotFound
from lms.library import queries, recall, services
from lms.library.review import services as reviews
from tests.cast import Cast, Person
from tests.factories.library import make_item, prepare_text
from tests.factories.reviews import build_desk, decide

Enter = Callable[[Person], FlaskClient]
SECRET = "Số điện thoại của em là 0900 000 000."


def corrected_before_shown(cast: Cast) -> Version:
    """A first draft that names a pupil, put right and only then shown to everyone."""
    draft = make_item(cast.lan.actor, "Nhật ký", f"# Nhật ký\n\n{SECRET}", scope=None, home=cast.school)
    with write():
        services.add_version(cast.lan.actor, draft.item.uuid, [prepare_text("# Nhật ký\n\nĐã bỏ tên.")])
        return services.publish_item(cast.lan.actor, draft.item.uuid, scope="public")


def test_a_draft_stays_its_keepers_when_a_later_version_is_shown(act: Flask, cast: Cast):
    shown = corrected_before_shown(cast)
    uuid = shown.item.uuid
    for person in (cast.phuc, cast.minh, cast.citizen):
        assert queries.get_item(person.actor, uuid).number == 2
        assert [row.number for row in queries.list_versions(person.actor, shown)] == [2]
        with pytest.raises(NotFound):
            queries.get_item(person.actor, uuid, 1)
    for keeper in (cast.lan, cast.tuan):
        assert queries.get_item(keeper.actor, uuid, 1).number == 1
        assert [row.number for row in queries.list_versions(keeper.actor, shown)] == [2, 1]


def test_no_address_of_a_draft_answers_a_stranger(client: FlaskClient, browse_as: Enter, cast: Cast):
    first = queries.get_item(cast.lan.actor, corrected_before_shown(cast).item.uuid, 1)
    assert first.main is not None
    page, api = f"/library/{first.item.uuid}", f"/api/v1/library/items/{first.item.uuid}/versions"
    addresses = (
        f"{page}?version=1",
        f"{page}/versions/1..2",
        f"{page}/files/{first.main.uuid}?version=1",
        f"{api}/1",
        f"{api}/1/files/{first.main.uuid}",
        f"{api}/1/preview",
    )
    for browser in (client, browse_as(cast.phuc)):
        assert SECRET not in browser.get(page).text
        assert browser.get(api).json["versions"][-1]["number"] == 2  # type: ignore[index]
        for address in addresses:
            assert browser.get(address).status_code == 404, address


def test_a_version_of_a_narrower_circle_stays_there(act: Flask, cast: Cast):
    first = make_item(cast.lan.actor, "Đề thi thử", scope="school", home=cast.school)
    uuid = first.item.uuid
    with write():
        services.add_version(cast.lan.actor, uuid, [prepare_text("Đề đã bỏ lời giải.")])
        wide = services.publish_item(cast.lan.actor, uuid, scope="public")
    colleague, stranger = cast.ha.actor, cast.phuc.actor
    assert [row.number for row in queries.list_versions(colleague, wide)] == [2, 1]
    assert [row.number for row in queries.list_versions(stranger, wide)] == [2]
    with pytest.raises(NotFound):
        queries.get_item(stranger, uuid, 1)
    with write():
        services.publish_item(cast.lan.actor, uuid, scope="school")
    assert queries.get_item(colleague, uuid, 2).number == 2
    with pytest.raises(NotFound):
        queries.get_item(stranger, uuid, 2)


def test_what_a_review_sent_back_is_not_shown_with_what_it_approved(act: Flask, cast: Cast):
    desk = build_desk(cast)
    draft = make_item(cast.lan.actor, "Phân số", scope=None, home=cast.school)
    uuid = draft.item.uuid
    with write():
        refused = reviews.share_item(cast.lan.actor, uuid, scope="sector").submission
    assert refused is not None
    decide(desk.first, refused, "changes", "Hình sai")
    with write():
        services.add_version(cast.lan.actor, uuid, [prepare_text("Phân số, hình đúng.")])
        approved = reviews.share_item(cast.lan.actor, uuid, scope="sector").submission
    assert approved is not None
    decide(desk.first, approved)
    assert queries.get_item(cast.phuc.actor, uuid).number == 2
    with pytest.raises(NotFound):
        queries.get_item(cast.phuc.actor, uuid, 1)


def test_a_recall_falls_back_to_what_was_shown_and_never_to_a_draft(act: Flask, cast: Cast):
    uuid = make_item(cast.lan.actor, "Phân số", home=cast.school).item.uuid
    keep_waiting(cast, uuid)
    with write():
        services.publish_item(cast.lan.actor, uuid, scope="public")
        with pytest.raises(Conflict):
            recall.recall_version(cast.tuan.actor, uuid, 2, reason="Nháp")
        recall.recall_version(cast.tuan.actor, uuid, 3, reason="Sai công thức")
    assert queries.get_item(cast.phuc.actor, uuid).number == 1


def test_a_recall_does_not_widen_the_circle_of_what_came_before(act: Flask, cast: Cast):
    uuid = make_item(cast.lan.actor, "Đề thi thử", scope="school", home=cast.school).item.uuid
    with write():
        services.add_version(cast.lan.actor, uuid, [prepare_text("Đề đã bỏ lời giải.")])
        services.publish_item(cast.lan.actor, uuid, scope="public")
        recall.recall_version(cast.tuan.actor, uuid, 2, reason="Sai công thức")
    assert queries.get_item(cast.lan.actor, uuid, 1).item.state == "retired"
    with pytest.raises(NotFound):
        queries.get_item(cast.phuc.actor, uuid, 1)


def keep_waiting(cast: Cast, uuid: UUID) -> None:
    """Add two versions while the item is put away, so that the first of them is never shown."""
    with write():
        services.retire_item(cast.lan.actor, uuid)
        for words in ("Nháp.", "Bản thứ ba."):
            services.add_version(cast.lan.actor, uuid, [prepare_text(words)])
