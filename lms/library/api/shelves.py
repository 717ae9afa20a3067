"""Curated shelves: those that are open, each with what its reader may see of it, in the order of its librarians."""

from __future__ import annotations

from uuid import UUID

from flask import jsonify, request
from werkzeug.wrappers import Response

from content_store.representation import SUMMARY, summarize
from lms.core.actor import Actor
from lms.core.openapi import TEXT, UUID_TEXT, describe, in_path, in_query, list_of, optional, thing
from lms.core.web import actor
from lms.library.api.blueprint import MOMENT, PAGE_REFUSALS, READ, READ_REFUSALS, READER, bp
from lms.library.api.lists import AFTER, PAGE_SIZE, read_after, read_size
from lms.library.api.showing import addresses, full
from lms.library.shelves import queries as shelf_queries
from lms.library.shelves.models import Shelf
from lms.people.bearer import TokenNeeded, needs_scope


@bp.get("/api/v1/library/shelves")
@needs_scope(READ)
def shelves() -> Response:
    """List the open shelves with anything for the asker, or with `kept=me` those one keeps, closed ones too."""
    who, after, size = actor(), read_after(), read_size()
    if request.args.get("kept") == "me":
        if not who.is_signed_in:
            raise TokenNeeded()
        page = shelf_queries.list_kept_shelves(who, after=after, size=size)
    else:
        page = shelf_queries.list_shelves(who, after=after, size=size)
    rows = [_line(card.shelf, card.title, card.description, card.place) for card in page.rows]
    return jsonify(shelves=rows, next=page.next)


@bp.get("/api/v1/library/shelves/<uuid:shelf_uuid>")
@needs_scope(READ)
def shelf(shelf_uuid: UUID) -> Response:
    """Describe a shelf with all of it that the asker may see; it holds sixty at most."""
    return tell_shelf(actor(), shelf_uuid)


def tell_shelf(who: Actor, shelf_uuid: UUID) -> Response:
    """Return a shelf as `who` sees it."""
    shown = addresses()
    found, collection, place = shelf_queries.get_shelf(who, shelf_uuid)
    rows = shelf_queries.list_on_shelf(who, collection)
    items = [{"item": summarize(version, shown), "words": words} for version, words in rows]
    line = _line(found, collection.title, collection.description, place.name)
    return jsonify(**line, items=items)


def _line(row: Shelf, title: str, description: str, place: str) -> dict[str, object]:
    return {
        "uuid": str(row.uuid),
        "title": title,
        "description": description,
        "place": place,
        "opened_at": row.opened_at.isoformat() if row.opened_at else None,
        "url": full("library.shelf", shelf_uuid=row.uuid),
    }


LINE = {
    "uuid": UUID_TEXT,
    "title": TEXT,
    "description": TEXT,
    "place": TEXT,
    "opened_at": optional(MOMENT),
    "url": TEXT,
}
SHELF_PATH = in_path("shelf_uuid", UUID_TEXT, "The shelf.")
SHELF = thing(**LINE, items=list_of(thing(item=SUMMARY, words=TEXT)))
describe(
    "/library/shelves",
    key="list_shelves",
    summary="List the open shelves of librarians, the latest opened first; `opened_at` is null for a closed one.",
    parameters=(
        in_query("kept", {"type": "string", "enum": ["me"]}, "Those one keeps, closed ones too."),
        AFTER,
        PAGE_SIZE,
    ),
    answer=thing(shelves=list_of(thing(**LINE)), next=optional(TEXT)),
    refusals=PAGE_REFUSALS,
    security=READER,
)
describe(
    "/library/shelves/{shelf_uuid}",
    key="get_shelf",
    summary="Describe a shelf with what the asker may see of it, in its order, each with a word why.",
    parameters=(SHELF_PATH,),
    answer=SHELF,
    refusals=READ_REFUSALS,
    security=READER,
)
