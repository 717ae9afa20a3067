"""Curated shelves: those that are open, each with what its reader may see of it, in the order of its librarians."""

from __future__ import annotations

from uuid import UUID

from flask import jsonify
from werkzeug.wrappers import Response

from content_store.representation import SUMMARY, summarize
from lms.core.openapi import TEXT, UUID_TEXT, describe, in_path, list_of, optional, thing
from lms.core.web import actor
from lms.library.api.blueprint import MOMENT, PAGE_REFUSALS, READ, READ_REFUSALS, READER, bp
from lms.library.api.lists import AFTER, PAGE_SIZE, read_after, read_size
from lms.library.api.showing import addresses, full
from lms.library.shelves import queries as shelf_queries
from lms.library.shelves.models import Shelf
from lms.people.bearer import needs_scope


@bp.get("/api/v1/library/shelves")
@needs_scope(READ)
def shelves() -> Response:
    """List the open shelves with anything for the asker, the latest opened first."""
    page = shelf_queries.list_shelves(actor(), after=read_after(), size=read_size())
    rows = [_line(card.shelf, card.title, card.description, card.place) for card in page.rows]
    return jsonify(shelves=rows, next=page.next)


@bp.get("/api/v1/library/shelves/<uuid:shelf_uuid>")
@needs_scope(READ)
def shelf(shelf_uuid: UUID) -> Response:
    """Describe a shelf with all of it that the asker may see; it holds sixty at most."""
    who, shown = actor(), addresses()
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


_LINE = {
    "uuid": UUID_TEXT,
    "title": TEXT,
    "description": TEXT,
    "place": TEXT,
    "opened_at": optional(MOMENT),
    "url": TEXT,
}
describe(
    "/library/shelves",
    key="list_shelves",
    summary="List the open shelves of librarians, the latest opened first.",
    parameters=(AFTER, PAGE_SIZE),
    answer=thing(shelves=list_of(thing(**_LINE)), next=optional(TEXT)),
    refusals=PAGE_REFUSALS,
    security=READER,
)
describe(
    "/library/shelves/{shelf_uuid}",
    key="get_shelf",
    summary="Describe a shelf with what the asker may see of it, in its order, each with a word why.",
    parameters=(in_path("shelf_uuid", UUID_TEXT, "The shelf."),),
    answer=thing(**_LINE, items=list_of(thing(item=SUMMARY, words=TEXT))),
    refusals=READ_REFUSALS,
    security=READER,
)
