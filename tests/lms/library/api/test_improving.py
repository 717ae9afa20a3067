"""Remixes, suggested changes and reviews over the API; one's own collections page by page."""

from __future__ import annotations

from uuid import UUID

from flask.testing import FlaskClient

from lms.core.db import write
from lms.library import services
from tests.cast import Cast
from tests.factories.library import make_item
from tests.factories.reviews import Desk, build_desk, draft

BASE = "/api/v1/library"
TEXT = "Hai phân số bằng nhau khi tích chéo bằng nhau.\n".encode()


def test_a_remix_keeps_its_origin_and_credits(client: FlaskClient, cast: Cast, program_of):
    version = make_item(cast.lan.actor, "Phân số", authors=("Cô Lan",), license_id="CC-BY-SA-4.0")
    path, program = f"/items/{version.item.uuid}", program_of(cast.phuc)
    made = program.ask("POST", f"{path}/remixes", key="m", json={})
    assert made.status_code == 201 and made.json["state"] == "draft", made.text
    assert made.json["license"] == "CC-BY-SA-4.0" and made.json["authors"] == ["Cô Lan", "Đặng Hữu Phúc"]
    assert program.ask("POST", f"{path}/remixes", key="m", json={}).json["uuid"] == made.json["uuid"]
    own = made.headers["Location"].partition("/library")[2]
    assert program.ask("GET", own).headers["ETag"] == made.headers["ETag"]
    told = program.ask("GET", f"{own}/lineage").json
    assert told["contributors"] == ["Cô Lan", "Đặng Hữu Phúc"]
    assert [(row["title"], row["depth"], row["how"]) for row in told["made_from"]] == [
        ("Phân số", 1, "adaptation")
    ]
    before = client.get(f"{BASE}{path}/lineage").json
    assert before["made_of_it"] == [] and before["hidden_made_of_it"] == 0  # drafts are nobody's business
    with write():
        services.publish_item(cast.phuc.actor, UUID(made.json["uuid"]), scope="public")
    assert [row["uuid"] for row in client.get(f"{BASE}{path}/lineage").json["made_of_it"]] == [
        made.json["uuid"]
    ]


def test_a_work_one_may_not_open_is_credited_without_address(client: FlaskClient, cast: Cast, program_of):
    closed = make_item(
        cast.lan.actor,
        "Nội bộ",
        authors=("Cô Lan",),
        scope="school",
        home=cast.school,
        license_id="CC-BY-4.0",
    )
    made = program_of(cast.ha).ask("POST", f"/items/{closed.item.uuid}/remixes", json={}).json
    with write():
        services.publish_item(cast.ha.actor, UUID(made["uuid"]), scope="public")
    told = client.get(f"{BASE}/items/{made['uuid']}/lineage").json
    assert [(row["title"], row["uuid"], row["url"]) for row in told["made_from"]] == [("Nội bộ", None, None)]
    assert str(closed.item.uuid) not in str(told)
    assert client.get(f"{BASE}/items/{made['uuid']}/lineage?version=x").status_code == 422


def test_a_remix_is_refused_with_its_reason(cast: Cast, program_of):
    fixed = make_item(cast.lan.actor, "Giữ nguyên", license_id="CC-BY-ND-4.0")
    closed = make_item(cast.lan.actor, "Nội bộ", scope="school", home=cast.school)
    alike = make_item(cast.lan.actor, "Chia sẻ", license_id="CC-BY-NC-SA-4.0")
    program = program_of(cast.phuc)
    told = {
        name: program.ask("POST", f"/items/{one.item.uuid}/remixes", json={"license": "CC-BY-4.0"})
        for name, one in (("fixed", fixed), ("closed", closed), ("alike", alike))
    }
    assert {name: answer.status_code for name, answer in told.items()} == {
        "fixed": 403,
        "closed": 404,
        "alike": 422,
    }
    assert "license" in told["alike"].json["fields"]


def test_a_change_is_offered_and_accepted_upon_what_was_read(client: FlaskClient, cast: Cast, program_of):
    version = make_item(cast.lan.actor, "Phân số", license_id="CC-BY-4.0", authors=("Cô Lan",))
    path, phuc, lan = f"/items/{version.item.uuid}", program_of(cast.phuc), program_of(cast.lan)
    said = {"note": "Thêm lớp 5.", "grades": [5, 6], "upload": phuc.send("moi.md", TEXT)}
    made = phuc.ask("POST", f"{path}/suggestions", key="s", json=said)
    assert made.status_code == 201 and made.json["changes"] == {"grades": [5, 6]}, made.text
    assert made.json["file"]["filename"] == "moi.md" and made.json["credit"] == "Đặng Hữu Phúc"
    one = made.headers["Location"].partition("/library")[2]
    for program, box in ((lan, "in"), (phuc, "out")):
        listed = program.ask("GET", f"/suggestions?box={box}").json["suggestions"]
        assert [row["uuid"] for row in listed] == [made.json["uuid"]]
    assert lan.ask("GET", f"/suggestions?item={version.item.uuid}").json["suggestions"]
    assert lan.ask("POST", f"{one}/accept", json={}).status_code == 428
    tag = lan.ask("GET", one).headers["ETag"]
    mine = lan.ask("GET", path).headers["ETag"]
    assert lan.ask("PATCH", path, tag=mine, json={"title": "Phân số bằng nhau"}).status_code == 200
    assert lan.ask("POST", f"{one}/accept", tag=tag, json={}).status_code == 412
    now_read = lan.ask("GET", one)
    assert now_read.json["behind"]
    taken = lan.ask("POST", f"{one}/accept", tag=now_read.headers["ETag"], json={"answer": "Cảm ơn."})
    assert taken.status_code == 200 and taken.json["state"] == "accepted", taken.text
    assert taken.json["made_version"] == 3 and taken.json["answered_by"] == "Nguyễn Thị Lan"
    item = client.get(BASE + path).json
    assert (item["title"], item["grades"]) == ("Phân số bằng nhau", [5, 6])
    assert item["authors"] == ["Cô Lan", "Đặng Hữu Phúc"] and item["files"][0]["size"] == len(TEXT)
    assert lan.ask("POST", f"{one}/decline", json={"answer": "Không."}).status_code == 409


def test_an_offer_is_declined_with_words_or_taken_back(cast: Cast, program_of):
    version = make_item(cast.lan.actor, "Phân số", license_id="CC-BY-4.0")
    path, phuc, lan = f"/items/{version.item.uuid}/suggestions", program_of(cast.phuc), program_of(cast.lan)
    ones = []
    for title in ("Một", "Hai"):
        made = phuc.ask("POST", path, json={"note": "Tên rõ hơn.", "title": title, "named": False})
        assert made.status_code == 201 and made.json["credit"] == ""
        ones.append(made.headers["Location"].partition("/library")[2])
    assert lan.ask("POST", f"{ones[0]}/decline", json={"answer": " "}).status_code == 422
    declined = lan.ask("POST", f"{ones[0]}/decline", json={"answer": "Tên cũ quen rồi."})
    assert declined.json["state"] == "declined" and declined.json["answer"] == "Tên cũ quen rồi."
    assert lan.ask("POST", f"{ones[1]}/withdraw").status_code == 403
    assert phuc.ask("POST", f"{ones[1]}/withdraw").json["state"] == "withdrawn"
    first = phuc.ask("GET", "/suggestions?box=out&size=1").json
    rest = phuc.ask("GET", f"/suggestions?box=out&size=1&after={first['next']}").json
    assert [row["state"] for row in first["suggestions"] + rest["suggestions"]] == ["withdrawn", "declined"]
    assert rest["next"] is None


def test_who_has_no_part_in_an_offer_learns_nothing_of_it(cast: Cast, program_of):
    version = make_item(cast.lan.actor, "Phân số", license_id="CC-BY-4.0")
    path = f"/items/{version.item.uuid}/suggestions"
    made = program_of(cast.phuc).ask("POST", path, json={"note": "Rõ hơn.", "title": "Khác"})
    one, other = made.headers["Location"].partition("/library")[2], program_of(cast.ha)
    assert other.ask("GET", one).status_code == 404
    for deed in ("accept", "decline", "withdraw"):
        assert other.ask("POST", f"{one}/{deed}", tag="*", json={"answer": "x"}).status_code == 404
    author = program_of(cast.phuc)
    tag = author.ask("GET", one).headers["ETag"]
    assert author.ask("POST", f"{one}/accept", tag=tag, json={}).status_code == 403
    assert other.ask("GET", f"/suggestions?item={version.item.uuid}").status_code == 403
    assert author.ask("POST", path, json={"note": "x"}).status_code == 422  # nothing would change
    assert author.ask("POST", path, json={"note": "x", "license": "CC0-1.0"}).status_code == 422
    assert program_of(cast.lan).ask("POST", path, json={"note": "x", "title": "y"}).status_code == 422
    assert author.ask("GET", "/suggestions?box=x").status_code == 422


class Reviewer:
    """What `program_of` asks of a person."""

    def __init__(self, actor: object) -> None:
        self.actor = actor


def test_a_review_goes_back_and_ends_with_an_item_shown(client: FlaskClient, cast: Cast, program_of):
    desk = build_desk(cast)
    lan, first = program_of(cast.lan), program_of(Reviewer(desk.first))
    item = f"/items/{draft(cast, license_id='CC-BY-4.0').item.uuid}"
    asked = lan.ask("POST", f"{item}/publish", json={"scope": "public", "note": "Xin duyệt."})
    assert asked.status_code == 202
    one = asked.json["review"]["api_url"].partition("/library")[2]
    line = first.ask("GET", "/reviews").json["reviews"][0]
    assert (line["uuid"], line["by"], line["needed"]) == (asked.json["review"]["uuid"], "Nguyễn Thị Lan", 1)
    assert lan.ask("GET", "/reviews?queue=own").json["reviews"][0]["uuid"] == line["uuid"]
    tag = first.ask("GET", one).headers["ETag"]
    said = first.ask("POST", f"{one}/comments", key="x", json={"text": "Sai dấu.", "place": "trang 2"})
    assert said.status_code == 201 and said.json["place"] == "trang 2"
    assert lan.ask("POST", f"{one}/comments", json={"text": "Dòng nào ạ?"}).status_code == 201
    verdict = {"verdict": "changes", "reason": "Sửa dấu ở trang 2."}
    assert first.ask("POST", f"{one}/decide", json=verdict).status_code == 428
    assert first.ask("POST", f"{one}/decide", tag=tag, json=verdict).status_code == 412
    read = first.ask("GET", one)
    assert read.json["may_decide"] and {row["name"] for row in read.json["differences"]}
    back = first.ask("POST", f"{one}/decide", tag=read.headers["ETag"], json=verdict)
    assert back.json["state"] == "changes"
    assert [step["kind"] for step in back.json["steps"]] == ["changes", "commented", "commented", "submitted"]
    again = lan.ask("POST", f"{item}/publish", json={"scope": "public"}).json["review"]
    two = again["api_url"].partition("/library")[2]
    assert lan.ask("POST", f"{two}/decide", tag="*", json={"verdict": "approved"}).status_code in {403, 412}
    tag = first.ask("GET", two).headers["ETag"]
    done = first.ask("POST", f"{two}/decide", tag=tag, json={"verdict": "approved"})
    assert done.json["state"] == "approved" and done.json["steps"][0]["kind"] == "published"
    assert client.get(BASE + item).json["reviewed"] is True
    assert first.ask("GET", "/reviews?queue=closed").json["reviews"][0]["state"] == "approved"


def test_only_reviewers_and_the_author_know_of_a_review(cast: Cast, program_of):
    desk: Desk = build_desk(cast)
    item = draft(cast)
    program = program_of(cast.lan)
    made = program.ask("POST", f"/items/{item.item.uuid}/publish", json={"scope": "public"})
    one = made.json["review"]["api_url"].partition("/library")[2]
    for other in (cast.phuc, Reviewer(desk.foreign)):
        asking = program_of(other)
        assert asking.ask("GET", one).status_code == 404
        assert asking.ask("POST", f"{one}/comments", json={"text": "x"}).status_code == 404
        assert asking.ask("POST", f"{one}/decide", tag="*", json={"verdict": "approved"}).status_code == 404
        assert asking.ask("POST", f"{one}/withdraw").status_code == 404
    assert program_of(cast.phuc).ask("GET", "/reviews").status_code == 403
    assert program_of(cast.phuc).ask("GET", "/reviews?queue=own").json["reviews"] == []
    assert program_of(Reviewer(desk.foreign)).ask("GET", "/reviews").json["reviews"] == []
    tag = program.ask("GET", one).headers["ETag"]
    assert program.ask("POST", f"{one}/decide", tag=tag, json={"verdict": "approved"}).status_code == 403
    wrong = program_of(Reviewer(desk.first)).ask("POST", f"{one}/decide", tag=tag, json={"verdict": "x"})
    assert wrong.status_code == 422 and "verdict" in wrong.json["fields"]
    assert program_of(Reviewer(desk.first)).ask("POST", f"{one}/withdraw").status_code in {403, 404}
    assert program.ask("POST", f"{one}/withdraw").json["state"] == "withdrawn"
    for wrong_query in ("queue=x", "subject=x", "place=x"):
        answer = program_of(Reviewer(desk.first)).ask("GET", f"/reviews?{wrong_query}")
        assert answer.status_code == 422 and set(answer.json["fields"]) == {wrong_query[:-2]}


def test_the_queue_costs_the_same_however_long_it_is(cast: Cast, program_of, query_count):
    desk, counts = build_desk(cast), []
    reviewer, lan = program_of(Reviewer(desk.first)), program_of(cast.lan)
    reviewer.ask("GET", "/reviews")  # the day of the token's use is noted once
    for _round in range(2):
        for number in range(3):
            item = draft(cast, f"Bài {_round} {number}").item.uuid
            lan.ask("POST", f"/items/{item}/publish", json={"scope": "public"})
        with query_count() as sent:
            listed = reviewer.ask("GET", "/reviews?size=50").json["reviews"]
        counts.append(len(sent))
    assert len(listed) == 6 and counts[0] == counts[1] <= 14


def test_own_collections_come_page_by_page(cast: Cast, program_of, query_count):
    program = program_of(cast.lan)
    with write():
        for number in range(5):
            services.create_collection(cast.lan.actor, title=f"Bộ {number}")
        services.create_collection(cast.phuc.actor, title="Của Phúc")
    program.ask("GET", "/collections")  # the day of the token's use is noted once
    titles, after = [], ""
    while after is not None:
        with query_count() as sent:
            page = program.ask("GET", f"/collections?size=2&after={after}").json
        assert len(sent) <= 7  # who asks takes six
        titles += [row["title"] for row in page["collections"]]
        after = page["next"]
    assert titles == ["Bộ 4", "Bộ 3", "Bộ 2", "Bộ 1", "Bộ 0"]
    assert program.ask("GET", "/collections?after=forged").status_code == 404
    assert program.ask("GET", "/collections?size=0").status_code == 422
