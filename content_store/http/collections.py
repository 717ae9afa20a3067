"""Collections for programs: those that hold something for everyone, and what everyone may see of each."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from content_store import collection_pages
from content_store.errors import StoreError
from content_store.http import shelf
from content_store.http.place import PREFIX, Place, place_of, send_json, uuid_in
from content_store.models import Collection
from content_store.representation import SUMMARY, summarize

COLLECTIONS = f"{PREFIX}/library/collections"
LARGEST = 100


def read_size(request: Request) -> int:
    """How many rows are asked for. Raises StoreError, and for the word that other programs use."""
    if "limit" in request.query_params:
        raise StoreError(f"Say size: 1 to {LARGEST}.", code="bad-size")
    size = request.query_params.get("size", str(shelf.SIZE))
    if not (size.isascii() and size.isdigit() and len(size) < 4 and 1 <= int(size) <= LARGEST):
        raise StoreError(f"Choose 1 to {LARGEST}.", code="bad-size")
    return int(size)


def collections(request: Request) -> Response:
    """The collections, by uuid."""
    place, size = place_of(request), read_size(request)
    with place.shelf.open() as store:
        rows, following = collection_pages.list_open_collections(
            store.session, audiences=shelf.READERS, after=request.query_params.get("after"), size=size
        )
        told = {"collections": [_line(place, row) for row in rows], "next": following}
    return send_json(request, told)


def collection(request: Request) -> Response:
    """One collection and a page of its items in its order."""
    place, size = place_of(request), read_size(request)
    with place.shelf.open() as store:
        found = collection_pages.get_open_collection(
            store.session, uuid_in(request, "collection_uuid"), audiences=shelf.READERS
        )
        page = collection_pages.list_collected_page(
            store.session,
            found,
            audiences=shelf.READERS,
            after=request.query_params.get("after"),
            size=size,
        )
        addresses = place.addresses()
        items = [summarize(version, addresses) for version in page.versions]
        told = {**_line(place, found), "items": items, "next": page.next}
    return send_json(request, told)


def _line(place: Place, row: Collection) -> dict[str, str]:
    return {
        "uuid": str(row.uuid),
        "title": row.title,
        "description": row.description,
        "updated_at": row.updated_at.isoformat(),
        "url": f"{place.base_url}{COLLECTIONS}/{row.uuid}",
    }


ROUTES = [Route(COLLECTIONS, collections), Route(f"{COLLECTIONS}/{{collection_uuid}}", collection)]
_TEXT = {"type": "string"}
_NEXT = {"next": {"type": ["string", "null"]}}
_LINE: dict[str, Any] = {
    "uuid": {"type": "string", "format": "uuid"},
    "title": _TEXT,
    "description": _TEXT,
    "updated_at": {"type": "string", "format": "date-time"},
    "url": _TEXT,
}


def _thing(told: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": sorted(told), "properties": told, "additionalProperties": False}


LISTED = _thing({"collections": {"type": "array", "items": _thing(_LINE)}, **_NEXT})
ONE = _thing({**_LINE, "items": {"type": "array", "items": dict(SUMMARY)}, **_NEXT})
