"""The library for programs: search and items, read only, with the same sight as the pages."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, jsonify, request, url_for
from werkzeug.wrappers import Response

from content_store.models import Version
from lms.core.i18n import current_locale
from lms.core.openapi import NUMBER, TEXT, UUID_TEXT, describe, in_path, in_query, list_of, optional, thing
from lms.core.rates import client_address, limit_rate
from lms.core.web import actor, settings
from lms.library import queries
from lms.library.facets import HEADINGS
from lms.library.forms import SORTS, read_search

bp = Blueprint("library_api", __name__)
RATE = "600/minute"


@bp.get("/api/v1/library/search")
def search() -> Response:
    """Search as the page does, with the same arguments."""
    limit_rate("library_api", RATE, actor().user_id or client_address())
    asked = read_search(request.args)
    page = queries.search_items(actor(), asked.q, filters=asked.filters, after=asked.after, sort=asked.sort)
    rows = [
        {
            **_summary(found.version),
            "passages": [passage.text for passage in found.passages],
            "places": [passage.place for passage in found.passages],
        }
        for found in page.rows
    ]
    return jsonify(
        items=rows,
        total=page.total,
        facets={name: dict(counts) for name, counts in page.facets.items()},
        next=page.next,
        corrected=page.corrected,
        degraded=page.is_degraded,
    )


@bp.get("/api/v1/library/items/<uuid:item_uuid>")
def item(item_uuid: UUID) -> Response:
    """Describe one item: its license, attribution, versions and, where allowed, its files."""
    limit_rate("library_api", RATE, actor().user_id or client_address())
    who = actor()
    version = queries.get_item(who, item_uuid)
    verdicts = {
        action: queries.may_use(who, version, action).code
        for action in ("view", "download", "embed", "adapt", "redistribute")
    }
    files = [
        {
            "role": file.role,
            "filename": file.filename,
            "media_type": file.media_type,
            "size": file.size,
            "sha256": file.sha256,
            "language": file.language,
            "url": queries.file_link(file) if verdicts["download"] in {"allowed", "owner"} else None,
        }
        for file in version.files
    ]
    return jsonify(
        **_summary(version),
        description=version.description,
        keywords=version.keywords,
        rights_holder=version.rights_holder,
        attribution=version.attribution(current_locale()),
        rights=verdicts,
        files=files,
        versions=[
            {"number": row.number, "note": row.note, "created_at": row.created_at.isoformat()}
            for row in queries.list_versions(who, version)
        ],
    )


def _summary(version: Version) -> dict[str, object]:
    return {
        "uuid": str(version.item.uuid),
        "version": version.number,
        "pin": version.pin,
        "state": version.item.state,
        "title": version.title,
        "type": version.type,
        "format": version.format,
        "language": version.language,
        "subject": version.subject,
        "grades": version.grades,
        "license": version.license_id,
        "authors": version.authors,
        "pages": version.pages,
        "duration_s": version.duration_s,
        "source_url": version.source_url,
        "preview_url": queries.preview_link(version),
        # from the settings, not from the Host header, which the caller writes
        "url": settings().base_url + url_for("library.item", item_uuid=version.item.uuid),
    }


_SUMMARY = {
    "uuid": UUID_TEXT,
    "version": NUMBER,
    "pin": TEXT,
    "state": TEXT,
    "title": TEXT,
    "type": optional(TEXT),
    "format": optional(TEXT),
    "language": optional(TEXT),
    "subject": optional(TEXT),
    "grades": list_of(NUMBER),
    "license": optional(TEXT),
    "authors": list_of(TEXT),
    "pages": optional(NUMBER),
    "duration_s": optional({"type": "number"}),
    "source_url": optional(TEXT),
    "preview_url": optional(TEXT),
    "url": TEXT,
}
_COUNTS = {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": NUMBER}}
describe(
    "/library/search",
    key="search_library",
    summary="Search the library, as the page does.",
    parameters=(
        in_query("q", {"type": "string", "maxLength": 300}, "Words; accents may be left out."),
        in_query("sort", {"type": "string", "enum": list(SORTS)}, "Order of the answer."),
        in_query("after", {"type": "string", "maxLength": 500}, "`next` of the page before."),
        *(in_query(name, list_of(TEXT), "One or more values, as in the facets.") for name in HEADINGS),
    ),
    answer=thing(
        items=list_of(thing(**_SUMMARY, passages=list_of(TEXT), places=list_of(TEXT))),
        total=NUMBER,
        facets=_COUNTS,
        next=optional(TEXT),
        corrected=optional(TEXT),
        degraded={"type": "boolean"},
    ),
)
describe(
    "/library/items/{item_uuid}",
    key="get_item",
    summary="Describe one item: license, attribution, versions and, where allowed, its files.",
    parameters=(in_path("item_uuid", UUID_TEXT, "The item."),),
    refusals=(404, 429, 503),
    answer=thing(
        **_SUMMARY,
        description=TEXT,
        keywords=list_of(TEXT),
        rights_holder=optional(TEXT),
        attribution=TEXT,
        rights={"type": "object", "additionalProperties": TEXT},
        files=list_of(
            thing(
                role=TEXT,
                filename=TEXT,
                media_type=TEXT,
                size=NUMBER,
                sha256=TEXT,
                language=optional(TEXT),
                url=optional(TEXT),
            )
        ),
        versions=list_of(thing(number=NUMBER, note=TEXT, created_at=TEXT)),
    ),
)
