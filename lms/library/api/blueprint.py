"""The blueprint, the scopes, and what every answer of the library's API has in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from lms.core.i18n import _l
from lms.core.openapi import UUID_TEXT, in_header, in_path
from lms.library.permissions import CONTRIBUTORS
from lms.people.api_scopes import Scope, register_scope

bp = Blueprint("library_api", __name__)
READ, WRITE = "library:read", "library:write"
register_scope(Scope(READ, _l("Read the library")))
register_scope(Scope(WRITE, _l("Add and change materials in the library"), frozenset(CONTRIBUTORS)))

READER: list[Mapping[str, list[str]]] = [{}, {"token": [READ]}]
WRITER: list[Mapping[str, list[str]]] = [{"token": [WRITE]}]
OWN_READER: list[Mapping[str, list[str]]] = [{"token": [READ]}]
READ_REFUSALS = (401, 403, 404, 429, 503)
PAGE_REFUSALS = (*READ_REFUSALS, 422)
WRITE_REFUSALS = (400, 401, 403, 404, 409, 412, 413, 415, 422, 429, 503)
ITEM_PATH = in_path("item_uuid", UUID_TEXT, "The item.")
MOMENT = {"type": "string", "format": "date-time"}
FLAG = {"type": "boolean"}
NUMBER_PATH = in_path(
    "number", {"type": "integer", "minimum": 1, "maximum": 999_999}, "The number of a version."
)
IF_NONE_MATCH = in_header("If-None-Match", {"type": "string"}, "The ETag of what you have.")
IF_MATCH = in_header("If-Match", {"type": "string"}, "The ETag that you read.", required=True)
REPEATABLE = in_header(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "The same key again is answered as the first time, and nothing is done twice. Kept for a day.",
)


@bp.after_request
def _keep_to_oneself(response: Response) -> Any:
    """What is answered depends on who asks."""
    response.headers.setdefault("Cache-Control", "private, no-cache")
    response.headers.add("Vary", "Authorization, Cookie, Accept-Language")
    return response
