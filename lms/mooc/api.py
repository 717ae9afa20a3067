"""The catalogue for programs: read only, page by page, the same words and filters as the page."""

from __future__ import annotations

from flask import jsonify, request, url_for
from werkzeug.wrappers import Response

from lms.core.openapi import NUMBER, TEXT, UUID_TEXT, describe, in_query, list_of, optional, thing
from lms.core.rates import client_address, limit_rate
from lms.core.web import cacheable, settings
from lms.mooc import queries
from lms.mooc.blueprint import bp
from lms.mooc.forms import read_asked
from lms.mooc.models import OpenCourse


@bp.get("/api/v1/catalog")
def catalog_api() -> Response:
    """List open courses; `next` is the address of the following page."""
    limit_rate("catalog_api", "600/minute", client_address())
    asked = read_asked(request.args)
    found = queries.browse_catalog(
        asked.text, asked.filters, sort=asked.sort, after=asked.after, size=asked.size
    )
    after = (
        url_for("mooc.catalog_api", **asked.kept(after=found.next, size=asked.size)) if found.next else None
    )
    faces = {face.uuid: face for face in queries.load_listed([str(entry.uuid) for entry in found.entries])}
    body = jsonify(
        items=[_summary(faces[entry.uuid]) for entry in found.entries if entry.uuid in faces],
        total=found.total,
        facets={name: dict(counts) for name, counts in found.facets.items()},
        next=settings().base_url + after if after else None,
        corrected=found.corrected,
        degraded=found.is_degraded,
    )
    response = cacheable(body.get_data(as_text=True))
    response.mimetype = "application/json"
    return response


def _summary(found: OpenCourse) -> dict[str, object]:
    course, run, base = found.course, found.run, settings().base_url
    preview = base + url_for("mooc.preview", slug=course.slug) if found.preview_lesson else None
    return {
        "uuid": str(found.uuid),
        "title": course.title,
        "promise": found.promise,
        "provider": found.provider,
        "teachers": found.teachers,
        "audience": found.audience,
        "subject": course.subject,
        "grades": course.grades,
        "language": course.language,
        "effort_hours": found.effort_hours,
        "starts_on": run.starts_on.isoformat() if run.starts_on else None,
        "ends_on": run.ends_on.isoformat() if run.ends_on else None,
        "url": base + url_for("mooc.course", slug=course.slug),
        "preview_url": preview,
        "updated_at": found.updated_at.isoformat(),
    }


_ENTRY = thing(
    uuid=UUID_TEXT,
    title=TEXT,
    promise=TEXT,
    provider=TEXT,
    teachers=list_of(TEXT),
    audience=TEXT,
    subject=optional(TEXT),
    grades=list_of(NUMBER),
    language=optional(TEXT),
    effort_hours=NUMBER,
    starts_on=optional(TEXT),
    ends_on=optional(TEXT),
    url=TEXT,
    preview_url=optional(TEXT),
    updated_at=TEXT,
)
describe(
    "/catalog",
    key="list_open_courses",
    summary="List open courses, a page at a time.",
    parameters=(
        in_query("q", {"type": "string", "maxLength": 200}, "Words; accents may be left out."),
        in_query(
            "sort", {"type": "string", "enum": ["relevance", "newest", "title"]}, "Order of the answer."
        ),
        in_query("after", TEXT, "From `next` of the page before."),
        in_query("size", {"type": "integer", "minimum": 1, "maximum": 50}, "Courses on a page."),
        *(in_query(name, list_of(TEXT), "One or more values, as in the facets.") for name in queries.FACETS),
    ),
    answer=thing(
        items=list_of(_ENTRY),
        total=NUMBER,
        facets={"type": "object", "additionalProperties": {"type": "object", "additionalProperties": NUMBER}},
        next=optional(TEXT),
        corrected=optional(TEXT),
        degraded={"type": "boolean"},
    ),
)
