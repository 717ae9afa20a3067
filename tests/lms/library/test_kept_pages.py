"""What pages of the library keep between requests is never stale and never of another reader; cards are plain columns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from content_store.cards import list_cards
from lms.core.clock import now
from lms.core.db import db, write
from lms.library import queries, recall, services
from lms.library.found_cards import search_cards
from lms.library.kept import Kept
from lms.library.queries import tokens_of
from lms.library.showing import make_card
from tests.cast import Cast, Person
from tests.factories.library import index_all, make_item, prepare_bytes

Enter = Callable[[Person], FlaskClient]
TEXT = "Quy đồng mẫu số rồi so sánh hai phân số cùng mẫu."


def rename(cast: Cast, version: services.Version, title: str) -> None:
    said = services.Metadata(title=title, license_id="CC-BY-4.0", type=version.type, authors=("Cô Mới",))
    with write():
        services.update_item(cast.lan.actor, version.item.uuid, said)
        services.publish_item(cast.lan.actor, version.item.uuid, scope="public")


def test_a_new_version_stands_on_the_page_at_once(client: FlaskClient, cast: Cast):
    version = make_item(cast.lan.actor, "Tên cũ", TEXT, authors=("Cô Lan",))
    address = f"/library/{version.item.uuid}?lang=en"
    assert all("Tên cũ" in client.get(address).text for _twice in range(2))
    rename(cast, version, "Tên mới")
    page = client.get(address).text
    assert "Tên mới" in page and "Cô Mới" in page and "Version 2" in page
    assert "Tên cũ" not in page and "CC BY-SA" not in page
    assert "Tên cũ" in client.get(f"{address}&version=1").text


def test_each_reader_is_answered_in_the_language_asked_for(client: FlaskClient, cast: Cast):
    version = make_item(cast.lan.actor, "Bài", subject="toan", grades=(6,))
    english, vietnamese = (
        client.get(f"/library/{version.item.uuid}?lang={lang}").text for lang in ("en", "vi")
    )
    assert "Mathematics, Grade 6" in english and "Toán, Lớp 6" not in english
    assert "Toán, Lớp 6" in vietnamese and "Mathematics" not in vietnamese
    assert "Mathematics, Grade 6" in client.get(f"/library/{version.item.uuid}?lang=en").text


def test_what_was_recalled_is_closed_on_a_page_seen_before(client: FlaskClient, cast: Cast, browse_as: Enter):
    version = make_item(cast.lan.actor, "Bài", TEXT, home=cast.school)
    browser, address = browse_as(cast.phuc), f"/library/{version.item.uuid}?lang=en"
    assert TEXT in browser.get(address).text
    with write():
        recall.recall_version(cast.tuan.actor, version.item.uuid, 1, reason="Sai")
    page = browser.get(f"{address}&version=1").text
    assert "This version was recalled" in page and TEXT not in page and "/files/" not in page


def test_items_alike_of_one_school_are_kept_from_others_who_look_next(cast: Cast, browse_as: Enter):
    own = make_item(cast.lan.actor, "So sánh phân số", TEXT)
    school = make_item(cast.lan.actor, "So sánh của trường", TEXT, scope="school", home=cast.school)
    index_all()
    address = f"/library/{own.item.uuid}"
    for person, sees in ((cast.ha, True), (cast.phuc, False), (cast.ha, True)):
        assert (str(school.item.uuid) in browse_as(person).get(address).text) is sees, person.login


def test_items_alike_are_asked_for_once_but_their_titles_and_whether_they_may_be_seen_every_time(
    client: FlaskClient, cast: Cast, act: Flask, monkeypatch: pytest.MonkeyPatch
):
    own, near, gone = (make_item(cast.lan.actor, f"So sánh phân số {number}", TEXT) for number in range(3))
    index_all()
    address, asked, similar = f"/library/{own.item.uuid}", [], act.extensions["item_index"].similar
    monkeypatch.setattr(
        act.extensions["item_index"], "similar", lambda *args: asked.append(1) or similar(*args)
    )
    assert "So sánh phân số 1" in client.get(address).text
    rename(cast, near, "Đổi tên")
    with write():
        services.retire_item(cast.lan.actor, gone.item.uuid)
    page = client.get(address).text
    assert "Đổi tên" in page and "So sánh phân số 1" not in page and str(gone.item.uuid) not in page
    assert len(asked) == 1
    with time_machine.travel(now() + timedelta(seconds=61), tick=False):
        client.get(address)
    assert len(asked) == 2


def test_a_card_says_what_the_whole_version_says(cast: Cast):
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="9" height="9"/></svg>'
    made = [
        make_item(cast.lan.actor, "Bài", subject="toan", grades=(6, 7), authors=("Cô Lan", "Thầy Tú")),
        make_item(cast.lan.actor, "Hình", file=prepare_bytes(svg, "hinh.svg"), license_id="CC-BY-ND-4.0"),
        make_item(cast.lan.actor, "Sách", license_id="link-only", source_url="https://example.vn/sach"),
        make_item(cast.lan.actor, "Của trường", scope="school", home=cast.school, description="Lời tả."),
        make_item(cast.ha.actor, "Giữ quyền", license_id="all-rights-reserved"),
    ]
    for actor in (cast.lan.actor, cast.ha.actor):
        cards = list_cards(db.session(), [one.item.uuid for one in made], tokens_of(actor))
        for one in made:
            version, card = queries.get_item(actor, one.item.uuid), cards[one.item.uuid]
            whole, plain = make_card(actor, version), make_card(actor, card)
            for name in ("title", "preview_url", "icon", "facts", "use", "license_label", "can_use"):
                assert getattr(whole, name) == getattr(plain, name), (one.title, name)
            for action in ("view", "download", "embed", "adapt"):
                assert card.may_use(action) == queries.may_use(actor, version, action), (one.title, action)
            assert (card.title, card.description) == (version.title, version.description)


def test_no_card_is_given_to_who_may_not_find_the_item(cast: Cast):
    made = [
        make_item(cast.lan.actor, "Nháp", scope=None),
        make_item(cast.lan.actor, "Riêng", scope="private"),
        make_item(cast.lan.actor, "Của trường", scope="school", home=cast.school),
    ]
    uuids = [one.item.uuid for one in made]
    titles = {
        person.login: {
            card.title for card in list_cards(db.session(), uuids, tokens_of(person.actor)).values()
        }
        for person in (cast.lan, cast.ha, cast.phuc)
    }
    assert titles == {"lan": {"Riêng", "Của trường"}, "ha": {"Của trường"}, "phuc": set()}


def test_what_was_narrowed_is_found_no_more_even_before_the_index_knows(cast: Cast):
    version = make_item(cast.lan.actor, "Phiếu bài tập", home=cast.school)
    index_all()
    assert [row.version.title for row in search_cards(cast.phuc.actor, "phiếu").rows] == ["Phiếu bài tập"]
    with write():
        services.publish_item(cast.lan.actor, version.item.uuid, scope="school")
    assert search_cards(cast.phuc.actor, "phiếu").rows == []
    assert len(search_cards(cast.ha.actor, "phiếu").rows) == 1


def test_a_page_of_results_costs_one_statement_for_its_rows(
    cast: Cast, browse_as: Enter, query_count: Callable
):
    for number in range(12):
        make_item(cast.lan.actor, f"Phiếu {number}", home=cast.school)
    index_all()
    browser = browse_as(cast.phuc)
    browser.get("/library?q=phieu")
    with query_count() as sent:
        assert browser.get("/library?q=phieu").text.count('class="item-row"') == 12
    assert sum("cs_item" in one and "cs_search" not in one for one in sent) == 1, sent
    assert not any("cs_item_audience.token FROM" in one for one in sent)


def test_what_was_kept_longest_unused_makes_room():
    kept: Kept[int] = Kept(2)
    kept.put("a", 1), kept.put("b", 2)
    assert kept.find("a") == 1
    kept.put("c", 3)
    assert [kept.find(key) for key in "abc"] == [1, None, 3]
    assert kept.get("a", lambda: 9) == 1 and kept.get("d", lambda: 4) == 4
