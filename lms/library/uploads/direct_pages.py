"""Where a browser learns to which address of the storage its next piece goes, and tells that it has arrived.

Uploads are begun, asked how far they are, discarded and made into drafts as those by tus are; a page may go on by
either way at any piece.
"""

from __future__ import annotations

from uuid import UUID

from flask import jsonify, request
from werkzeug.wrappers import Response

from content_store.direct import Piece
from lms.core.db import write
from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.rates import limit_rate
from lms.core.web import actor, settings
from lms.library.blueprint import bp
from lms.library.uploads.direct import check_arrived, grant_piece, note_arrived
from lms.people.access import signed_in


@bp.post("/library/direct/<uuid:upload_uuid>/piece")
@signed_in()
def direct_piece(upload_uuid: UUID) -> Response:
    """Answer where the next piece goes: `{"name", "url", "headers"}`."""
    who = actor()
    limit_rate("library_upload_piece", "30000/hour", who.user_id)
    name, link = grant_piece(who, _read_piece(upload_uuid), secret=settings().secret_key)
    answer = jsonify(name=name, url=link.url, headers=link.headers)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/library/direct/<uuid:upload_uuid>/arrived")
@signed_in()
def direct_arrived(upload_uuid: UUID) -> Response:
    """Take note of a piece that is on the storage; answer how far the upload is: `{"offset"}`."""
    who, piece = actor(), _read_piece(upload_uuid)
    limit_rate("library_upload_piece", "30000/hour", who.user_id)
    name, secret = request.form.get("name", ""), settings().secret_key
    check_arrived(who, piece, name, secret=secret)
    with write():
        offset = note_arrived(who, piece, name).offset
    return jsonify(offset=offset)


def _read_piece(upload_uuid: UUID) -> Piece:
    said = [request.form.get(name, "") for name in ("start", "size")]
    if not all(text.isascii() and text.isdigit() and len(text) < 16 for text in said):
        raise Invalid({"file": _("The upload could not be read. Try again; nothing was saved.")})
    return Piece(upload_uuid, int(said[0]), int(said[1]), request.form.get("sha256", ""))
