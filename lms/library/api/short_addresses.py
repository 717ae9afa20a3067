"""The short address of an item, as it is printed: read by who sees the item, made by who contributes."""

from __future__ import annotations

from uuid import UUID

from flask import jsonify
from werkzeug.wrappers import Response

from lms.core.db import write
from lms.core.openapi import TEXT, describe, optional, thing
from lms.core.web import actor
from lms.library import queries, short_links
from lms.library.api.blueprint import (
    ITEM_PATH,
    READ,
    READ_REFUSALS,
    READER,
    WRITE,
    WRITE_REFUSALS,
    WRITER,
    bp,
)
from lms.library.api.showing import full
from lms.people.bearer import needs_scope, needs_token


@bp.get("/api/v1/library/items/<uuid:item_uuid>/short-address")
@needs_scope(READ)
def short_address(item_uuid: UUID) -> Response:
    """Tell the short address of an item, null where nobody has asked for one."""
    version = queries.get_item(actor(), item_uuid)
    return _told(short_links.find_code(version.item.uuid))


@bp.put("/api/v1/library/items/<uuid:item_uuid>/short-address")
@needs_token(WRITE)
def make_short_address(item_uuid: UUID) -> Response:
    """Make the short address of an item; it has one for ever, so that twice is as once."""
    with write():
        code = short_links.make_code(actor(), item_uuid)
    return _told(code)


def _told(code: str | None) -> Response:
    return jsonify(code=code, url=full("library.short_link", short=code) if code else None)


_ANSWER = thing(code=optional(TEXT), url=optional(TEXT))
for _method, _key, _summary, _refusals, _security in (
    (
        "get",
        "get_short_address",
        "The short address of an item, null where it has none.",
        READ_REFUSALS,
        READER,
    ),
    (
        "put",
        "make_short_address",
        "Make the short address of a published item; twice is as once.",
        WRITE_REFUSALS,
        WRITER,
    ),
):
    describe(
        "/library/items/{item_uuid}/short-address",
        method=_method,
        key=_key,
        summary=_summary,
        parameters=(ITEM_PATH,),
        answer=_ANSWER,
        refusals=_refusals,
        security=_security,
    )
