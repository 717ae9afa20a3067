"""Curated shelves: librarians of a place keep them, others see of an open one what they may see."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from content_store.models import Collection, Version
from lms.core.actor import SYSTEM
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.library import recall, services
from lms.library.shelves import queries as shelf_queries
from lms.library.shelves import services as shelves
from lms.library.shelves.models import Shelf
from lms.people.queries import build_actor
from lms.people.services import grant_role
from tests.cast import Cast, Person
from tests.factories.library import make_item

Enter = Callable[[Person], FlaskClient]


def item(cast: Cast, title: str, scope: str | None = "public") -> Version:
    return make_item(cast.lan.actor, title, home=cast.school, scope=scope)


def make_shelf(cast: Cast, *versions: Version, is_open: bool = True, title: str = "Phân số hay") -> UUID:
    actor = cast.tuan.actor
    with write():
        uuid = shelves.create_shelf(actor, cast.department, title=title).uuid
        for version in versions:
            shelves.put_on_shelf(actor, uuid, version.item.uuid, words=f"Về {version.title}")
        if is_open:
            shelves.open_shelf(actor, uuid)
    return uuid


def standing(person: Person, uuid: UUID) -> list[tuple[str, str]]:
    _shelf, collection, _place = shelf_queries.get_shelf(person.actor, uuid)
    return [(row.title, words) for row, words in shelf_queries.list_on_shelf(person.actor, collection)]


def test_a_shelf_made_twice_within_a_moment_is_one(cast: Cast):
    made = [make_shelf(cast, item(cast, "Một"), is_open=False) for _press in range(2)]
    assert made[0] == made[1] and len(shelf_queries.list_kept_shelves(cast.tuan.actor).rows) == 1


def titles(person: Person) -> list[str]:
    return [card.title for card in shelf_queries.list_shelves(person.actor).rows]


def test_a_reader_sees_of_a_shelf_what_is_for_them_in_its_order(cast: Cast):
    uuid = make_shelf(cast, item(cast, "Một"), item(cast, "Hai", "school"), item(cast, "Ba"))
    assert standing(cast.ha, uuid) == [("Một", "Về Một"), ("Hai", "Về Hai"), ("Ba", "Về Ba")]
    assert standing(cast.phuc, uuid) == [("Một", "Về Một"), ("Ba", "Về Ba")]
    assert titles(cast.citizen) == ["Phân số hay"]


def test_a_shelf_with_nothing_for_the_reader_is_not_there(cast: Cast, browse_as: Enter, client: FlaskClient):
    uuid = make_shelf(cast, item(cast, "Nội bộ", "school"), title="Kệ nội bộ")
    assert titles(cast.phuc) == []
    with pytest.raises(NotFound):
        shelf_queries.get_shelf(cast.phuc.actor, uuid)
    for browser in (client, browse_as(cast.phuc)):
        assert browser.get(f"/library/shelves/{uuid}").status_code == 404
        assert "Kệ nội bộ" not in browser.get("/library/shelves").text + browser.get("/library").text
    assert titles(cast.minh) == ["Kệ nội bộ"]


def test_a_shelf_is_seen_by_others_only_while_it_is_open(cast: Cast):
    uuid = make_shelf(cast, item(cast, "Một"), is_open=False)
    collection = select(Collection.home)
    with pytest.raises(NotFound):
        shelf_queries.get_shelf(cast.phuc.actor, uuid)
    assert db.session.scalar(collection) is None  # nor do harvesters hear of it
    with write():
        shelves.open_shelf(cast.tuan.actor, uuid)
    assert titles(cast.phuc) == ["Phân số hay"]
    assert db.session.scalar(collection) == str(cast.department.uuid)
    with write():
        shelves.close_shelf(cast.tuan.actor, uuid)
    assert titles(cast.phuc) == []
    assert db.session.scalar(collection) is None
    assert standing(cast.tuan, uuid) == [("Một", "Về Một")]


def test_only_librarians_of_the_place_keep_its_shelves(cast: Cast):
    version, uuid = item(cast, "Một"), make_shelf(cast, item(cast, "Hai"))
    with write():
        grant_role(SYSTEM, cast.ha.user, "editor", cast.other_school)
    foreign = build_actor(cast.ha.user)
    one = version.item.uuid
    for actor in (cast.lan.actor, cast.minh.actor, cast.phuc.actor, foreign):
        for deed in (
            lambda: shelves.create_shelf(actor, cast.department, title="x"),  # noqa: B023
            lambda: shelves.update_shelf(actor, uuid, title="x", description=""),  # noqa: B023
            lambda: shelves.put_on_shelf(actor, uuid, one),  # noqa: B023
            lambda: shelves.introduce_on_shelf(actor, uuid, one, words="x"),  # noqa: B023
            lambda: shelves.move_on_shelf(actor, uuid, one, up=True),  # noqa: B023
            lambda: shelves.take_off_shelf(actor, uuid, one),  # noqa: B023
            lambda: shelves.open_shelf(actor, uuid),  # noqa: B023
            lambda: shelves.close_shelf(actor, uuid),  # noqa: B023
        ):
            with pytest.raises(NotAllowed), write():
                deed()
    with write():
        made = shelves.create_shelf(foreign, cast.other_school, title="Của trường bạn")
    assert [card.title for card in shelf_queries.list_kept_shelves(foreign).rows] == ["Của trường bạn"]
    with pytest.raises(NotFound), write():
        shelves.open_shelf(cast.lan.actor, made.uuid)


def test_items_are_introduced_moved_and_taken_off(cast: Cast):
    first, second, third = (item(cast, title) for title in ("Một", "Hai", "Ba"))
    uuid, actor = make_shelf(cast, first, second, third), cast.tuan.actor
    with write():
        shelves.move_on_shelf(actor, uuid, third.item.uuid, up=True)
        shelves.move_on_shelf(actor, uuid, first.item.uuid, up=False)
        shelves.move_on_shelf(actor, uuid, third.item.uuid, up=True)  # stands first already
        shelves.introduce_on_shelf(actor, uuid, second.item.uuid, words=" Hay nhất ")
    assert standing(cast.phuc, uuid) == [("Ba", "Về Ba"), ("Một", "Về Một"), ("Hai", "Hay nhất")]
    with write():
        shelves.take_off_shelf(actor, uuid, first.item.uuid)
    assert [title for title, _words in standing(cast.phuc, uuid)] == ["Ba", "Hai"]
    with pytest.raises(NotFound), write():
        shelves.move_on_shelf(actor, uuid, first.item.uuid, up=True)
    with pytest.raises(NotFound), write():
        shelves.take_off_shelf(actor, uuid, first.item.uuid)


def test_what_is_no_more_shown_stands_on_no_shelf(cast: Cast):
    gone, bad = item(cast, "Cất đi"), item(cast, "Sai")
    uuid = make_shelf(cast, gone, bad, item(cast, "Còn"))
    with write():
        services.retire_item(cast.lan.actor, gone.item.uuid)
        recall.recall_version(cast.tuan.actor, bad.item.uuid, 1, reason="Sai")
    assert [title for title, _words in standing(cast.phuc, uuid)] == ["Còn"]
    with pytest.raises(Conflict), write():
        shelves.put_on_shelf(cast.tuan.actor, uuid, bad.item.uuid)


@pytest.mark.parametrize(
    ("title", "text", "field"),
    [(" ", "", "title"), ("x" * 121, "", "title"), ("x", "x" * 1001, "description")],
)
def test_a_shelf_has_a_name_of_fitting_length(cast: Cast, title: str, text: str, field: str):
    with pytest.raises(Invalid) as refused, write():
        shelves.create_shelf(cast.tuan.actor, cast.department, title=title, description=text)
    assert set(refused.value.fields) == {field}


def test_an_empty_shelf_is_not_opened_and_a_full_one_takes_no_more(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    uuid = make_shelf(cast, is_open=False)
    with pytest.raises(Conflict), write():
        shelves.open_shelf(cast.tuan.actor, uuid)
    monkeypatch.setattr(shelves, "MOST_ITEMS", 1)
    with write():
        shelves.put_on_shelf(cast.tuan.actor, uuid, item(cast, "Một").item.uuid)
    with pytest.raises(Conflict), write():
        shelves.put_on_shelf(cast.tuan.actor, uuid, item(cast, "Hai").item.uuid)


def test_the_pages_from_an_empty_shelf_to_the_front_page(browse_as: Enter, client: FlaskClient, cast: Cast):
    version = item(cast, "Phân số")
    tuan, other = browse_as(cast.tuan), item(cast, "Số thập phân")
    refused = tuan.post("/library/shelves", data={"title": " ", "place": str(cast.department.uuid)})
    assert refused.status_code == 422
    assert (
        tuan.post("/library/shelves", data={"title": "Kệ", "place": str(cast.school.uuid)}).status_code == 422
    )
    said = {"title": "Kệ toán", "place": str(cast.department.uuid), "description": "Cho lớp 6"}
    assert tuan.post("/library/shelves", data=said).status_code == 303
    uuid = db.session.scalars(select(Shelf.uuid)).one()
    edit = f"/library/shelves/{uuid}"
    assert "Put on a shelf" in tuan.get(f"/library/{version.item.uuid}?lang=en").text
    for one in (version, other):
        form = {"shelf": str(uuid), "words": f"<i>{one.title}</i>"}
        assert tuan.post(f"/library/{one.item.uuid}/shelve", data=form).status_code == 303
    for deed, form, status in (
        ("open", {}, 303),
        (f"items/{other.item.uuid}/move", {"to": "up"}, 303),
        (f"items/{version.item.uuid}/words", {"words": "Rất <b>hay</b>"}, 303),
        ("edit", {"title": ""}, 422),
        ("edit", {"title": "Kệ toán 6"}, 303),
    ):
        assert tuan.post(f"{edit}/{deed}", data=form).status_code == status, deed
    assert "Rất &lt;b&gt;hay&lt;/b&gt;" in tuan.get(f"{edit}/edit").text
    page = client.get(edit).text
    assert page.index("Số thập phân") < page.index("Rất &lt;b&gt;hay&lt;/b&gt;") and "Kệ toán 6" in page
    assert "Kệ toán 6" in client.get("/library").text
    assert "Kệ toán 6" not in client.get("/library?q=phan").text
    assert tuan.post(f"{edit}/items/{other.item.uuid}/remove").status_code == 303
    assert tuan.post(f"{edit}/close").status_code == 303
    assert client.get(edit).status_code == 404
    assert browse_as(cast.lan).get(f"{edit}/edit").status_code == 403
    assert browse_as(cast.lan).get(f"/library/{version.item.uuid}/shelve").status_code == 403


def test_the_list_of_shelves_asks_no_more_for_many(cast: Cast, query_count: Callable):
    actor = cast.phuc.actor
    make_shelf(cast, item(cast, "Một"))
    with query_count() as few:
        shelf_queries.list_shelves(actor)
    for number in range(4):
        make_shelf(cast, item(cast, f"Bài {number}"), title=f"Kệ {number}")
    with query_count() as many:
        page = shelf_queries.list_shelves(actor, size=3)
    assert len(many) == len(few) <= 4
    rest = shelf_queries.list_shelves(actor, after=page.next, size=3)
    assert len(page.rows) == 3 and len(rest.rows) == 2
