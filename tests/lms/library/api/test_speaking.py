"""What colleagues say of an item, over the API: ratings, comments, reported problems, shelves."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask.testing import FlaskClient

from lms.core.db import db, write
from lms.library.reports.models import ItemCase
from lms.library.shelves import services as shelves
from lms.library.voices import comments
from tests.cast import Cast
from tests.factories.library import make_item

BASE = "/api/v1/library"
GOOD = {"stars": 4, "reason": "clear"}


@pytest.fixture
def path(cast: Cast) -> str:
    """A published item of cô Lan's."""
    return f"/items/{make_item(cast.lan.actor, 'Phân số', home=cast.school).item.uuid}"


def test_a_rating_is_put_read_and_taken_back(client: FlaskClient, cast: Cast, program_of, path: str):
    program, mine = program_of(cast.phuc), f"{path}/ratings/mine"
    assert program.ask("GET", mine).status_code == 404
    put = program.ask("PUT", mine, json={**GOOD, "words": "Hình rõ."})
    assert put.status_code == 200 and put.json["version"] == 1 and put.json["own"], put.text
    again = program.ask("PUT", mine, json={"stars": 2, "reason": "other", "words": "Thiếu đáp án."})
    assert again.json["uuid"] == put.json["uuid"] and again.json["stars"] == 2
    assert again.headers["ETag"] != put.headers["ETag"]
    told = program_of(cast.ha).ask("GET", f"{path}/ratings").json
    assert (told["count"], told["mean"], told["own"], told["comments"]) == (1, 2, None, 0)
    assert [(row["by"], row["words"], row["own"]) for row in told["ratings"]] == [
        ("Đặng Hữu Phúc", "Thiếu đáp án.", False)
    ]
    assert program.ask("DELETE", mine).status_code == 204
    assert program.ask("DELETE", mine).status_code == 404
    assert client.get(f"{BASE}{path}/ratings").json["count"] == 0


def test_numbers_are_for_everyone_and_reasons_for_colleagues(
    client: FlaskClient, cast: Cast, program_of, path: str
):
    for person in (cast.phuc, cast.ha, cast.tuan):
        assert program_of(person).ask("PUT", f"{path}/ratings/mine", json=GOOD).status_code == 200
    stranger = client.get(f"{BASE}{path}/ratings").json
    assert (stranger["count"], stranger["mean"]) == (3, 4.0)
    assert stranger["ratings"] is stranger["next"] is stranger["comments"] is None
    assert "Phúc" not in client.get(f"{BASE}{path}/ratings").text
    citizen = program_of(cast.citizen, "library:read").ask("GET", f"{path}/ratings")
    assert citizen.status_code == 200 and citizen.json["ratings"] is None
    names, after = [], ""
    while after is not None:
        page = program_of(cast.phuc).ask("GET", f"{path}/ratings?size=2&after={after}").json
        names += [row["by"] for row in page["ratings"]]
        after = page["next"]
    assert names == ["Võ Anh Tuấn", "Phạm Thu Hà", "Đặng Hữu Phúc"]


def test_nobody_rates_their_own_or_what_they_do_not_see(cast: Cast, program_of, path: str):
    assert program_of(cast.lan).ask("PUT", f"{path}/ratings/mine", json=GOOD).status_code == 403
    closed = make_item(cast.lan.actor, "Nội bộ", scope="school", home=cast.school)
    for method, body in (("GET", None), ("PUT", GOOD), ("DELETE", None)):
        answer = program_of(cast.phuc).ask(method, f"/items/{closed.item.uuid}/ratings/mine", json=body)
        assert answer.status_code == 404, method
    reader = program_of(cast.phuc, "library:read")
    refused = reader.ask("PUT", f"{path}/ratings/mine", json=GOOD)
    assert (refused.status_code, refused.json["code"]) == (403, "scope_needed")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"stars"}),
        ({"stars": 9, "reason": "x"}, {"stars", "reason"}),
        ({"stars": 3, "reason": "other"}, {"words"}),
        ({**GOOD, "version": 0}, {"version"}),
        ({**GOOD, "words": "x" * 1001}, {"words"}),
    ],
)
def test_a_wrong_rating_is_named(cast: Cast, program_of, path: str, body: dict, fields: set[str]):
    answer = program_of(cast.phuc).ask("PUT", f"{path}/ratings/mine", json=body)
    assert answer.status_code == 422 and set(answer.json["fields"]) == fields


def test_comments_are_written_answered_changed_and_taken_back(cast: Cast, program_of, path: str):
    phuc, lan = program_of(cast.phuc), program_of(cast.lan)
    first = phuc.ask("POST", f"{path}/comments", key="c1", json={"text": "Trang 2 mờ."})
    assert first.status_code == 201 and first.json["by"] == "Đặng Hữu Phúc"
    assert phuc.ask("POST", f"{path}/comments", key="c1", json={"text": "Trang 2 mờ."}).json == first.json
    own = first.headers["Location"].partition("/library")[2]
    said = lan.ask("POST", f"{path}/comments", json={"text": "Sẽ sửa.", "answers": first.json["uuid"]})
    assert said.status_code == 201
    assert phuc.ask("PATCH", own, json={"text": "Trang 3 mờ."}).json["edited_at"]
    told = lan.ask("GET", f"{path}/comments").json["comments"]
    assert [(row["text"], [one["text"] for one in row["answers"]]) for row in told] == [
        ("Trang 3 mờ.", ["Sẽ sửa."])
    ]
    for method, body in (("PATCH", {"text": "x"}), ("DELETE", None)):
        assert lan.ask(method, own, json=body).status_code == 403
    assert phuc.ask("DELETE", own).status_code == 204
    left = lan.ask("GET", f"{path}/comments").json["comments"][0]
    assert left["deleted"] and left["text"] == left["by"] == "" and len(left["answers"]) == 1
    assert phuc.ask("POST", f"{path}/comments", json={"text": " "}).status_code == 422


def test_a_hidden_comment_is_read_by_its_writer_and_librarians_alone(cast: Cast, program_of, path: str):
    made = program_of(cast.phuc).ask("POST", f"{path}/comments", json={"text": "Lời thô."}).json
    item = UUID(path.rpartition("/")[2])
    with write():
        comments.hide_comment(cast.tuan.actor, item, UUID(made["uuid"]), reason="Không lịch sự.")
    told = {
        person.login: program_of(person).ask("GET", f"{path}/comments").json["comments"][0]["text"]
        for person in (cast.phuc, cast.tuan, cast.ha)
    }
    assert told == {"phuc": "Lời thô.", "tuan": "Lời thô.", "ha": ""}


def test_comments_are_for_those_who_work_in_the_sector(
    client: FlaskClient, cast: Cast, program_of, path: str
):
    assert client.get(f"{BASE}{path}/comments").status_code == 401
    assert program_of(cast.citizen, "library:read").ask("GET", f"{path}/comments").status_code == 403
    closed = make_item(cast.lan.actor, "Nội bộ", scope="school", home=cast.school)
    for method in ("GET", "POST"):
        answer = program_of(cast.phuc).ask(
            method, f"/items/{closed.item.uuid}/comments", json={"text": "x"} if method == "POST" else None
        )
        assert answer.status_code == 404


def test_comments_cost_the_same_however_many_there_are(cast: Cast, program_of, path: str, query_count):
    program, counts = program_of(cast.phuc), []
    for _round in range(2):
        for number in range(4):
            program.ask("POST", f"{path}/comments", json={"text": f"Lời {number}"})
        with query_count() as sent:
            program.ask("GET", f"{path}/comments?size=50")
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 9


def test_a_report_is_filed_taken_and_answered(cast: Cast, program_of, path: str):
    said = {"kind": "content", "words": "Câu 3 sai."}
    filed = program_of(cast.phuc).ask("POST", f"{path}/reports", key="r", json=said)
    assert filed.status_code == 201 and filed.json["kind"] == "content"
    assert program_of(cast.phuc).ask("POST", f"{path}/reports", json=said).status_code == 409
    keeper = program_of(cast.tuan)
    line = keeper.ask("GET", "/reports").json["cases"][0]
    assert (line["count"], line["kinds"], line["item"]["title"]) == (1, ["content"], "Phân số")
    case = f"/reports/{line['uuid']}"
    taken = keeper.ask("POST", f"{case}/take")
    assert taken.status_code == 200 and taken.json["taken_by"] == "Võ Anh Tuấn"
    assert [row["uuid"] for row in keeper.ask("GET", "/reports?queue=mine").json["cases"]] == [line["uuid"]]
    told = keeper.ask("POST", f"{case}/tell-author", json={"note": "Xem lại câu 3."})
    assert told.json["note"] == "Xem lại câu 3." and told.headers["ETag"] != taken.headers["ETag"]
    ending = {"verdict": "settled", "answer": "Đã sửa."}
    assert keeper.ask("POST", f"{case}/close", json=ending).status_code == 428
    program_of(cast.ha).ask("POST", f"{path}/reports", json={"kind": "broken"})
    late = keeper.ask("POST", f"{case}/close", tag=told.headers["ETag"], json=ending)
    assert (late.status_code, late.json["code"]) == (412, "stale")
    tag = keeper.ask("GET", case).headers["ETag"]
    assert keeper.ask("POST", f"{case}/close", tag=tag, json={**ending, "answer": ""}).status_code == 422
    closed = keeper.ask("POST", f"{case}/close", tag=tag, json=ending)
    assert closed.status_code == 200 and closed.json["state"] == "settled" and closed.json["closed_at"]
    assert len(closed.json["reports"]) == 2
    assert keeper.ask("POST", f"{case}/release").status_code == 409
    assert keeper.ask("GET", "/reports").json["cases"] == []
    assert len(keeper.ask("GET", "/reports?queue=closed").json["cases"]) == 1
    assert keeper.ask("GET", "/reports?queue=x").status_code == 422


def test_cases_are_for_the_librarians_of_their_place(cast: Cast, program_of, path: str):
    program_of(cast.phuc).ask("POST", f"{path}/reports", json={"kind": "broken"})
    case = f"/reports/{db.session.query(ItemCase).one().uuid}"
    for person in (cast.phuc, cast.lan, cast.ha):
        assert program_of(person).ask("GET", "/reports").status_code == 403
        assert program_of(person).ask("GET", case).status_code == 403
        for deed in ("take", "release"):
            assert program_of(person).ask("POST", f"{case}/{deed}").status_code == 403
    reader = program_of(cast.tuan, "library:read")
    assert reader.ask("GET", case).status_code == 200
    assert reader.ask("POST", f"{case}/take").status_code == 403
    unseen = make_item(cast.lan.actor, "Nội bộ", scope="school", home=cast.school)
    hidden = program_of(cast.phuc).ask("POST", f"/items/{unseen.item.uuid}/reports", json={"kind": "broken"})
    assert hidden.status_code == 404


def test_shelves_show_each_what_it_may_see(client: FlaskClient, cast: Cast, program_of, path: str):
    public = UUID(path.rpartition("/")[2])
    closed = make_item(cast.lan.actor, "Nội bộ", scope="school", home=cast.school).item.uuid
    with write():
        made = [
            shelves.create_shelf(cast.tuan.actor, cast.department, title=f"Kệ {number}")
            for number in range(3)
        ]
        for shelf in made:
            shelves.put_on_shelf(cast.tuan.actor, shelf.uuid, public, words="Hợp đầu giờ.")
        shelves.put_on_shelf(cast.tuan.actor, made[0].uuid, closed)
        for shelf in made[:2]:
            shelves.open_shelf(cast.tuan.actor, shelf.uuid)
    first = client.get(f"{BASE}/shelves?size=1").json
    rest = client.get(f"{BASE}/shelves?size=1&after={first['next']}").json
    assert [row["title"] for row in first["shelves"] + rest["shelves"]] == ["Kệ 1", "Kệ 0"]
    assert rest["next"] is None and first["shelves"][0]["place"] == "Sở Giáo dục"
    one = f"/shelves/{made[0].uuid}"
    stranger = client.get(BASE + one).json["items"]
    assert [(row["item"]["title"], row["words"]) for row in stranger] == [("Phân số", "Hợp đầu giờ.")]
    colleague = program_of(cast.ha).ask("GET", one).json["items"]
    assert [row["item"]["title"] for row in colleague] == ["Phân số", "Nội bộ"]
    assert client.get(f"{BASE}/shelves/{made[2].uuid}").status_code == 404  # not open
    assert program_of(cast.tuan).ask("GET", f"/shelves/{made[2].uuid}").json["opened_at"] is None
