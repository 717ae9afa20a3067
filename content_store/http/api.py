"""The library for programs, read only: the same addresses and answers as the site with an application around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from content_store.http import shelf
from content_store.http.asking import SORTS, language_of, read_search
from content_store.http.collections import COLLECTIONS, LARGEST, LISTED, ONE, read_size
from content_store.http.place import ITEMS, PREFIX, number_in, place_of, send_json, uuid_in
from content_store.representation import (
    FOUND,
    ITEM,
    METADATA_KINDS,
    PROBLEM,
    SUMMARY,
    VERSIONS,
    describe_found,
    describe_item,
    describe_versions,
    summarize,
)
from content_store.search.cursors import LONGEST_CURSOR


def search(request: Request) -> Response:
    """Search as the page does, with the same arguments."""
    place, size = place_of(request), read_size(request)
    with place.shelf.open() as store:
        page = shelf.search(store, read_search(request.query_params), size=size)
        told = describe_found(
            [(found.version, found.passages) for found in page.rows],
            place.addresses(),
            total=page.total,
            facets=page.facets,
            next=page.next,
            corrected=page.corrected,
            instead=page.instead,
            degraded=page.is_degraded,
        )
    return send_json(request, told)


def items(request: Request) -> Response:
    """Items by their last change, the latest first."""
    place, size = place_of(request), read_size(request)
    with place.shelf.open() as store:
        after = request.query_params.get("after", "")[:LONGEST_CURSOR] or None
        page = shelf.list_items(store, after=after, size=size)
        addresses = place.addresses()
        told = {"items": [summarize(version, addresses) for version in page.versions], "next": page.next}
    return send_json(request, told)


def item(request: Request) -> Response:
    """One item, or one version of it: its license, attribution, versions and, where allowed, its files."""
    place = place_of(request)
    with place.shelf.open() as store:
        number = number_in(request.path_params.get("number"))
        version = shelf.get_item(store, uuid_in(request, "item_uuid"), number)
        told = describe_item(
            version,
            place.addresses(shelf.list_files(store, version)),
            verdicts=shelf.verdicts_of(store, version),
            versions=shelf.list_versions(store, version),
            language=language_of(request),
        )
    return send_json(request, told)


def versions(request: Request) -> Response:
    """The versions of an item, newest first."""
    place = place_of(request)
    with place.shelf.open() as store:
        shown = shelf.get_item(store, uuid_in(request, "item_uuid"))
        told = describe_versions(shelf.list_versions(store, shown), place.addresses())
    return send_json(request, told)


def document(request: Request) -> Response:
    """The description of this API (OpenAPI 3.1)."""
    place = place_of(request)
    return send_json(request, describe_api(place.name, place.base_url))


ROUTES = [
    Route(f"{PREFIX}/openapi.json", document),
    Route(f"{PREFIX}/library/search", search),
    Route(ITEMS, items),
    Route(f"{ITEMS}/{{item_uuid}}", item),
    Route(f"{ITEMS}/{{item_uuid}}/versions", versions),
    Route(f"{ITEMS}/{{item_uuid}}/versions/{{number}}", item),
]

_TEXT = {"type": "string"}
_UUID_TEXT = {"type": "string", "format": "uuid"}
_AFTER = {"name": "after", "in": "query", "required": False, "schema": {**_TEXT, "maxLength": LONGEST_CURSOR}}


def describe_api(name: str, base_url: str) -> dict[str, Any]:
    """The document of what this place answers."""
    item = f"{ITEMS}/{{item_uuid}}"
    version = f"{item}/versions/{{number}}"
    listed = {"type": "array", "items": dict(SUMMARY)}
    answers = {
        f"{PREFIX}/library/search": _get(
            "search_library", "Search, as the page does.", FOUND, _searched(), [404, 422]
        ),
        ITEMS: _get(
            "list_items", "Items by their last change.", _list(listed), [_AFTER, _size()], [404, 422]
        ),
        COLLECTIONS: _get(
            "list_collections",
            "Collections that hold something for everyone.",
            LISTED,
            [_AFTER, _size()],
            [404, 422],
        ),
        f"{COLLECTIONS}/{{collection_uuid}}": _get(
            "get_collection", "A collection and a page of its items.", ONE, [_AFTER, _size()], [404, 422]
        ),
        item: _get("get_item", "One item.", ITEM),
        f"{item}/versions": _get("list_versions", "Its versions, newest first.", VERSIONS),
        version: _get("get_version", "One version of an item.", ITEM),
        f"{item}/metadata/{{kind}}": _get("get_metadata", "Its record in the words of others.", None),
        f"{version}/files/{{file_uuid}}": _bytes("get_file", "A file; ranges and tags are understood."),
        f"{version}/preview": _bytes("get_preview", "The small picture of a version."),
    }
    for path, told in answers.items():
        told["get"]["parameters"] += [_in_path(part[1:-1]) for part in path.split("/") if part[:1] == "{"]
    return {
        "openapi": "3.1.0",
        "info": {"title": name, "version": "1", "description": "Read only. No account is needed."},
        "servers": [{"url": base_url}],
        "paths": answers,
        "components": {"schemas": {"Problem": dict(PROBLEM)}},
    }


def _list(rows: dict[str, Any]) -> dict[str, Any]:
    told = {"items": rows, "next": {"type": ["string", "null"]}}
    return {"type": "object", "required": sorted(told), "properties": told, "additionalProperties": False}


def _searched() -> list[dict[str, Any]]:
    words: dict[str, Any] = {"q": {**_TEXT, "maxLength": 300}, "sort": {**_TEXT, "enum": list(SORTS)}}
    words |= {facet: {"type": "array", "items": _TEXT} for facet in shelf.FACETS}
    return [
        _AFTER,
        _size(),
        *({"name": key, "in": "query", "required": False, "schema": kind} for key, kind in words.items()),
    ]


def _size() -> dict[str, Any]:
    kind = {"type": "integer", "minimum": 1, "maximum": LARGEST}
    return {"name": "size", "in": "query", "required": False, "schema": kind}


def _in_path(name: str) -> dict[str, Any]:
    kind: dict[str, Any] = _UUID_TEXT
    if name == "number":
        kind = {"type": "integer", "minimum": 1}
    elif name == "kind":
        kind = {"type": "string", "enum": list(METADATA_KINDS)}
    return {"name": name, "in": "path", "required": True, "schema": kind}


def _get(
    key: str,
    words: str,
    answer: Mapping[str, Any] | None,
    asked: list[dict[str, Any]] | None = None,
    refused: list[int] | None = None,
) -> dict[str, Any]:
    content = {"*/*": {}} if answer is None else {"application/json": {"schema": dict(answer)}}
    answers: dict[str, Any] = {
        "200": {"description": words, "content": content},
        "304": {"description": "As `If-None-Match` has it."},
    }
    for status in refused or [404]:
        answers[str(status)] = _refusal(_REFUSALS[status])
    return {"get": {"operationId": key, "summary": words, "parameters": asked or [], "responses": answers}}


def _bytes(key: str, words: str) -> dict[str, Any]:
    told = _get(key, words, None)
    told["get"]["responses"] |= {
        "206": {"description": "A part of the bytes.", "content": {"*/*": {}}},
        "302": {"description": "The storage itself gives the bytes, at this address."},
        "403": _refusal(_REFUSALS[403]),
        "416": {"description": "The range lies outside of the file."},
    }
    return told


_REFUSALS = {
    403: "The license lets nobody have a copy.",
    404: "There is nothing at this address, or not for you.",
    422: "What was asked is not of the list.",
}


def _refusal(words: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": words, "content": {"application/problem+json": {"schema": schema}}}
