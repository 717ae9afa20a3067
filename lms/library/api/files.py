"""Files of a version: an address that stays, an ETag that is the digest, and bytes from where they lie.

The app proxies no bytes: it asks whether one may, and sends on to a signed address that ends within minutes. The file
server and S3 answer ranges; a client sends its Range on along the redirect.
"""

from __future__ import annotations

from uuid import UUID

from flask import redirect
from werkzeug.wrappers import Response

from lms.core.conditions import has_already, with_tag
from lms.core.errors import NotFound
from lms.core.openapi import UUID_TEXT, describe, in_path
from lms.core.web import actor
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
from lms.library.open_files import get_download_link
from lms.people.bearer import needs_scope

TO_BYTES = {
    302: {
        "description": "The bytes are at Location, for some minutes; Range and ETag are answered there.",
        "headers": {"Location": {"schema": {"type": "string"}}, "ETag": {"schema": {"type": "string"}}},
    }
}


@bp.get("/api/v1/library/items/<uuid:item_uuid>/versions/<int:number>/files/<uuid:file_uuid>")
@needs_scope(READ)
def file(item_uuid: UUID, number: int, file_uuid: UUID) -> Response:
    """Lead to the bytes of a file, where the license lets a copy be kept."""
    who = actor()
    version = queries.get_item(who, item_uuid, number)
    link = get_download_link(who, version, file_uuid)
    return lead_to(link, next(one.sha256 for one in version.files if one.uuid == file_uuid))


@bp.get("/api/v1/library/items/<uuid:item_uuid>/versions/<int:number>/preview")
@needs_scope(READ)
def preview(item_uuid: UUID, number: int) -> Response:
    """Lead to the small picture of a version."""
    version = queries.get_item(actor(), item_uuid, number)
    link = queries.preview_link(version)
    if link is None or version.preview is None:
        raise NotFound()
    return lead_to(link, version.preview.sha256)


def lead_to(link: str, sha256: str) -> Response:
    """Send on to signed bytes, or say that who asks has them already."""
    if has_already(sha256):
        return with_tag(Response(), sha256)
    answer = redirect(link)
    answer.set_etag(sha256)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


FILE_PATH = in_path("file_uuid", UUID_TEXT, "The file, by the uuid that its version names.")
for _path, _key, _summary, _more in (
    ("files/{file_uuid}", "get_file", "Lead to the bytes of a file.", (FILE_PATH,)),
    ("preview", "get_preview", "Lead to the small picture of a version.", ()),
):
    describe(
        f"/library/items/{{item_uuid}}/versions/{{number}}/{_path}",
        key=_key,
        summary=_summary,
        parameters=(ITEM_PATH, NUMBER_PATH, *_more, IF_NONE_MATCH),
        answer=None,
        status=302,
        also=TO_BYTES,
        refusals=(*READ_REFUSALS, 304),
        security=READER,
    )
