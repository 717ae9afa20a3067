"""One item: what it is, its versions, its metadata."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import UUID

from flask import jsonify
from werkzeug.wrappers import Response

from content_store.metadata import citations
from content_store.metadata.dublin_core import to_oai_dc
from content_store.metadata.facts import Facts
from content_store.metadata.lom import to_lom
from content_store.metadata.lrmi import to_lrmi
from content_store.metadata.xml_text import to_bytes
from content_store.representation import ITEM, METADATA_KINDS, VERSIONS, describe_versions
from lms.core.conditions import has_already, with_tag
from lms.core.openapi import TEXT, describe, in_path
from lms.core.web import actor, settings
from lms.library import queries
from lms.library.api.blueprint import (
    IF_NONE_MATCH,
    ITEM_PATH,
    NUMBER_PATH,
    READ,
    READ_REFUSALS,
    READER,
    bp,
)
from lms.library.api.showing import addresses, describe_for, tag_of
from lms.library.harvest import describe_version
from lms.people.bearer import needs_scope

KINDS: dict[str, tuple[str, Callable[[Facts], bytes]]] = {
    "lom": ("application/xml", lambda facts: to_bytes(to_lom(facts))),
    "dublin_core": ("application/xml", lambda facts: to_bytes(to_oai_dc(facts))),
    "json_ld": ("application/ld+json", lambda facts: json.dumps(_lrmi(facts), ensure_ascii=False).encode()),
    "bibtex": ("application/x-bibtex", lambda facts: _bibtex(facts).encode()),
    "ris": (
        "application/x-research-info-systems",
        lambda facts: citations.to_ris(facts, site_name=settings().site_name).encode(),
    ),
}


@bp.get("/api/v1/library/items/<uuid:item_uuid>")
@needs_scope(READ)
def item(item_uuid: UUID) -> Response:
    """Describe one item, as it is shown."""
    return _tell(item_uuid, None)


@bp.get("/api/v1/library/items/<uuid:item_uuid>/versions/<int:number>")
@needs_scope(READ)
def version(item_uuid: UUID, number: int) -> Response:
    """Describe one version of an item."""
    return _tell(item_uuid, number)


@bp.get("/api/v1/library/items/<uuid:item_uuid>/versions")
@needs_scope(READ)
def versions(item_uuid: UUID) -> Response:
    """List the versions of an item, newest first."""
    who = actor()
    rows = queries.list_versions(who, queries.get_item(who, item_uuid))
    return jsonify(describe_versions(rows, addresses()))


@bp.get(f"/api/v1/library/items/<uuid:item_uuid>/metadata/<any({', '.join(METADATA_KINDS)}):kind>")
@needs_scope(READ)
def metadata(item_uuid: UUID, kind: str) -> Response:
    """Send the item's record in one of the forms that others read."""
    media_type, write_out = KINDS[kind]
    facts = describe_version(queries.get_item(actor(), item_uuid))
    return Response(write_out(facts), content_type=f"{media_type}; charset=utf-8")


def _tell(item_uuid: UUID, number: int | None) -> Response:
    who = actor()
    found = queries.get_item(who, item_uuid, number)
    tag = tag_of(who, found)
    if has_already(tag):
        return with_tag(Response(), tag)
    return with_tag(jsonify(describe_for(who, found)), tag)


def _lrmi(facts: Facts) -> dict[str, object]:
    return to_lrmi(facts.metadata, url=facts.url, media_type=facts.media_type, date=facts.changed_at)


def _bibtex(facts: Facts) -> str:
    return citations.to_bibtex(facts, key="item", site_name=settings().site_name)


describe(
    "/library/items/{item_uuid}",
    key="get_item",
    summary="Describe one item: license, attribution, versions and, where allowed, its files.",
    parameters=(ITEM_PATH, IF_NONE_MATCH),
    answer=ITEM,
    refusals=(*READ_REFUSALS, 304),
    security=READER,
)
describe(
    "/library/items/{item_uuid}/versions",
    key="list_versions",
    summary="List the versions of an item, newest first.",
    parameters=(ITEM_PATH,),
    answer=VERSIONS,
    refusals=READ_REFUSALS,
    security=READER,
)
describe(
    "/library/items/{item_uuid}/versions/{number}",
    key="get_version",
    summary="Describe one version of an item.",
    parameters=(ITEM_PATH, NUMBER_PATH, IF_NONE_MATCH),
    answer=ITEM,
    refusals=(*READ_REFUSALS, 304),
    security=READER,
)
describe(
    "/library/items/{item_uuid}/metadata/{kind}",
    key="get_metadata",
    summary="The item's record as LOM, Dublin Core, schema.org JSON-LD, BibTeX or RIS.",
    parameters=(
        ITEM_PATH,
        in_path("kind", {"type": "string", "enum": list(METADATA_KINDS)}, "The form of the record."),
    ),
    answer=None,
    also={
        200: {
            "description": "The record.",
            "content": {media_type: {"schema": dict(TEXT)} for media_type, _write in KINDS.values()},
        }
    },
    refusals=READ_REFUSALS,
    security=READER,
)
