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
    "required": ["type", "status", "code", "title", "detail", "request_id"],
    "properties": {
        "type": TEXT,
        "status": NUMBER,
        "code": {"type": "string", "description": "A word for programs; it never changes."},
        "title": TEXT,
        "detail": {"type": "string", "description": "A sentence for people, in their language: what to do."},
        "request_id": TEXT,
        "fields": {"type": "object", "additionalProperties": TEXT},
    },
}
_WORDS = {
    304: "It is as you have it already.",
    400: "The request cannot be read.",
    401: "The token does not work, or none was sent where one is needed.",
    403: "The token was not made for this, or its owner may not do it.",
    404: "There is nothing at this address, or not for you.",
    405: "This address does not answer this method.",
    409: "The state of the thing forbids it.",
    412: "It was changed meanwhile: read it again.",
    413: "That is too large.",
    415: "The body is of another kind than the one asked for.",
    416: "There are no such bytes.",
    422: "Something in the request is not as it must be; `fields` says what.",
    428: "Send If-Match with the ETag that you read.",
    429: "Too many requests; Retry-After says when to come back.",
    503: "The site is busy; try again later.",
}
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}

_ABOUT = (
    "What is public is read without an account. With a token (page of the account, Tokens for programs) a program acts "
    "in its owner's name, never with more rights than that person has at that moment. Refusals are problem details "
    "(RFC 9457) in the language of Accept-Language. Lists are paged by key: `next` is given back as `after`."
)
_TOKEN = {"type": "http", "scheme": "bearer", "description": "A token of a person's account."}

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
        "properties": {name: dict(schema) for name, schema in properties.items()},
        "additionalProperties": False,
    }


def in_query(name: str, schema: Schema, words: str) -> dict[str, Any]:
    """Describe an argument of the query that may be left out."""
    return {"name": name, "in": "query", "required": False, "description": words, "schema": dict(schema)}


def in_path(name: str, schema: Schema, words: str) -> dict[str, Any]:
    """Describe an argument of the path."""
    return {"name": name, "in": "path", "required": True, "description": words, "schema": dict(schema)}


def in_header(name: str, schema: Schema, words: str, *, required: bool = False) -> dict[str, Any]:
    """Describe a header of the request."""
    return {"name": name, "in": "header", "required": required, "description": words, "schema": dict(schema)}


def describe(
    path: str,
    *,
    key: str,
    summary: str,
    answer: Schema | None,
    method: str = "get",
    status: int = 200,
    media_type: str = "application/json",
    body: Mapping[str, Schema] | None = None,
    parameters: Iterable[Mapping[str, Any]] = (),
    refusals: Iterable[int] = (429, 503),
    also: Mapping[int, Mapping[str, Any]] | None = None,
    security: Iterable[Mapping[str, list[str]]] | None = None,
) -> None:
    """Describe the route at `path` (below /api/v1, arguments in braces); the same path and method replace.

    `body` names the schema of each media type taken; `also` holds further answers that are no refusals.
    """
    content = {"content": {media_type: {"schema": dict(answer)}}} if answer is not None else {}
    responses: dict[str, Any] = {str(status): {"description": summary, **content}}
    responses |= {str(code): dict(told) for code, told in (also or {}).items()}
    for refusal in refusals:
        told = {} if refusal == 304 else {"content": PROBLEM}
        responses[str(refusal)] = {"description": _WORDS[refusal], **told}
    operation: dict[str, Any] = {
        "operationId": key,
        "summary": summary,
        "parameters": [dict(one) for one in parameters],
        "responses": responses,
    }
    if body is not None:
        taken = {kind: {"schema": dict(schema)} for kind, schema in body.items()}
        operation["requestBody"] = {"required": True, "content": taken}
    if security is not None:
        operation["security"] = [dict(one) for one in security]
    _paths.setdefault(PREFIX + path, {})[method] = operation


@bp.get(f"{PREFIX}/openapi.json")
def document() -> Response:
    """Return the whole description; the same for everyone."""
    config = settings()
    response = jsonify(
        openapi="3.1.0",
        info={"title": config.site_name, "version": "1", "description": _ABOUT},
        servers=[{"url": config.base_url}],
        paths=dict(sorted(_paths.items())),
        components={"schemas": {"Problem": dict(ERROR)}, "securitySchemes": {"token": _TOKEN}},
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
