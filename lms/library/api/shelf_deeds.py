"""Keeping shelves: made, renamed, put in order, opened and closed by the librarians of a place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import jsonify, url_for
from werkzeug.wrappers import Response

from lms.core.actor import Actor
from lms.core.db import write
from lms.core.errors import Invalid, NotAllowed
from lms.core.i18n import _
from lms.core.idempotency import repeatable, write_once
from lms.core.openapi import TEXT, UUID_TEXT, describe, list_of, thing
from lms.core.web import actor
from lms.library.api.blueprint import (
    ITEM_PATH,
    OWN_READER,
    READ,
    READ_REFUSALS,
    REPEATABLE,
    WRITE,
    WRITE_REFUSALS,
    WRITER,
    bp,
)
from lms.library.api.bodies import WRONG_TYPE, read_object, read_text, read_uuid, taken, text_up_to
from lms.library.api.shelves import SHELF, SHELF_PATH, tell_shelf
from lms.library.shelves import queries as shelf_queries
from lms.library.shelves import services as shelves
from lms.library.shelves.models import Shelf
from lms.orgs.models import Org
from lms.people.bearer import needs_token

LONGEST_WORDS = 1000


@bp.get("/api/v1/library/shelves/places")
@needs_token(READ)
def shelf_places() -> Response:
    """List the units in whose name the asker makes shelves."""
    return jsonify(places=[_place_line(org) for org in shelf_queries.list_curated_places(_need_curator())])


@bp.post("/api/v1/library/shelves")
@needs_token(WRITE)
@repeatable
def add_shelf() -> Response:
    """Make an empty shelf of a place; nobody else sees it until it is opened."""
    who, body = _need_curator(), read_object("place", "title", "description")
    title = read_text(body, "title", longest=shelves.LONGEST_TITLE)
    said = read_text(body, "description", longest=shelves.LONGEST_TEXT)
    place = _chosen_place(who, read_uuid(body, "place"))
    return write_once(
        lambda: shelves.create_shelf(who, place, title=title, description=said),
        lambda made: _told_new(who, made),
    )


@bp.patch("/api/v1/library/shelves/<uuid:shelf_uuid>")
@needs_token(WRITE)
def change_shelf(shelf_uuid: UUID) -> Response:
    """Change what a shelf is called, or what is said of it; what is not named stays."""
    who, body = _need_curator(), read_object("title", "description")
    _shelf, collection, _place = shelf_queries.get_kept_shelf(who, shelf_uuid)
    said = {"title": collection.title, "description": collection.description} | body
    title = read_text(said, "title", longest=shelves.LONGEST_TITLE)
    words = read_text(said, "description", longest=shelves.LONGEST_TEXT)
    with write():
        shelves.update_shelf(who, shelf_uuid, title=title, description=words)
    return tell_shelf(who, shelf_uuid)


@bp.put("/api/v1/library/shelves/<uuid:shelf_uuid>/items/<uuid:item_uuid>")
@needs_token(WRITE)
def put_on_shelf(shelf_uuid: UUID, item_uuid: UUID) -> Response:
    """Put an item at the end of a shelf, with a word why; one that stands there stays where it is."""
    who, body = _need_curator(), read_object("words")
    words = read_text(body, "words", longest=LONGEST_WORDS)
    with write():
        shelves.put_on_shelf(who, shelf_uuid, item_uuid)
        if "words" in body:
            shelves.introduce_on_shelf(who, shelf_uuid, item_uuid, words=words)
    return tell_shelf(who, shelf_uuid)


@bp.delete("/api/v1/library/shelves/<uuid:shelf_uuid>/items/<uuid:item_uuid>")
@needs_token(WRITE)
def take_off_shelf(shelf_uuid: UUID, item_uuid: UUID) -> Response:
    """Take an item off a shelf; the item itself stays."""
    with write():
        shelves.take_off_shelf(_need_curator(), shelf_uuid, item_uuid)
    return Response(status=204)


@bp.put("/api/v1/library/shelves/<uuid:shelf_uuid>/order")
@needs_token(WRITE)
def order_shelf(shelf_uuid: UUID) -> Response:
    """Put the items of a shelf into an order."""
    who, body = _need_curator(), read_object("items")
    given = body.get("items")
    if not isinstance(given, list) or not 0 < len(given) <= shelves.MOST_ITEMS:
        raise Invalid({"items": _("Name 1 to %(most)d items.", most=shelves.MOST_ITEMS)})
    named = [read_uuid({"items": one}, "items") for one in given]
    items = [uuid for uuid in named if uuid is not None]
    if len(items) != len(named):
        raise Invalid({"items": WRONG_TYPE})
    with write():
        shelves.order_shelf(who, shelf_uuid, items)
    return tell_shelf(who, shelf_uuid)


@bp.post("/api/v1/library/shelves/<uuid:shelf_uuid>/open")
@needs_token(WRITE)
@repeatable
def open_shelf(shelf_uuid: UUID) -> Response:
    """Show a shelf to everyone who may see anything on it."""
    return _deed(lambda who: shelves.open_shelf(who, shelf_uuid))


@bp.post("/api/v1/library/shelves/<uuid:shelf_uuid>/close")
@needs_token(WRITE)
@repeatable
def close_shelf(shelf_uuid: UUID) -> Response:
    """Take a shelf out of sight; it keeps all that stands on it."""
    return _deed(lambda who: shelves.close_shelf(who, shelf_uuid))


def _need_curator() -> Actor:
    who = actor()
    if not shelf_queries.can_curate(who):
        raise NotAllowed()
    return who


def _deed(do: Callable[[Actor], Shelf]) -> Response:
    who = _need_curator()
    return write_once(lambda: do(who), lambda done: tell_shelf(who, done.uuid))


def _chosen_place(who: Actor, uuid: UUID | None) -> Org:
    """Return the unit that is named, or the only one there is. Raises Invalid."""
    places = shelf_queries.list_curated_places(who)
    found = [org for org in places if uuid is None or org.uuid == uuid]
    if len(found) != 1:
        raise Invalid({"place": _("Choose the unit whose shelf it is.")})
    return found[0]


def _place_line(org: Org) -> Mapping[str, str]:
    return {"uuid": str(org.uuid), "name": org.name}


def _told_new(who: Actor, made: Shelf) -> Response:
    answer = tell_shelf(who, made.uuid)
    answer.status_code = 201
    answer.headers["Location"] = url_for("library_api.shelf", shelf_uuid=made.uuid)
    return answer


_TITLE, _SAID = text_up_to(shelves.LONGEST_TITLE, least=1), text_up_to(shelves.LONGEST_TEXT)
_ORDER: dict[str, Any] = {
    "type": "array",
    "items": UUID_TEXT,
    "minItems": 1,
    "maxItems": shelves.MOST_ITEMS,
    "uniqueItems": True,
}
describe(
    "/library/shelves/places",
    key="list_shelf_places",
    summary="List the units in whose name the token's owner makes shelves.",
    answer=thing(places=list_of(thing(uuid=UUID_TEXT, name=TEXT))),
    refusals=READ_REFUSALS,
    security=OWN_READER,
)
describe(
    "/library/shelves",
    method="post",
    key="add_shelf",
    summary="Make an empty shelf; `place` may be left out where there is only one. Nobody else sees it until it is opened.",
    parameters=(REPEATABLE,),
    body=taken(("title",), place=UUID_TEXT, title=_TITLE, description=_SAID),
    answer=SHELF,
    status=201,
    refusals=WRITE_REFUSALS,
    security=WRITER,
)
for _method, _path, _key, _summary, _body, _more in (
    (
        "patch",
        "",
        "change_shelf",
        "Change its name, or what is said of it.",
        taken(title=_TITLE, description=_SAID),
        (),
    ),
    (
        "put",
        "/items/{item_uuid}",
        "put_on_shelf",
        "Put a published item at its end, with a word why; twice is as once, with the latest words.",
        taken(words=text_up_to(LONGEST_WORDS)),
        (ITEM_PATH,),
    ),
    (
        "put",
        "/order",
        "order_shelf",
        "Put its items into this order; those that are not named follow as they stood.",
        taken(("items",), items=_ORDER),
        (),
    ),
    ("post", "/open", "open_shelf", "Show it to everyone who may see anything on it.", None, (REPEATABLE,)),
    (
        "post",
        "/close",
        "close_shelf",
        "Take it out of sight; it keeps all that stands on it.",
        None,
        (REPEATABLE,),
    ),
):
    describe(
        f"/library/shelves/{{shelf_uuid}}{_path}",
        method=_method,
        key=_key,
        summary=_summary,
        parameters=(SHELF_PATH, *_more),
        body=_body,
        answer=SHELF,
        refusals=WRITE_REFUSALS,
        security=WRITER,
    )
describe(
    "/library/shelves/{shelf_uuid}/items/{item_uuid}",
    method="delete",
    key="take_off_shelf",
    summary="Take an item off a shelf; the item itself stays.",
    parameters=(SHELF_PATH, ITEM_PATH),
    answer=None,
    status=204,
    refusals=READ_REFUSALS,
    security=WRITER,
)
