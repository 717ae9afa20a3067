"""What programs change with a token: the same deeds, the same rights, no change of others lost."""

from __future__ import annotations

import base64
import hashlib
import threading
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from content_store.models import Item
from lms.core import idempotency
from lms.core.actor import SYSTEM
from lms.core.clock import now
from lms.core.db import db, write
from lms.core.idempotency import ApiReply, forget_replies
from lms.people.services import grant_role
from tests.cast import Cast
from tests.factories.library import make_item

TEXT = "Hai phân số bằng nhau khi tích chéo bằng nhau.\n".encode()
LINK = {"title": "Bài giảng", "license": "link-only", "source_url": "https://example.org/bai"}


def digest(data: bytes) -> dict[str, str]:
    return {"Content-Digest": f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"}


def test_a_file_becomes_a_draft_and_is_shared(client: FlaskClient, cast: Cast, program_of):
    program = program_of(cast.lan)
    upload = program.send("phan-so.md", TEXT)
    said = {"upload": upload, "title": "Phân số", "subject": "toan", "grades": [6], "authors": ["Cô Lan"]}
    made = program.ask("POST", "/items", json=said)
    assert made.status_code == 201, made.text
    assert made.json["state"] == "draft" and made.json["version"] == 1 and made.json["title"] == "Phân số"
    assert made.json["grades"] == [6] and made.json["rights"]["view"] == "owner"
    path = made.headers["Location"].partition("/library")[2]
    assert program.ask("GET", path).headers["ETag"] == made.headers["ETag"]
    assert program.ask("GET", f"/uploads/{upload}").json["item"] == made.json["uuid"]
    assert program.ask("POST", "/items", json=said).status_code in {200, 201}  # the same item
    assert db.session.scalar(select(func.count()).select_from(Item)) == 1
    shown = program.ask("POST", f"{path}/publish", json={"scope": "public"})
    assert shown.status_code == 200 and shown.json["state"] == "published"
    assert client.get(f"/api/v1/library{path}").json["title"] == "Phân số"


def test_bytes_in_pieces_are_checked_and_put_together(client: FlaskClient, cast: Cast, program_of):
    program = program_of(cast.lan)
    made = program.ask("POST", "/uploads", json={"filename": "a.md", "size": len(TEXT)}).json
    path, first, last = f"/uploads/{made['uuid']}", TEXT[:10], TEXT[10:]

    def span(start: int, data: bytes) -> dict[str, str]:
        return {"Content-Range": f"bytes {start}-{start + len(data) - 1}/{len(TEXT)}"}

    spoiled = program.ask("PUT", path, data=first, headers={**span(0, first), **digest(last)})
    assert (spoiled.status_code, spoiled.json["code"]) == (422, "not_whole")
    assert program.ask("PUT", path, data=last, headers=span(10, last)).status_code == 409
    assert program.ask("PUT", path, data=first + b"x", headers=span(0, first)).status_code == 413
    assert program.ask("PUT", path, data=first[:4], headers=span(0, first)).status_code == 422
    for wrong in ("bytes 0-9/11", "bytes 9-0/57", "lines 0-1/2"):
        assert program.ask("PUT", path, data=first, headers={"Content-Range": wrong}).status_code == 422
    assert program.ask("GET", path).json["offset"] == 0
    sent = program.ask("PUT", path, data=first, headers={**span(0, first), **digest(first)})
    assert sent.status_code == 200 and sent.json["offset"] == 10 and not sent.json["whole"]
    early = program.ask("POST", "/items", json={"upload": made["uuid"]})
    assert early.status_code == 409
    assert program.ask("PUT", path, data=last, headers=span(10, last)).json["whole"]
    assert program.ask("POST", "/items", json={"upload": made["uuid"]}).status_code == 201


def test_an_upload_is_its_owners_alone_and_can_be_forgotten(client: FlaskClient, cast: Cast, program_of):
    program, other = program_of(cast.lan), program_of(cast.phuc)
    path = f"/uploads/{program.send('a.md', TEXT)}"
    for method in ("GET", "PUT", "DELETE"):
        assert other.ask(method, path, data=b"x").status_code == 404
    assert other.ask("POST", "/items", json={"upload": path.rpartition("/")[2]}).status_code == 404
    assert program.ask("DELETE", path).status_code == 204
    assert program.ask("GET", path).status_code == 404


def test_a_hostile_file_is_refused_with_a_reason(client: FlaskClient, cast: Cast, program_of):
    program = program_of(cast.lan)
    upload = program.send("bai.pdf", b"MZ\x90\x00" + b"\x00" * 200)
    answer = program.ask("POST", "/items", json={"upload": upload})
    assert answer.status_code == 422 and answer.json["fields"]["upload"]


def test_a_change_names_the_state_it_was_made_from(client: FlaskClient, cast: Cast, program_of):
    version = make_item(cast.lan.actor, "Cũ", "a")
    path, program = f"/items/{version.item.uuid}", program_of(cast.lan)
    tag = program.ask("GET", path).headers["ETag"]
    bare = program.ask("PATCH", path, json={"title": "Mới"})
    assert (bare.status_code, bare.json["code"]) == (428, "condition_needed")
    changed = program.ask(
        "PATCH", path, tag=tag, json={"title": "Mới", "keywords": ["số"], "note": "sửa tên"}
    )
    assert changed.status_code == 200 and changed.json["version"] == 2 and changed.json["keywords"] == ["số"]
    late = program.ask("PATCH", path, tag=tag, json={"title": "Khác"})
    assert (late.status_code, late.json["code"]) == (412, "stale")
    cleared = program.ask("PATCH", path, tag=changed.headers["ETag"], json={"keywords": None})
    assert cleared.json["keywords"] == [] and cleared.json["title"] == "Mới"
    assert cleared.json["versions"][1]["note"] == "sửa tên"


def test_of_two_changes_at_once_one_is_told_that_it_is_late(client: FlaskClient, cast: Cast, program_of):
    version = make_item(cast.lan.actor, "Cũ", "a")
    path, programs = f"/items/{version.item.uuid}", [program_of(cast.lan) for _one in range(2)]
    tag = programs[0].ask("GET", path).headers["ETag"]
    db.session.remove()
    answers: list[Any] = []
    together = threading.Barrier(2)

    def change(number: int) -> None:
        with client.application.app_context():
            together.wait()
            answer = programs[number].ask("PATCH", path, tag=tag, json={"title": f"Mới {number}"})
            answers.append(answer.status_code)

    threads = [threading.Thread(target=change, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 412]
    assert client.get(f"/api/v1/library{path}/versions").json["versions"][0]["number"] == 2


def test_a_new_file_is_a_new_version_and_the_old_one_stays(client: FlaskClient, cast: Cast, program_of):
    version = make_item(cast.lan.actor, "Bài", "a")
    path, program = f"/items/{version.item.uuid}", program_of(cast.lan)
    upload, tag = program.send("moi.md", TEXT), program.ask("GET", path).headers["ETag"]
    assert program.ask("POST", f"{path}/versions", json={"upload": upload}).status_code == 428
    made = program.ask("POST", f"{path}/versions", tag=tag, json={"upload": upload, "note": "tệp mới"})
    assert (
        made.status_code == 201 and made.json["version"] == 2 and made.json["files"][0]["size"] == len(TEXT)
    )
    again = program.ask("POST", f"{path}/versions", tag=made.headers["ETag"], json={"upload": upload})
    assert again.status_code == 409
    assert (
        client.get(f"/api/v1/library{path}/versions/1").json["files"][0]["sha256"] == version.files[0].sha256
    )


def test_nobody_changes_what_is_not_ones_own(client: FlaskClient, cast: Cast, program_of):
    public = make_item(cast.lan.actor, "Của Lan", "a")
    draft = make_item(cast.lan.actor, "Nháp", "b", scope=None)
    other = program_of(cast.phuc)
    tag = other.ask("GET", f"/items/{public.item.uuid}").headers["ETag"]
    for item, refused in ((public, 403), (draft, 404)):
        path = f"/items/{item.item.uuid}"
        assert other.ask("PATCH", path, tag=tag, json={"title": "x"}).status_code == refused
        for deed in ("archive", "restore"):
            assert other.ask("POST", f"{path}/{deed}").status_code == refused
        assert other.ask("POST", f"{path}/publish", json={"scope": "public"}).status_code == refused
    assert client.get(f"/api/v1/library/items/{public.item.uuid}").json["title"] == "Của Lan"


def test_what_waits_for_a_review_is_answered_with_202(client: FlaskClient, cast: Cast, program_of):
    with write():
        grant_role(SYSTEM, cast.ha.user, "reviewer", cast.school)
    program = program_of(cast.lan)
    draft = make_item(cast.lan.actor, "Chờ", "a", scope=None, home=cast.school)
    answer = program.ask("POST", f"/items/{draft.item.uuid}/publish", json={"scope": "public"})
    assert answer.status_code == 202, answer.text
    assert answer.json["review"]["state"] == "open" and answer.json["item"]["state"] == "draft"
    assert client.get(f"/api/v1/library/items/{draft.item.uuid}").status_code == 404


def test_archived_and_brought_back(client: FlaskClient, cast: Cast, program_of):
    version = make_item(cast.lan.actor, "Bài", "a")
    path, program = f"/items/{version.item.uuid}", program_of(cast.lan)
    assert program.ask("POST", f"{path}/archive", tag='"old"').status_code == 412
    assert program.ask("POST", f"{path}/archive").json["state"] == "retired"
    assert client.get("/api/v1/library/items").json["items"] == []
    assert program.ask("POST", f"{path}/restore").json["state"] == "published"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"title": 5}, {"title"}),
        ({"title": "a\u0000b"}, {"title"}),
        ({"subject": "alchemy", "grades": [99]}, {"subject", "grades"}),
        ({"license": "free"}, {"license"}),
        ({"authors": "Lan"}, {"authors"}),
        ({"source_url": "javascript:alert(1)"}, {"source_url"}),
        ({"owner": "me"}, {"owner"}),
    ],
)
def test_wrong_fields_are_named(cast: Cast, program_of, body: dict[str, Any], fields: set[str]):
    answer = program_of(cast.lan).ask("POST", "/items", json={**LINK, **body})
    assert answer.status_code == 422 and set(answer.json["fields"]) == fields, answer.text


def test_what_is_no_json_object_is_refused(cast: Cast, program_of):
    program = program_of(cast.lan)
    kind = {"Content-Type": "application/json"}
    for data in (b"", b"[]", b"5", b"{", b"[" * 100_000, b"\xff\xfe"):
        assert program.ask("POST", "/items", data=data, headers=kind).status_code == 400, data[:9]
    assert program.ask("POST", "/items", data={"title": "x"}).status_code == 415


def test_a_repeated_request_is_done_once(cast: Cast, program_of):
    program = program_of(cast.lan)
    first = program.ask("POST", "/items", key="k1", json=LINK)
    again = program.ask("POST", "/items", key="k1", json=LINK)
    assert first.status_code == again.status_code == 201 and first.json == again.json
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first.headers
    assert db.session.scalar(select(func.count()).select_from(Item)) == 1
    other = program.ask("POST", "/items", key="k1", json={**LINK, "title": "Khác"})
    assert (other.status_code, other.json["code"]) == (422, "key_used")
    assert program_of(cast.phuc).ask("POST", "/items", key="k1", json=LINK).status_code == 201


def test_a_refused_request_may_be_repeated_with_the_same_key(cast: Cast, program_of):
    program = program_of(cast.lan)
    assert program.ask("POST", "/items", key="k1", json={**LINK, "title": ""}).status_code == 422
    assert program.ask("POST", "/items", key="k1", json=LINK).status_code == 201


def test_the_same_request_at_the_same_moment_waits(cast: Cast, program_of):
    program = program_of(cast.lan)
    program.ask("POST", "/items", key="k1", json=LINK)
    with write():
        row = db.session.scalars(select(ApiReply)).one()
        row.status = 0
    busy = program.ask("POST", "/items", key="k1", json=LINK)
    assert (busy.status_code, busy.json["code"]) == (409, "still_busy") and busy.headers["Retry-After"]
    with write():  # whoever began it has died
        db.session.scalars(select(ApiReply)).one().created_at = now() - idempotency.GIVEN_UP * 2
    assert program.ask("POST", "/items", key="k1", json=LINK).status_code == 201


def test_kept_answers_are_forgotten_after_a_day(cast: Cast, program_of):
    program_of(cast.lan).ask("POST", "/items", key="k1", json=LINK)
    forget_replies()
    assert db.session.scalar(select(func.count()).select_from(ApiReply)) == 1
    with write():
        db.session.scalars(select(ApiReply)).one().created_at = now() - idempotency.KEPT * 2
    forget_replies()
    assert db.session.scalar(select(func.count()).select_from(ApiReply)) == 0


def test_collections_are_made_filled_and_read_by_key(client: FlaskClient, cast: Cast, program_of):
    program, other = program_of(cast.lan), program_of(cast.phuc)
    uuids = [str(make_item(cast.lan.actor, f"Bài {n}", str(n)).item.uuid) for n in range(3)]
    made = program.ask("POST", "/collections", json={"title": "Lớp 6"})
    assert made.status_code == 201
    path = made.headers["Location"].partition("/library")[2]
    assert other.ask("GET", path).status_code == 404  # nothing in it that others may see
    for uuid in (*uuids, uuids[0]):
        assert program.ask("PUT", f"{path}/items/{uuid}").status_code == 204
        assert other.ask("PUT", f"{path}/items/{uuid}").status_code == 404
    first = client.get(f"/api/v1/library{path}?size=2").json
    rest = client.get(f"/api/v1/library{path}?size=2&after={first['next']}").json
    assert [row["uuid"] for row in first["items"] + rest["items"]] == uuids and rest["next"] is None
    assert program.ask("DELETE", f"{path}/items/{uuids[1]}").status_code == 204
    assert len(program.ask("GET", path).json["items"]) == 2
    assert [row["title"] for row in program.ask("GET", "/collections").json["collections"]] == ["Lớp 6"]
    assert other.ask("GET", "/collections").json["collections"] == []
    assert program.ask("POST", "/collections", json={"title": " "}).status_code == 422


def test_what_may_not_contribute_makes_nothing(cast: Cast, program_of):
    program = program_of(cast.citizen, "library:read")
    assert program.ask("POST", "/items", json=LINK).status_code == 403
