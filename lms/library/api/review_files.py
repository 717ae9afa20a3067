"""The files of what was submitted, for those who review it: its version may be shown to nobody else yet."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Response

from content_store.models import Version
from content_store.representation import describe_file
from lms.core.actor import Actor
from lms.core.errors import NotFound
from lms.core.openapi import NUMBER, TEXT, UUID_TEXT, describe, in_path, optional, thing
from lms.core.web import actor
from lms.library.api.blueprint import IF_NONE_MATCH, OWN_READER, READ, READ_REFUSALS, bp
from lms.library.api.files import FILE_PATH, TO_BYTES, lead_to
from lms.library.api.showing import full
from lms.library.open_files import get_download_link, list_open_files
from lms.library.review import queries
from lms.library.review.models import ReviewSubmission
from lms.library.review.permissions import with_owners_eyes
from lms.people.bearer import needs_token


@bp.get("/api/v1/library/reviews/<uuid:review_uuid>/files/<uuid:file_uuid>")
@needs_token(READ)
def review_file(review_uuid: UUID, file_uuid: UUID) -> Response:
    """Lead to the bytes of a file of what was submitted."""
    who = actor()
    version = queries.find_version(queries.get_submission(who, review_uuid))
    if version is None:
        raise NotFound()
    link = get_download_link(with_owners_eyes(who, version), version, file_uuid)
    return lead_to(link, next(one.sha256 for one in version.files if one.uuid == file_uuid))


def list_files(who: Actor, row: ReviewSubmission, version: Version) -> list[dict[str, Any]]:
    """Return the files of what was submitted, each with the address by which its reviewers have it."""
    return [
        describe_file(file, full("library_api.review_file", review_uuid=row.uuid, file_uuid=file.uuid))
        for file in list_open_files(with_owners_eyes(who, version), version)
    ]


REVIEW_PATH = in_path("review_uuid", UUID_TEXT, "The review; `publish` answers with it.")
FILE = thing(
    uuid=UUID_TEXT,
    role=TEXT,
    filename=TEXT,
    media_type=TEXT,
    size=NUMBER,
    sha256=TEXT,
    language=optional(TEXT),
    url=TEXT,
)
describe(
    "/library/reviews/{review_uuid}/files/{file_uuid}",
    key="get_review_file",
    summary="Lead to the bytes of a file of what was submitted, for its reviewers and its author.",
    parameters=(REVIEW_PATH, FILE_PATH, IF_NONE_MATCH),
    answer=None,
    status=302,
    also=TO_BYTES,
    refusals=(*READ_REFUSALS, 304),
    security=OWN_READER,
)
