"""The library for programs, read only: the same addresses and answers as the site with an application around it."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from content_store.http import shelf
from content_store.http.asking import SORTS, language_of, read_search
from content_store.http.place import number_in, place_of, send_json, uuid_in
from content_store.representation import (
    FOUND,
    ITEM,
    PROBLEM,
    VERSIONS,
    describe_found,
    describe_item,
    describe_versions,
)

PREFIX = "/api/v1"


def search(request: Request) -> Response:
    """Search as the page does, with the same arguments."""
    place = place_of(request)
    with place.shelf.open() as store:
        page = shelf.search(store, read_search(request.query_params))
        told = describe_found(
            [(found.version, found.passages) for found in page.rows],
            place.addresses(),
            total=page.total,
            facets=page.facets,
            next=page.next,
            corrected=page.corrected,
            degraded=page.is_degraded,
        )
    return send_json(request, told)


def item(request: Request) -> Response:
    """One item, or one version of it: its license, attribution, versions and, where allowed, its files."""
    place = place_of(request)
    with place.shelf.open() as store:
        number = number_in(request.path_params.get("number"))
        version = shelf.get_item(store, uuid_in(request, "uuid"), number)
        told = describe_item(
            version,
            place.addresses(with_files=shelf.may_download(store, version)),
            verdicts=shelf.verdicts_of(store, version),
            versions=shelf.list_versions(store, version),
            language=language_of(request),
        )
    return send_json(request, told)


def versions(request: Request) -> Response:
    """The versions of an item, newest first."""
    place = place_of(request)
    with place.shelf.open() as store:
        shown = shelf.get_item(store, uuid_in(request, "uuid"))
        told = describe_versions(shelf.list_versions(store, shown), place.addresses())
    return send_json(request, told)


def document(request: Request) -> Response:
    """The description of this API (OpenAPI 3.1)."""
    place = place_of(request)
    return send_json(request, describe_api(place.name, place.base_url))


ROUTES = [
    Route(f"{PREFIX}/openapi.json", document),
    Route(f"{PREFIX}/library/search", search),
    Route(f"{PREFIX}/library/items/{{uuid}}", item),
    Route(f"{PREFIX}/library/items/{{uuid}}/versions", versions),
    Route(f"{PREFIX}/library/items/{{uuid}}/versions/{{number}}", item),
]

_TEXT = {"type": "string"}
_UUID = {"name": "uuid", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
_NUMBER = {"name": "number", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}


def describe_api(name: str, base_url: str) -> dict[str, Any]:
    """The document of what this place answers."""
    words = {"q": {**_TEXT, "maxLength": 300}, "sort": {**_TEXT, "enum": list(SORTS)}}
    words |= {"after": {**_TEXT, "maxLength": 500}}
    words |= {facet: {"type": "array", "items": _TEXT} for facet in shelf.FACETS}
    asked = [{"name": key, "in": "query", "required": False, "schema": kind} for key, kind in words.items()]
    library = f"{PREFIX}/library"
    return {
        "openapi": "3.1.0",
        "info": {"title": name, "version": "1", "description": "Read only. No account is needed."},
        "servers": [{"url": base_url}],
        "paths": {
            f"{library}/search": _get("search_library", "Search, as the page does.", dict(FOUND), asked, []),
            f"{library}/items/{{uuid}}": _get("get_item", "One item.", dict(ITEM), [_UUID]),
            f"{library}/items/{{uuid}}/versions": _get(
                "list_versions", "Its versions, newest first.", dict(VERSIONS), [_UUID]
            ),
            f"{library}/items/{{uuid}}/versions/{{number}}": _get(
                "get_version", "One version of an item.", dict(ITEM), [_UUID, _NUMBER]
            ),
            f"{library}/files/{{uuid}}": _get_file(),
        },
        "components": {"schemas": {"Problem": dict(PROBLEM)}},
    }


def _get(
    key: str,
    words: str,
    answer: dict[str, Any],
    asked: list[dict[str, Any]],
    refused: list[int] | None = None,
) -> dict[str, Any]:
    answers: dict[str, Any] = {
        "200": {"description": words, "content": {"application/json": {"schema": answer}}},
        "304": {"description": "As `If-None-Match` has it."},
    }
    for status in [404] if refused is None else refused:
        answers[str(status)] = _refusal("There is nothing at this address, or not for you.")
    return {"get": {"operationId": key, "summary": words, "parameters": asked, "responses": answers}}


def _get_file() -> dict[str, Any]:
    told = _get("get_file", "A file; ranges and tags are understood.", {}, [_UUID])
    whole = {"description": "The bytes.", "content": {"*/*": {}}}
    told["get"]["responses"] |= {
        "200": whole,
        "206": whole,
        "302": {"description": "The storage itself gives the bytes, at this address."},
        "403": _refusal("The license lets nobody have a copy."),
        "416": {"description": "The range lies outside of the file."},
    }
    return told


def _refusal(words: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": words, "content": {"application/problem+json": {"schema": schema}}}
