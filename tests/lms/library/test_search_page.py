"""Searching the library: what is found, by whom, with which filters, and what it costs."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from content_store.search import SearchUnavailable
from lms.core.db import write
from lms.library import queries, services
from lms.library.services import retire_item
from tests.cast import Cast, Person
from tests.content_store.test_deriving import write_sound
from tests.factories.library import index_all, make_item

Enter = Callable[[Person], FlaskClient]


def test_the_playing_time_is_a_box_with_counts_that_narrows_and_stays_in_the_address(
    client: FlaskClient, cast: Cast
) -> None:
    (sound,) = services.prepare_files(
        cast.lan.actor, [services.NewFile("tieng.wav", io.BytesIO(write_sound()))]
    )
    make_item(cast.lan.actor, "Tiếng sáo", file=sound)
    make_item(cast.lan.actor, "Bài sáo")
    index_all()
    page = client.get("/library?q=sáo&lang=en").text
    assert "Playing time" in page and "Bài <mark>sáo</mark>" in page
    value = re.search(r'name="duration" value="([^"]+)"', page)[1]
    narrowed = client.get(f"/library?q=sáo&duration={value}&sort=title&lang=en").text
    assert "Tiếng <mark>sáo</mark>" in narrowed and "Bài <mark>" not in narrowed
    assert f"duration={value}" in narrowed
    assert client.get("/library?q=sáo&duration=khong-co&lang=en").status_code in {200, 404}


def test_a_stranger_finds_a_public_item_without_accents_and_sees_the_words_marked(
    client: FlaskClient, cast: Cast
):
    make_item(cast.lan.actor, "Phân số bằng nhau", "Quy đồng mẫu số.", subject="toan", grades=(6,))
    index_all()
    page = client.get("/library?q=phan+so").text
    assert "<mark>Phân số</mark>" in page
    assert "Toán" in page


def test_a_private_draft_is_nowhere_for_another_teacher(client: FlaskClient, cast: Cast, browse_as: Enter):
    draft = make_item(cast.lan.actor, "Đề kiểm tra mật", scope=None, subject="toan")
    index_all()
    client = browse_as(cast.ha)
    assert "Đề kiểm tra mật" not in client.get("/library?q=kiem+tra").text
    found = client.get("/api/v1/library/search?q=kiem+tra").json
    assert (found["total"], found["items"], found["facets"].get("subject", {})) == (0, [], {})
    for address in (f"/library/{draft.item.uuid}", f"/api/v1/library/items/{draft.item.uuid}"):
        assert client.get(address).status_code == 404
    assert client.get(f"/library/{draft.item.uuid}?version=1").status_code == 404


def test_a_school_item_is_found_inside_the_school_only(client: FlaskClient, cast: Cast):
    make_item(cast.lan.actor, "Phiếu của trường", scope="school", home=cast.school)
    index_all()
    assert queries.search_items(cast.ha.actor, "phiếu").total == 1
    assert queries.search_items(cast.phuc.actor, "phiếu").total == 0
    assert "Phiếu của trường" not in client.get("/library?q=phieu").text


def test_boxes_of_one_group_widen_and_groups_narrow(cast: Cast, client: FlaskClient):
    make_item(cast.lan.actor, "Bài A", subject="toan", grades=(6,))
    make_item(cast.lan.actor, "Bài B", subject="ngu-van", grades=(6,))
    make_item(cast.lan.actor, "Bài C", subject="toan", grades=(7,), license_id="all-rights-reserved")
    index_all()
    both = client.get("/api/v1/library/search?subject=toan&subject=ngu-van").json
    assert both["total"] == 3
    narrow = client.get("/api/v1/library/search?subject=toan&grade=6").json
    assert [item["title"] for item in narrow["items"]] == ["Bài A"]
    assert narrow["facets"]["grade"] == {"6": 1, "7": 1}
    as_is = client.get("/api/v1/library/search?license=as-is").json
    assert [item["title"] for item in as_is["items"]] == ["Bài C"]
    page = client.get("/library?subject=toan&grade=6").text
    assert "Bài A" in page and "Bài B" not in page and "Bài C" not in page


def test_an_unknown_filter_value_finds_nothing_and_does_not_break(client: FlaskClient, cast: Cast):
    make_item(cast.lan.actor, "Bài")
    index_all()
    answer = client.get("/library?license=nonsense&sort=zzz&page=%00broken")
    assert answer.status_code == 200
    assert client.get("/api/v1/library/search?license=nonsense").json["total"] == 0


def test_pages_follow_each_other_without_repeating(client: FlaskClient, cast: Cast):
    for number in range(5):
        make_item(cast.lan.actor, f"Bài {number}")
    index_all()
    first = queries.search_items(cast.lan.actor, "bài", size=3)
    second = queries.search_items(cast.lan.actor, "bài", size=3, after=first.next)
    titles = [row.version.title for row in (*first.rows, *second.rows)]
    assert sorted(titles) == [f"Bài {number}" for number in range(5)]
    assert second.next is None


def test_a_typing_slip_is_mended_and_said(client: FlaskClient, cast: Cast):
    make_item(cast.lan.actor, "Photosynthesis in plants", language="en")
    index_all()
    page = client.get("/library?q=photosynthesys&lang=en").text
    assert "Photosynthesis" in page
    assert "These are the results for" in page


def test_an_empty_library_teaches_what_it_is_for(client: FlaskClient, cast: Cast, browse_as: Enter):
    assert "/library/upload" not in client.get("/library").text
    client = browse_as(cast.lan)
    page = client.get("/library?lang=en").text
    assert "The library is still empty" in page
    assert "/library/upload" in page


def test_what_was_withdrawn_is_gone_at_once_even_before_the_index_knows(cast: Cast):
    version = make_item(cast.lan.actor, "Rút lại")
    index_all()
    from_index = queries.search_items(cast.ha.actor, "rút lại")
    assert len(from_index.rows) == 1
    with write():
        retire_item(cast.lan.actor, version.item.uuid)
    assert queries.search_items(cast.ha.actor, "rút lại").rows == []


def test_without_the_engine_the_newest_items_are_listed(
    client: FlaskClient, cast: Cast, act: Flask, monkeypatch: pytest.MonkeyPatch
):
    make_item(cast.lan.actor, "Bài mới")
    make_item(cast.lan.actor, "Bài nháp", scope=None)

    def refuse(_query: object) -> None:
        raise SearchUnavailable()

    monkeypatch.setattr(act.extensions["item_index"], "search", refuse)
    answer = client.get("/library?q=gi+cung+duoc&lang=en")
    assert answer.status_code == 200
    assert "Bài mới" in answer.text and "Bài nháp" not in answer.text
    assert "Search is resting" in answer.text


def test_the_search_page_costs_the_same_for_one_item_and_for_many(
    client: FlaskClient, cast: Cast, browse_as: Enter, query_count: Callable
):
    make_item(cast.lan.actor, "Bài 1")
    index_all()
    client = browse_as(cast.lan)
    client.get("/library")
    with query_count() as few:
        client.get("/library")
    for number in range(8):
        make_item(cast.lan.actor, f"Bài thêm {number}", subject="toan")
    index_all()
    with query_count() as many:
        assert client.get("/library?q=bai").status_code == 200
    statements = [sent for sent in many if "cs_" in sent and "search" not in sent]
    assert len(statements) <= 3, statements
    assert len(many) <= len(few) + 2, many


def test_where_nothing_is_found_a_spelling_further_off_is_offered(cast: Cast, client: FlaskClient):
    make_item(cast.lan.actor, "Âm giai")
    make_item(cast.lan.actor, "Tam ca")
    make_item(cast.lan.actor, "Giác quan")
    index_all()
    page = client.get("/library?q=tam+giac&subject=").text
    assert "Chưa tìm thấy gì" in page
    assert 'href="/library?q=am+giai"' in page


def test_a_minus_leaves_a_word_out_and_a_full_page_says_so(cast: Cast, client: FlaskClient):
    for number in range(22):
        make_item(cast.lan.actor, f"Phân số {number}")
    make_item(cast.lan.actor, "Video phân số")
    index_all()
    page = client.get("/library?q=phan+so").text
    assert "Dấu trừ bỏ đi" in page
    left = client.get("/api/v1/library/search?q=phan+so+-video").json
    assert left["total"] == 22


def test_what_the_rail_says_is_marked_to_be_said_once(cast: Cast, browse_as, client: FlaskClient):
    page = browse_as(cast.lan).get("/library").text
    assert 'class="row wrap beside-rail"' in page and 'class="not-in-rail"' in page
    assert "beside-rail" not in client.get("/library").text
