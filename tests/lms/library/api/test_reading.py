"""What programs read: lists by key, items with ETags, files by addresses that stay."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.factories.library import index_all, make_item

BASE = "/api/v1/library"


def test_a_page_address_that_is_none_is_named(client: FlaskClient):
    for path in ("items", "search", "search?sort=title", "collections", "shelves"):
        asked = f"{BASE}/{path}{'&' if '?' in path else '?'}after=zz"
        answer = client.get(asked, headers={"Accept-Language": "en"})
        assert answer.status_code == (401 if path == "collections" else 404), path
        assert "first page" in answer.text or path in ("collections", "shelves"), path


def test_items_are_listed_by_key_and_each_sees_what_it_may(client: FlaskClient, cast: Cast, program_of):
    titles = [f"Bài {number}" for number in range(5)]
    for title in titles:
        make_item(cast.lan.actor, title, title)
    make_item(cast.lan.actor, "Nội bộ", "a", scope="school", home=cast.school)
    make_item(cast.lan.actor, "Nháp", "b", scope=None)
    seen, after = [], ""
    while after is not None:
        page = client.get(f"{BASE}/items?size=2&after={after}").json
        seen += [row["title"] for row in page["items"]]
        after = page["next"]
    assert seen == titles[::-1]
    own = program_of(cast.lan).ask("GET", "/items?owner=me&size=100").json["items"]
    assert {row["title"] for row in own} == {*titles, "Nội bộ", "Nháp"}
    drafts = program_of(cast.lan).ask("GET", "/items?owner=me&state=draft").json["items"]
    assert [row["title"] for row in drafts] == ["Nháp"]
    foreign = program_of(cast.phuc).ask("GET", "/items?size=100").json["items"]
    assert {row["title"] for row in foreign} == set(titles)
    assert program_of(cast.ha).ask("GET", "/items?size=100").json["items"][0]["title"] == "Nội bộ"


def test_a_list_costs_the_same_however_long_it_is(client: FlaskClient, cast: Cast, query_count):
    counts = []
    for _round in range(2):
        for number in range(4):
            make_item(cast.lan.actor, f"Bài {number}", f"{_round}{number}")
        with query_count() as sent:
            client.get(f"{BASE}/items?size=50")
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 4


@pytest.mark.parametrize("path", ["items", "search"])
@pytest.mark.parametrize("query", ["size=0", "size=101", "size=x", "size=1000000000", "limit=0"])
def test_a_page_has_the_size_that_is_asked_for_or_says_which_it_may_have(
    client: FlaskClient, query: str, path: str
):
    answer = client.get(f"{BASE}/{path}?{query}", headers={"Accept-Language": "en"})
    assert answer.status_code == 422 and "1 to 100" in answer.json["fields"][query.partition("=")[0]]


def test_a_search_is_as_long_as_it_is_asked_to_be(client: FlaskClient, cast: Cast):
    for number in range(3):
        make_item(cast.lan.actor, f"Phân số {number}", f"{number}")
    index_all()
    first = client.get(f"{BASE}/search?size=2").json
    rest = client.get(f"{BASE}/search?size=2&after={first['next']}").json
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/api/nothing", 404), ("DELETE", f"{BASE}/items", 405)]
)
def test_what_is_no_address_or_no_method_of_one_is_said_to_programs(
    client: FlaskClient, method: str, path: str, status: int
):
    answer = client.open(path, method=method, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert "/api/v1/openapi.json" in answer.json["detail"]
    if status == 405:
        assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("query", ["size=0", "owner=me&state=x"])
def test_wrong_arguments_are_named(client: FlaskClient, cast: Cast, program_of, query: str):
    answer = program_of(cast.lan).ask("GET", f"/items?{query}")
    assert answer.status_code == 422 and answer.mimetype == "application/problem+json"
    assert set(answer.json["fields"]) <= {"size", "state"} and answer.json["detail"]


def test_own_items_need_somebody(client: FlaskClient, cast: Cast):
    answer = client.get(f"{BASE}/items?owner=me")
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"


def test_who_has_an_item_already_is_told_so_until_it_changes(client: FlaskClient, cast: Cast, program_of):
    version = make_item(cast.lan.actor, "Phân số", "a")
    path, program = f"/items/{version.item.uuid}", program_of(cast.lan)
    first = client.get(BASE + path)
    assert first.status_code == 200 and "private" in first.headers["Cache-Control"]
    again = client.get(BASE + path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and not again.data
    mine = program.ask("GET", path)
    assert mine.headers["ETag"] != first.headers["ETag"]  # it tells other rights
    changed = program.ask("PATCH", path, tag=mine.headers["ETag"], json={"title": "Phân số bằng nhau"})
    assert changed.status_code == 200, changed.text
    after = client.get(BASE + path, headers={"If-None-Match": first.headers["ETag"]})
    assert after.status_code == 200 and after.json["title"] == "Phân số bằng nhau"
    older = client.get(f"{BASE}{path}/versions/1").json
    assert older["title"] == "Phân số" and older["version"] == 1
    assert [row["number"] for row in client.get(f"{BASE}{path}/versions").json["versions"]] == [2, 1]


def test_the_address_of_a_file_stays_and_leads_to_its_bytes(client: FlaskClient, cast: Cast, program_of):
    version = make_item(cast.lan.actor, "Phân số", "Hai phân số bằng nhau.", scope="school", home=cast.school)
    told = program_of(cast.ha).ask("GET", f"/items/{version.item.uuid}").json["files"][0]
    path = told["url"].partition(BASE)[2]
    assert "expires" not in told["url"] and told["uuid"] in told["url"]
    answer = program_of(cast.ha).ask("GET", path)
    assert answer.status_code == 302 and answer.headers["ETag"] == f'"{told["sha256"]}"'
    assert answer.location.startswith(tuple(client.application.extensions["content_origins"].split()))
    kept = program_of(cast.ha).ask("GET", path, headers={"If-None-Match": f'"{told["sha256"]}"'})
    assert kept.status_code == 304
    assert program_of(cast.phuc).ask("GET", path).status_code == 404
    assert client.get(BASE + path).status_code == 404


def test_a_file_whose_license_lets_no_copy_be_kept_is_refused(client: FlaskClient, cast: Cast):
    version = make_item(cast.lan.actor, "Riêng", "Chữ.", license_id="all-rights-reserved")
    told = client.get(f"{BASE}/items/{version.item.uuid}").json
    assert (told["files"], told["files_withheld"]) == ([], True)
    path = f"{BASE}/items/{version.item.uuid}/versions/1/files/{version.files[0].uuid}"
    assert client.get(path).status_code == 403


@pytest.mark.parametrize(
    ("kind", "media_type", "word"),
    [
        ("lom", "application/xml", "lom"),
        ("dublin_core", "application/xml", "oai_dc"),
        ("json_ld", "application/ld+json", "schema.org"),
        ("bibtex", "application/x-bibtex", "@"),
        ("ris", "application/x-research-info-systems", "TY  -"),
    ],
)
def test_the_item_in_the_forms_of_others(
    client: FlaskClient, cast: Cast, kind: str, media_type: str, word: str
):
    version = make_item(cast.lan.actor, "Phân số", "a")
    told = client.get(f"{BASE}/items/{version.item.uuid}").json["metadata"][kind]
    answer = client.get(told.partition("vn")[2] if "vn" in told else BASE + told.partition(BASE)[2])
    assert answer.status_code == 200 and answer.mimetype == media_type and word in answer.text
    assert "Phân số" in (json.dumps(answer.json, ensure_ascii=False) if kind == "json_ld" else answer.text)


def test_a_picture_is_led_to_where_there_is_one(client: FlaskClient, cast: Cast):
    version = make_item(cast.lan.actor, "Chữ", "a")
    assert client.get(f"{BASE}/items/{version.item.uuid}").json["preview_url"] is None
    assert client.get(f"{BASE}/items/{version.item.uuid}/versions/1/preview").status_code == 404


def test_refusals_are_told_in_the_language_asked_for(client: FlaskClient, cast: Cast):
    path = f"{BASE}/items/00000000-0000-7000-8000-000000000000"
    told = {
        language: client.get(path, headers={"Accept-Language": language}).json["title"]
        for language in ("vi", "en")
    }
    assert told["en"] == "There is nothing at this address" != told["vi"]


def test_a_collection_goes_on_where_its_page_says_and_nowhere_else(cast: Cast, program_of):
    program = program_of(cast.lan)
    made = program.ask("POST", "/collections", json={"title": "Bộ"}).json["uuid"]
    for number in range(2):
        item = make_item(cast.lan.actor, f"Bài {number}").item.uuid
        assert program.ask("PUT", f"/collections/{made}/items/{item}").status_code == 204
    first = program.ask("GET", f"/collections/{made}?size=1").json
    second = program.ask("GET", f"/collections/{made}?size=1&after={first['next']}").json
    assert [row["title"] for row in first["items"] + second["items"]] == ["Bài 0", "Bài 1"]
    assert program.ask("GET", f"/collections/{made}?after=zz").status_code == 404
