"""The description of `/api/v1/` for programs (OpenAPI 3.1), put together from what the rooms say of their own routes.

A room calls `describe` beside its view. A test compares the document with the routes, so that it stays true.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from lms.core.web import settings

bp = Blueprint("openapi", __name__)
PREFIX = "/api/v1"
Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}
UUID_TEXT: Schema = {"type": "string", "format": "uuid"}
ERROR: Schema = {
    "type": "object",
    "required": ["error", "message", "request_id"],
    "properties": {
        "error": {"type": "string", "description": "A word for programs; it never changes."},
        "message": {"type": "string", "description": "A sentence for people, in their language."},
        "request_id": TEXT,
        "fields": {"type": "object", "additionalProperties": TEXT},
    },
}
_WORDS = {
    404: "There is nothing at this address, or not for you.",
    405: "Only GET is answered here.",
    429: "Too many requests; Retry-After says when to come back.",
    503: "The site is busy; try again later.",
}

_paths: dict[str, dict[str, Any]] = {}


def optional(schema: Schema) -> dict[str, Any]:
    """Return the schema of a value that may be null."""
    return {"anyOf": [dict(schema), {"type": "null"}]}


def list_of(schema: Schema) -> dict[str, Any]:
    """Return the schema of a list."""
    return {"type": "array", "items": dict(schema)}


def thing(**properties: Schema) -> dict[str, Any]:
    """Return the schema of an object that always has all `properties` and no others."""
    return {
        "type": "object",
        "required": sorted(properties),
        "properties": dict(properties),
        "additionalProperties": False,
    }


def in_query(name: str, schema: Schema, words: str) -> dict[str, Any]:
    """Describe an argument of the query that may be left out."""
    return {"name": name, "in": "query", "required": False, "description": words, "schema": dict(schema)}


def in_path(name: str, schema: Schema, words: str) -> dict[str, Any]:
    """Describe an argument of the path."""
    return {"name": name, "in": "path", "required": True, "description": words, "schema": dict(schema)}


def describe(
    path: str,
    *,
    key: str,
    summary: str,
    answer: Schema,
    parameters: Iterable[Mapping[str, Any]] = (),
    refusals: Iterable[int] = (429, 503),
) -> None:
    """Describe the GET route at `path` (below /api/v1, arguments in braces); the same path replaces."""
    responses: dict[str, Any] = {
        "200": {"description": summary, "content": {"application/json": {"schema": dict(answer)}}}
    }
    for status in refusals:
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        responses[str(status)] = {"description": _WORDS[status], "content": content}
    _paths[PREFIX + path] = {
        "get": {
            "operationId": key,
            "summary": summary,
            "parameters": [dict(one) for one in parameters],
            "responses": responses,
        }
    }


@bp.get(f"{PREFIX}/openapi.json")
def document() -> Response:
    """Return the whole description; the same for everyone."""
    config = settings()
    response = jsonify(
        openapi="3.1.0",
        info={"title": config.site_name, "version": "1", "description": "Read only. No account is needed."},
        servers=[{"url": config.base_url}],
        paths=dict(sorted(_paths.items())),
        components={"schemas": {"Error": dict(ERROR)}},
    )
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


describe(
    "/openapi.json",
    key="describe",
    summary="This description.",
    answer={"type": "object", "required": ["openapi", "info", "paths"]},
    refusals=(),
)
