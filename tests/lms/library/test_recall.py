"""Withdrawing a version on its page, the difference between two, and who may do and see what."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from content_store.models import Version
from lms.core.audit import AuditEntry
from lms.core.db import db, write
from lms.core.errors import NotAllowed, NotFound
from lms.library import queries, recall, services
from lms.library.recall import find_withdrawal, load_usable
from tests.cast import Cast, Person
from tests.factories.library import index_all, make_item, prepare_text

Enter = Callable[[Person], FlaskClient]


def two_versions(cast: Cast, scope: str = "public") -> Version:
    first = make_item(
        cast.lan.actor, "Phân số", "# Phân số\n\nTử số chia mẫu số.", home=cast.school, scope=scope
    )
    with write():
        return services.add_version(
            cast.lan.actor,
            first.item.uuid,
            [prepare_text("# Phân số\n\nTử số chia cho mẫu số.\n\nMới.")],
            note="Sửa lời",
        )


def recalled(cast: Cast, who: Person | None = None) -> Version:
    version = two_versions(cast)
    with write():
        recall.recall_version((who or cast.tuan).actor, version.item.uuid, 2, reason="Sai công thức")
    return queries.get_item(cast.lan.actor, version.item.uuid, 2)


def test_a_librarian_of_the_place_recalls_and_lifts(cast: Cast):
    version = recalled(cast)
    assert find_withdrawal(version.pin).reason == "Sai công thức"  # type: ignore[union-attr]
    assert load_usable([version.pin, f"{version.item.uuid}@1"]).keys() == {f"{version.item.uuid}@1"}
    assert db.session.scalars(select(AuditEntry.action).where(AuditEntry.action == "recall")).all()
    with write():
        recall.lift_recall(cast.tuan.actor, version.item.uuid, 2)
    assert find_withdrawal(version.pin) is None
    assert queries.get_item(cast.lan.actor, version.item.uuid).number == 2


def test_others_may_not_recall_and_the_owner_may_not_lift_what_a_librarian_recalled(cast: Cast):
    version = two_versions(cast)
    for person in (cast.phuc, cast.minh):
        with pytest.raises((NotAllowed, NotFound)), write():
            recall.recall_version(person.actor, version.item.uuid, 2, reason="x")
    with write():
        recall.recall_version(cast.tuan.actor, version.item.uuid, 2, reason="Sai")
    with pytest.raises(NotAllowed), write():
        recall.lift_recall(cast.lan.actor, version.item.uuid, 2)


def test_the_owner_recalls_and_lifts_his_own(cast: Cast):
    version = recalled(cast, cast.lan)
    with write():
        recall.lift_recall(cast.lan.actor, version.item.uuid, 2)
    assert find_withdrawal(version.pin) is None


def test_the_page_of_a_recalled_item_does_not_say_that_lessons_keep_it(cast: Cast, browse_as):
    version = make_item(cast.lan.actor, "Phân số", home=cast.school)
    with write():
        recall.recall_version(cast.lan.actor, version.item.uuid, 1, reason="Sai")
    page = browse_as(cast.lan).get(f"/library/{version.item.uuid}?version=1").text
    assert "Phiên bản này bị thu hồi" in page and "Bài học đang dùng vẫn giữ" not in page


def test_versions_with_the_same_file_go_together(cast: Cast):
    version = make_item(cast.lan.actor, "Phân số", "# Một\n\nMột.", home=cast.school)
    with write():
        said = services.Metadata(title="Tên mới", license_id=version.license_id, type=version.type)
        services.update_item(cast.lan.actor, version.item.uuid, said)
    with write():
        assert list(recall.recall_version(cast.tuan.actor, version.item.uuid, 2, reason="Sai")) == [1, 2]
    assert queries.get_item(cast.lan.actor, version.item.uuid, 1).item.state == "retired"
    with write():
        assert list(recall.lift_recall(cast.tuan.actor, version.item.uuid, 1)) == [1, 2]
    shown = queries.get_item(cast.phuc.actor, version.item.uuid)
    assert (shown.number, shown.item.state) == (2, "published")


def test_its_page_says_so_offers_the_good_one_and_gives_no_file(
    client: FlaskClient, cast: Cast, browse_as: Enter
):
    version = recalled(cast)
    address = f"/library/{version.item.uuid}?version=2&lang=en"
    for browser in (client, browse_as(cast.phuc), browse_as(cast.lan)):
        page = browser.get(address).text
        assert "This version was recalled" in page and "Go to version 1" in page
        assert "chia cho mẫu số" not in page and f"{version.item.uuid}/files/" not in page
    file = version.files[0].uuid
    assert browse_as(cast.lan).get(f"/library/{version.item.uuid}/files/{file}?version=2").status_code == 403
    assert "Sai công thức" not in client.get(address).text
    assert client.get(f"/library/{version.item.uuid}?lang=en").text.count("This version was recalled") == 0
    told = client.get(f"/library/{version.item.uuid}?version=2&lang=vi").text
    assert "bị thu hồi" in told


def test_the_api_and_the_search_show_the_good_version(client: FlaskClient, cast: Cast):
    version = two_versions(cast)
    index_all()
    with write():
        recall.recall_version(cast.tuan.actor, version.item.uuid, 2, reason="Sai")
    index_all()
    answer = client.get(f"/api/v1/library/items/{version.item.uuid}").json
    assert answer["version"] == 1 and answer["files"][0]["url"]
    page = queries.search_items(cast.phuc.actor, "phân số")
    assert [row.version.number for row in page.rows] == [1]


def test_the_deed_asks_for_a_reason_and_is_undone_from_the_page(cast: Cast, browse_as: Enter):
    version = two_versions(cast)
    browser, address = browse_as(cast.tuan), f"/library/{version.item.uuid}/versions/2"
    assert "Recall version 2" in browser.get(f"/library/{version.item.uuid}?lang=en").text
    assert browser.get(f"{address}/recall").status_code == 200
    assert browser.post(f"{address}/recall", data={"reason": " "}).status_code == 422
    assert browser.post(f"{address}/recall", data={"reason": "Sai"}).status_code == 303
    assert (
        "Lift the recall of version 2" in browser.get(f"/library/{version.item.uuid}?version=2&lang=en").text
    )
    assert browser.post(f"{address}/lift").status_code == 303
    db.session.rollback()
    assert find_withdrawal(version.pin) is None


def test_the_deed_is_not_offered_nor_found_by_others(cast: Cast, browse_as: Enter):
    version = two_versions(cast)
    browser, address = browse_as(cast.phuc), f"/library/{version.item.uuid}/versions/2"
    assert "Recall version" not in browser.get(f"/library/{version.item.uuid}?lang=en").text
    assert browser.get(f"{address}/recall").status_code == 404
    assert browser.post(f"{address}/recall", data={"reason": "x"}).status_code == 403


def test_two_versions_are_set_side_by_side(client: FlaskClient, cast: Cast):
    version = two_versions(cast)
    page = client.get(f"/library/{version.item.uuid}/versions/1..2?lang=en")
    assert page.status_code == 200
    assert '<ins><span class="sr">added: </span>cho </ins>' in page.text and "Mới." in page.text
    assert "From version 1 to version 2" in page.text and "2 words added" in page.text
    assert (
        "Từ phiên bản 1 đến phiên bản 2"
        in client.get(f"/library/{version.item.uuid}/versions/1..2?lang=vi").text
    )
    assert client.get(f"/library/{version.item.uuid}/versions/2..2").status_code == 404
    assert client.get(f"/library/{version.item.uuid}/versions/1..9").status_code == 404
    assert client.get(f"/library/{version.item.uuid}/versions/1").location.endswith("?version=1")


def test_the_words_of_a_recalled_version_are_not_told_by_the_difference(client: FlaskClient, cast: Cast):
    version = recalled(cast)
    page = client.get(f"/library/{version.item.uuid}/versions/1..2?lang=en").text
    assert "You may not open one of the two" in page and "Tử số" not in page


def test_a_private_item_has_no_difference_for_strangers(client: FlaskClient, cast: Cast, browse_as: Enter):
    version = two_versions(cast, scope="school")
    address = f"/library/{version.item.uuid}/versions/1..2"
    assert client.get(address).status_code == 404
    assert browse_as(cast.phuc).get(address).status_code == 404
    assert browse_as(cast.lan).get(address).status_code == 200


def test_the_page_of_a_recalled_version_offers_nothing_that_cannot_be_done(cast: Cast, browse_as: Enter):
    version = recalled(cast)
    gone = (
        "You may",
        "Rate it",
        "Keep in a collection",
        "Print with a QR code",
        "Report a problem",
        "Suggest a change",
    )
    browser, address = browse_as(cast.phuc), f"/library/{version.item.uuid}?lang=en"
    good, bad = browser.get(address).text, browser.get(f"{address}&version=2").text
    assert [words for words in gone if words not in good] == []
    assert [words for words in gone if words in bad] == []
    assert "License, in plain words" in bad and "Attribution line" in bad


def test_one_button_alone_brings_back_what_a_recall_took_away(cast: Cast, browse_as: Enter):
    version = make_item(cast.lan.actor, "Phân số", home=cast.school, scope="public")
    with write():
        recall.recall_version(cast.tuan.actor, version.item.uuid, 1, reason="Sai")
    page = browse_as(cast.tuan).get(f"/library/{version.item.uuid}?lang=en").text
    assert "Lift the recall of version 1" in page and "Offer the material again" not in page
    with write():
        recall.lift_recall(cast.tuan.actor, version.item.uuid, 1)
        services.retire_item(cast.tuan.actor, version.item.uuid)
    page = browse_as(cast.tuan).get(f"/library/{version.item.uuid}?lang=en").text
    assert "Offer the material again" in page and "Lift the recall" not in page
