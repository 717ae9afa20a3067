"""Suggestions while typing, items alike, and the facets by which a search is narrowed further."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from content_store.search import SearchUnavailable
from lms.core.db import write
from lms.library.services import retire_item
from tests.cast import Cast, Person
from tests.factories.library import index_all, make_item

Enter = Callable[[Person], FlaskClient]


def suggested(client: FlaskClient, text: str) -> list[str]:
    answer = client.get("/library/suggest", query_string={"q": text})
    assert answer.status_code == 200
    return answer.json["suggestions"]


def test_titles_are_suggested_without_accents(client: FlaskClient, cast: Cast):
    make_item(cast.lan.actor, "Phân số bằng nhau")
    make_item(cast.lan.actor, "Ôn tập phân số")
    index_all()
    assert suggested(client, "phan s") == ["Phân số bằng nhau", "Ôn tập phân số"]
    assert suggested(client, "p") == suggested(client, "") == suggested(client, "phan x") == []


def test_nothing_is_suggested_that_the_reader_may_not_find(client: FlaskClient, cast: Cast, browse_as: Enter):
    make_item(cast.lan.actor, "Phiếu của trường", scope="school", home=cast.school)
    make_item(cast.lan.actor, "Phiếu nháp", scope=None)
    index_all()
    assert suggested(client, "phieu") == []
    assert suggested(browse_as(cast.phuc), "phieu") == []
    assert suggested(browse_as(cast.ha), "phieu") == ["Phiếu của trường"]
    assert suggested(browse_as(cast.lan), "phieu") == ["Phiếu của trường"]


def test_suggestions_are_kept_by_the_readers_browser_alone(client: FlaskClient, cast: Cast):
    answer = client.get("/library/suggest?q=xx")
    assert answer.headers["Cache-Control"] == "private, max-age=60"


def test_items_alike_are_shown_to_who_may_see_them(client: FlaskClient, cast: Cast, browse_as: Enter):
    text = "Quy đồng mẫu số rồi so sánh hai phân số cùng mẫu."
    own = make_item(cast.lan.actor, "So sánh phân số", text)
    near = make_item(cast.lan.actor, "Luyện so sánh phân số", text)
    school = make_item(cast.lan.actor, "So sánh phân số của trường", text, scope="school", home=cast.school)
    make_item(cast.lan.actor, "Vẽ hoa sen", "Bông hoa nở trong hồ.")
    index_all()
    page = client.get(f"/library/{own.item.uuid}?lang=en").text
    assert "More like this" in page and f"/library/{near.item.uuid}" in page
    assert str(school.item.uuid) not in page and "Vẽ hoa sen" not in page
    assert str(school.item.uuid) in browse_as(cast.ha).get(f"/library/{own.item.uuid}").text


def test_what_was_withdrawn_is_alike_no_more_even_before_the_index_knows(client: FlaskClient, cast: Cast):
    text = "Quy đồng mẫu số rồi so sánh hai phân số cùng mẫu."
    own, near = (make_item(cast.lan.actor, f"So sánh phân số {number}", text) for number in (1, 2))
    index_all()
    with write():
        retire_item(cast.lan.actor, near.item.uuid)
    assert str(near.item.uuid) not in client.get(f"/library/{own.item.uuid}").text


def test_a_page_stands_without_the_engine(
    client: FlaskClient, cast: Cast, act: Flask, monkeypatch: pytest.MonkeyPatch
):
    version = make_item(cast.lan.actor, "Bài")

    def refuse(*_: object) -> None:
        raise SearchUnavailable()

    monkeypatch.setattr(act.extensions["item_index"], "similar", refuse)
    monkeypatch.setattr(act.extensions["item_index"], "suggest", refuse)
    assert client.get(f"/library/{version.item.uuid}").status_code == 200
    assert suggested(client, "bài") == []


def test_boxes_for_level_and_source_narrow_and_count(client: FlaskClient, cast: Cast):
    make_item(cast.lan.actor, "Bài A", grades=(3,))
    make_item(cast.lan.actor, "Bài B", grades=(6,), home=cast.school)
    make_item(cast.lan.actor, "Bài C", grades=(10, 11))
    index_all()
    found = client.get("/api/v1/library/search").json
    assert found["facets"]["level"] == {"lower-secondary": 1, "primary": 1, "upper-secondary": 1}
    assert found["facets"]["source"] == {str(cast.school.uuid): 1}
    page = client.get(f"/library?source={cast.school.uuid}").text
    assert "Bài B" in page and "Bài A" not in page and cast.school.name in page
    narrow = client.get("/api/v1/library/search?level=primary&level=upper-secondary").json
    assert sorted(item["title"] for item in narrow["items"]) == ["Bài A", "Bài C"]


@pytest.mark.parametrize("source", ["nonsense", "%00", "00000000-0000-0000-0000-000000000000"])
def test_a_source_nobody_knows_finds_nothing_and_does_not_break(client: FlaskClient, cast: Cast, source: str):
    make_item(cast.lan.actor, "Bài")
    index_all()
    assert client.get(f"/library?source={source}").status_code == 200
    assert client.get(f"/api/v1/library/search?source={source}").json["total"] == 0


def test_the_row_of_items_alike_costs_one_question_of_the_database(
    client: FlaskClient, cast: Cast, act: Flask, monkeypatch: pytest.MonkeyPatch, query_count: Callable
):
    text = "Quy đồng mẫu số rồi so sánh hai phân số cùng mẫu."
    own = [make_item(cast.lan.actor, f"So sánh phân số {number}", text) for number in range(5)][0]
    index_all()
    address = f"/library/{own.item.uuid}"
    client.get(address)
    with query_count() as row:
        client.get(address)
    monkeypatch.setattr(act.extensions["item_index"], "similar", lambda *_: ())
    with query_count() as none:
        client.get(address)
    asked = [statement for statement in row if "cs_search_" not in statement]
    assert len(asked) <= len(none) + 1, asked
