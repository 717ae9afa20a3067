"""Collections: one's own by name, each with its items, page by page."""

from __future__ import annotations

from uuid import UUID

from flask import jsonify, url_for
from werkzeug.wrappers import Response

from content_store.collection_pages import has_collected, list_collected_page
from content_store.collections import get_collection
from content_store.models import Collection
from content_store.representation import SUMMARY, summarize
from lms.core.db import db, write
from lms.core.errors import NotFound
from lms.core.idempotency import repeatable
from lms.core.openapi import TEXT, UUID_TEXT, describe, in_path, list_of, optional, thing
from lms.core.web import actor
from lms.library import queries, services
from lms.library.api.blueprint import (
    ITEM_PATH,
    OWN_READER,
    PAGE_REFUSALS,
    READ,
    READ_REFUSALS,
    READER,
    REPEATABLE,
    WRITE,
    WRITE_REFUSALS,
    WRITER,
    bp,
)
from lms.library.api.bodies import read_object, read_text, taken
from lms.library.api.lists import AFTER, PAGE_SIZE, read_after, read_size
from lms.library.api.showing import addresses, full
from lms.library.door import saying_refusals
from lms.library.permissions import owner_token
from lms.people.bearer import needs_scope, needs_token


@bp.get("/api/v1/library/collections")
@needs_token(READ)
def collections() -> Response:
    """List one's own collections, the last changed first."""
    page = queries.list_collections(actor(), after=read_after(), size=read_size())
    return jsonify(collections=[_line(row) for row in page.rows], next=page.next)


@bp.post("/api/v1/library/collections")
@needs_token(WRITE)
@repeatable
def add_collection() -> Response:
    """Make an empty collection."""
    body = read_object("title", "description")
    title, description = read_text(body, "title", longest=300), read_text(body, "description", longest=2000)
    with write():
        made = services.create_collection(actor(), title=title, description=description)
    answer = jsonify(_line(made))
    answer.status_code = 201
    answer.headers["Location"] = url_for("library_api.collection", collection_uuid=made.uuid)
    return answer


@bp.get("/api/v1/library/collections/<uuid:collection_uuid>")
@needs_scope(READ)
def collection(collection_uuid: UUID) -> Response:
    """Describe a collection and a page of its items, as far as the asker may see them."""
    who, size, after, shown = actor(), read_size(), read_after(), addresses()
    tokens, session = queries.tokens_of(who), db.session()
    with saying_refusals():
        found = get_collection(session, collection_uuid)
        if found.owner != owner_token(who) and not has_collected(session, found, audiences=tokens):
            raise NotFound()
        page = list_collected_page(session, found, audiences=tokens, after=after, size=size)
    items = [summarize(version, shown) for version in page.versions]
    return jsonify(**_line(found), items=items, next=page.next)


@bp.put("/api/v1/library/collections/<uuid:collection_uuid>/items/<uuid:item_uuid>")
@needs_token(WRITE)
def put_in_collection(collection_uuid: UUID, item_uuid: UUID) -> Response:
    """Put an item one may see into one's own collection; twice is as once."""
    with write():
        services.add_to_collection(actor(), collection_uuid, item_uuid)
    return Response(status=204)


@bp.delete("/api/v1/library/collections/<uuid:collection_uuid>/items/<uuid:item_uuid>")
@needs_token(WRITE)
def take_out_of_collection(collection_uuid: UUID, item_uuid: UUID) -> Response:
    """Take an item out of one's own collection; the item stays."""
    with write():
        services.remove_from_collection(actor(), collection_uuid, item_uuid)
    return Response(status=204)


def _line(row: Collection) -> dict[str, object]:
    return {
        "uuid": str(row.uuid),
        "title": row.title,
        "description": row.description,
        "updated_at": row.updated_at.isoformat(),
        "url": full("library.collection", collection_uuid=row.uuid),
    }


_LINE = {
    "uuid": UUID_TEXT,
    "title": TEXT,
    "description": TEXT,
    "updated_at": {"type": "string", "format": "date-time"},
    "url": TEXT,
}
COLLECTION_PATH = in_path("collection_uuid", UUID_TEXT, "The collection.")
describe(
    "/library/collections",
    key="list_collections",
    summary="List the collections of the token's owner, the last changed first.",
    parameters=(AFTER, PAGE_SIZE),
    answer=thing(collections=list_of(thing(**_LINE)), next=optional(TEXT)),
    refusals=PAGE_REFUSALS,
    security=OWN_READER,
)
describe(
    "/library/collections",
    method="post",
    key="add_collection",
    summary="Make an empty collection.",
    parameters=(REPEATABLE,),
    body=taken(
        ("title",),
        title={"type": "string", "minLength": 1, "maxLength": 300},
        description={"type": "string", "maxLength": 2000},
    ),
    answer=thing(**_LINE),
    status=201,
    refusals=WRITE_REFUSALS,
    security=WRITER,
)
describe(
    "/library/collections/{collection_uuid}",
    key="get_collection",
    summary="Describe a collection and a page of its items.",
    parameters=(COLLECTION_PATH, AFTER, PAGE_SIZE),
    answer=thing(**_LINE, items=list_of(SUMMARY), next=optional(TEXT)),
    refusals=(*READ_REFUSALS, 422),
    security=READER,
)
for _method, _key, _summary in (
    ("put", "put_in_collection", "Put an item into a collection; twice is as once."),
    ("delete", "take_out_of_collection", "Take an item out of a collection; the item stays."),
):
    describe(
        "/library/collections/{collection_uuid}/items/{item_uuid}",
        method=_method,
        key=_key,
        summary=_summary,
        parameters=(COLLECTION_PATH, ITEM_PATH),
        answer=None,
        status=204,
        refusals=(401, 403, 404, 422, 429, 503),
        security=WRITER,
    )
