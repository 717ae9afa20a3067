"""What librarians and reviewers do over the API: hide words, keep shelves, give reviews, look at what was submitted."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from lms.core.db import write
from lms.library import queries
from lms.library.shelves import services as shelves
from tests.cast import Cast
from tests.factories.library import make_item
from tests.factories.reviews import Desk, build_desk, draft

BASE = "/api/v1/library"


class Reviewer:
    """What `program_of` asks of a person."""

    def __init__(self, actor: object) -> None:
        self.actor = actor


@pytest.fixture
def path(cast: Cast) -> str:
    """A published item of cô Lan's."""
    return f"/items/{make_item(cast.lan.actor, 'Phân số', home=cast.school).item.uuid}"


def test_a_librarian_hides_a_comment_and_shows_it_again(cast: Cast, program_of, path: str):
    phuc, tuan, ha = program_of(cast.phuc), program_of(cast.tuan), program_of(cast.ha)
    made = phuc.ask("POST", f"{path}/comments", json={"text": "Lời thô."}).json
    one = f"{path}/comments/{made['uuid']}"
    for body in ({}, {"reason": "  "}, {"reason": "x" * 501}):
        refused = tuan.ask("POST", f"{one}/hide", json=body)
        assert refused.status_code == 422 and set(refused.json["fields"]) == {"reason"}
    hidden = tuan.ask("POST", f"{one}/hide", key="h", json={"reason": "Không lịch sự."})
    assert hidden.status_code == 200, hidden.text
    assert (hidden.json["hidden"], hidden.json["by"], hidden.json["own"]) == (True, "Đặng Hữu Phúc", False)
    assert tuan.ask("POST", f"{one}/hide", key="h", json={"reason": "Không lịch sự."}).json == hidden.json
    assert ha.ask("GET", f"{path}/comments").json["comments"][0]["text"] == ""
    shown = tuan.ask("POST", f"{one}/show")
    assert shown.status_code == 200 and not shown.json["hidden"]
    assert ha.ask("GET", f"{path}/comments").json["comments"][0]["text"] == "Lời thô."


def test_others_neither_hide_nor_show_a_comment(cast: Cast, program_of, path: str):
    made = program_of(cast.phuc).ask("POST", f"{path}/comments", json={"text": "Rõ."}).json
    one = f"{path}/comments/{made['uuid']}"
    for person in (
        cast.phuc,
        cast.lan,
        cast.ha,
    ):  # its writer, the owner of the item, an administrator of a school
        program = program_of(person)
        assert program.ask("POST", f"{one}/hide", json={"reason": "x"}).status_code == 403
        assert program.ask("POST", f"{one}/show").status_code == 403
    reader = program_of(cast.tuan, "library:read")
    assert reader.ask("POST", f"{one}/show").json["code"] == "scope_needed"
    closed = make_item(cast.phuc.actor, "Của tôi", scope=None)
    gone = f"/items/{closed.item.uuid}/comments/{made['uuid']}"
    assert program_of(cast.tuan).ask("POST", f"{gone}/hide", json={"reason": "x"}).status_code == 404


def submitted(cast: Cast, program_of, **said: object) -> str:
    """Let cô Lan submit a draft; return the path of its review."""
    item = draft(cast, license_id="all-rights-reserved", **said).item.uuid
    asked = program_of(cast.lan).ask("POST", f"/items/{item}/publish", json={"scope": "sector"})
    assert asked.status_code == 202, asked.text
    return str(asked.json["review"]["api_url"].partition("/library")[2])


def test_a_review_is_given_to_a_reviewer_and_to_all_again(cast: Cast, program_of):
    desk: Desk = build_desk(cast)
    one, first, second = (
        submitted(cast, program_of),
        program_of(Reviewer(desk.first)),
        program_of(Reviewer(desk.second)),
    )
    told = first.ask("GET", one)
    offered = {row["name"]: row["uuid"] for row in told.json["reviewers"]}
    assert str(desk.second.uuid) in offered.values()
    given = {"reviewer": str(desk.second.uuid)}
    assert first.ask("POST", f"{one}/assign", tag='"old"', json=given).status_code == 412
    done = first.ask("POST", f"{one}/assign", tag=told.headers["ETag"], json=given)
    assert done.status_code == 200 and offered[done.json["assigned_to"]] == str(desk.second.uuid), done.text
    assert done.json["steps"][0]["kind"] == "assigned" and done.headers["ETag"] != told.headers["ETag"]
    assert [row["uuid"] for row in second.ask("GET", "/reviews?queue=mine").json["reviews"]] == [
        done.json["uuid"]
    ]
    assert second.ask("POST", f"{one}/assign", json={"reviewer": None}).json["assigned_to"] == ""
    for wrong in (str(desk.foreign.uuid), str(cast.lan.user.uuid), str(uuid4()), "x"):
        refused = first.ask("POST", f"{one}/assign", json={"reviewer": wrong})
        assert refused.status_code == 422 and set(refused.json["fields"]) == {"reviewer"}


def test_who_does_not_review_it_gives_it_to_nobody(cast: Cast, program_of):
    desk: Desk = build_desk(cast)
    one, given = submitted(cast, program_of), {"reviewer": str(desk.first.uuid)}
    author = program_of(cast.lan)
    assert author.ask("POST", f"{one}/assign", json=given).status_code == 403
    assert author.ask("GET", one).json["reviewers"] == []
    for other in (cast.phuc, Reviewer(desk.foreign)):
        assert program_of(other).ask("POST", f"{one}/assign", json=given).status_code == 404


def test_a_reviewer_has_the_file_of_what_was_submitted(cast: Cast, client: FlaskClient, program_of):
    desk: Desk = build_desk(cast)
    one = submitted(cast, program_of)
    for program in (program_of(Reviewer(desk.first)), program_of(cast.lan)):
        (file,) = program.ask("GET", one).json["files"]
        answer = program.ask("GET", file["url"].partition(BASE)[2])
        assert answer.status_code == 302 and answer.headers["ETag"] == f'"{file["sha256"]}"'
        assert answer.location.startswith(tuple(client.application.extensions["content_origins"].split()))
    path = file["url"].partition(BASE)[2]
    for other in (cast.phuc, cast.ha, Reviewer(desk.foreign)):
        assert program_of(other, "library:read").ask("GET", path).status_code == 404
    assert client.get(f"{BASE}{path}").status_code == 401
    assert program_of(Reviewer(desk.first)).ask("GET", f"{one}/files/{uuid4()}").status_code == 404


def test_a_librarian_keeps_a_shelf_from_first_to_last(cast: Cast, client: FlaskClient, program_of):
    tuan = program_of(cast.tuan)
    assert [row["name"] for row in tuan.ask("GET", "/shelves/places").json["places"]] == ["Sở Giáo dục"]
    made = tuan.ask("POST", "/shelves", key="s", json={"title": "Phân số hay"})
    assert made.status_code == 201 and made.json["place"] == "Sở Giáo dục", made.text
    assert tuan.ask("POST", "/shelves", key="s", json={"title": "Phân số hay"}).json == made.json
    one = made.headers["Location"].partition("/library")[2]
    assert tuan.ask("POST", f"{one}/open").status_code == 409  # nothing stands on it
    uuids = [make_item(cast.lan.actor, title).item.uuid for title in ("Một", "Hai", "Ba")]
    for uuid in uuids:
        assert tuan.ask("PUT", f"{one}/items/{uuid}", json={"words": f"Vì {uuid}"}).status_code == 200
    again = tuan.ask("PUT", f"{one}/items/{uuids[0]}", json={})
    assert [row["words"] for row in again.json["items"]] == [f"Vì {uuid}" for uuid in uuids]
    said = tuan.ask("PUT", f"{one}/items/{uuids[0]}", json={"words": "Dễ hiểu."}).json["items"][0]
    assert (said["item"]["title"], said["words"]) == ("Một", "Dễ hiểu.")
    ordered = tuan.ask("PUT", f"{one}/order", json={"items": [str(uuids[2]), str(uuids[0])]})
    assert [row["item"]["title"] for row in ordered.json["items"]] == ["Ba", "Một", "Hai"]
    renamed = tuan.ask("PATCH", one, json={"description": "Cho lớp 6."}).json
    assert (renamed["title"], renamed["description"]) == ("Phân số hay", "Cho lớp 6.")
    assert client.get(f"{BASE}{one}").status_code == 404  # closed still
    assert tuan.ask("POST", f"{one}/open").json["opened_at"]
    assert len(client.get(f"{BASE}{one}").json["items"]) == 3
    assert tuan.ask("DELETE", f"{one}/items/{uuids[1]}").status_code == 204
    assert tuan.ask("DELETE", f"{one}/items/{uuids[1]}").status_code == 404
    assert tuan.ask("POST", f"{one}/close").json["opened_at"] is None
    assert client.get(f"{BASE}{one}").status_code == 404
    kept = tuan.ask("GET", "/shelves?kept=me&size=1").json
    assert [row["uuid"] for row in kept["shelves"]] == [made.json["uuid"]] and kept["next"] is None


def test_nobody_keeps_the_shelf_of_others(cast: Cast, client: FlaskClient, program_of):
    item = make_item(cast.lan.actor, "Một").item.uuid
    with write():
        uuid = shelves.create_shelf(cast.tuan.actor, cast.department, title="Của Sở").uuid
        shelves.put_on_shelf(cast.tuan.actor, uuid, item)
        shelves.open_shelf(cast.tuan.actor, uuid)
    one = f"/shelves/{uuid}"
    deeds = (
        ("PATCH", one, {"title": "x"}),
        ("PUT", f"{one}/items/{item}", {}),
        ("DELETE", f"{one}/items/{item}", None),
        ("PUT", f"{one}/order", {"items": [str(item)]}),
        ("POST", f"{one}/open", None),
        ("POST", f"{one}/close", None),
        ("POST", "/shelves", {"title": "x"}),
        ("GET", "/shelves/places", None),
    )
    lan = program_of(cast.lan)
    for method, path, body in deeds:
        assert lan.ask(method, path, json=body).status_code == 403, (method, path)
        assert client.open(f"{BASE}{path}", method=method, json=body).status_code == 401
    assert lan.ask("GET", "/shelves?kept=me").json["shelves"] == []
    assert client.get(f"{BASE}/shelves?kept=me").status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body", "fields"),
    [
        ("POST", "", {"title": " "}, {"title"}),
        ("POST", "", {"title": "x", "place": "0190b5a0-0000-7000-8000-000000000000"}, {"place"}),
        ("POST", "", {"title": "x", "description": "y" * 1001}, {"description"}),
        ("PUT", "/{}/order", {"items": []}, {"items"}),
        ("PUT", "/{}/order", {"items": [None]}, {"items"}),
        ("PUT", "/{}/order", {"items": ["x"]}, {"items"}),
        ("PUT", "/{}/order", {"items": ["0190b5a0-0000-7000-8000-000000000000"] * 2}, {"items"}),
        ("PATCH", "/{}", {"title": None}, {"title"}),
    ],
)
def test_what_is_wrong_of_a_shelf_is_named(
    cast: Cast, program_of, method: str, path: str, body: dict, fields: set[str]
):
    with write():
        uuid = shelves.create_shelf(cast.tuan.actor, cast.department, title="Của Sở").uuid
    answer = program_of(cast.tuan).ask(method, f"/shelves{path.format(uuid)}", json=body)
    assert answer.status_code == 422 and set(answer.json["fields"]) == fields, answer.text


def test_a_short_address_is_made_once_and_read_by_who_sees_the_item(
    cast: Cast, client: FlaskClient, program_of, path: str
):
    mine = f"{path}/short-address"
    assert client.get(BASE + mine).json == {"code": None, "url": None}
    made = program_of(cast.phuc).ask("PUT", mine)
    assert made.status_code == 200 and made.json["url"].endswith(f"/i/{made.json['code']}"), made.text
    assert program_of(cast.lan).ask("PUT", mine).json == made.json == client.get(BASE + mine).json
    led = client.get(f"/i/{made.json['code']}")
    assert led.location.endswith(f"/library/{path.rpartition('/')[2]}")


def test_a_short_address_is_not_made_of_what_one_may_not_print(cast: Cast, client: FlaskClient, program_of):
    closed = make_item(cast.lan.actor, "Nội bộ", scope="school", home=cast.school).item.uuid
    new = draft(cast).item.uuid
    assert client.put(f"{BASE}/items/{closed}/short-address").status_code == 401
    for uuid in (closed, new):
        for method in ("GET", "PUT"):
            assert program_of(cast.phuc).ask(method, f"/items/{uuid}/short-address").status_code == 404
    assert program_of(cast.lan).ask("PUT", f"/items/{new}/short-address").status_code == 409
    open_one = make_item(cast.lan.actor, "Mở").item.uuid
    reader = program_of(cast.citizen, "library:read")
    assert reader.ask("PUT", f"/items/{open_one}/short-address").status_code == 403
    assert reader.ask("GET", f"/items/{open_one}/short-address").status_code == 200


def test_a_full_shelf_still_takes_new_words_for_what_stands_there(cast: Cast, program_of, monkeypatch):
    monkeypatch.setattr(shelves, "MOST_ITEMS", 1)
    first, other = (make_item(cast.lan.actor, title).item.uuid for title in ("Một", "Hai"))
    with write():
        uuid: UUID = shelves.create_shelf(cast.tuan.actor, cast.department, title="Nhỏ").uuid
        shelves.put_on_shelf(cast.tuan.actor, uuid, first)
    tuan, one = program_of(cast.tuan), f"/shelves/{uuid}/items"
    assert tuan.ask("PUT", f"{one}/{first}", json={"words": "Hay."}).status_code == 200
    assert tuan.ask("PUT", f"{one}/{other}", json={}).status_code == 409


def test_kept_shelves_come_page_by_page_at_one_price(cast: Cast, program_of, query_count):
    tuan, counts = program_of(cast.tuan), []
    with write():
        for number in range(5):
            shelves.create_shelf(cast.tuan.actor, cast.department, title=f"Kệ {number}")
    tuan.ask("GET", "/shelves?kept=me")  # the day of the token's use is noted once
    titles, after = [], ""
    while after is not None:
        with query_count() as sent:
            page = tuan.ask("GET", f"/shelves?kept=me&size=2&after={after}").json
        counts.append(len(sent))
        titles += [row["title"] for row in page["shelves"]]
        after = page["next"]
    assert titles == [f"Kệ {number}" for number in (4, 3, 2, 1, 0)] and len(set(counts)) == 1


def test_an_announced_upload_says_where_its_file_lay(cast: Cast, program_of):
    program, data = program_of(cast.lan), "Một trang không nói gì.\n".encode()
    said = {"filename": "bai.md", "size": len(data), "path": "Toán/Lớp 6/bai.md"}
    upload = program.ask("POST", "/uploads", json=said).json["uuid"]
    assert program.ask("PUT", f"/uploads/{upload}", data=data).json["whole"]
    made = program.ask("POST", "/items", json={"upload": upload, "title": "Bài"})
    assert made.status_code == 201, made.text
    assert queries.get_item(cast.lan.actor, UUID(made.json["uuid"])).item.folder == "Toán/Lớp 6"
    assert "Lớp 6" not in made.text  # the folder is for its owner's forms, and no fact of the item
    wrong = program.ask("POST", "/uploads", json={**said, "path": 7})
    assert wrong.status_code == 422 and set(wrong.json["fields"]) == {"path"}
