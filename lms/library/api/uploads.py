"""Files on their way in: announced, sent whole or in pieces, then made into an item or a version.

They are the same uploads as those of the pages (tus), so what one began the other may finish.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from typing import Any
from uuid import UUID

from flask import jsonify, request, url_for
from werkzeug.exceptions import ClientDisconnected
from werkzeug.wrappers import Response

from content_store.blobs import Staged
from content_store.filenames import LONGEST_PATH
from content_store.resumable import Resumable
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid, Refusal
from lms.core.i18n import _, _l
from lms.core.idempotency import repeatable, write_once
from lms.core.openapi import NUMBER, TEXT, UUID_TEXT, describe, in_header, in_path, optional, thing
from lms.core.web import actor, settings
from lms.library.api.blueprint import REPEATABLE, WRITE, WRITE_REFUSALS, WRITER, bp
from lms.library.api.bodies import read_number, read_object, read_text, read_uuid, taken
from lms.library.api.showing import full
from lms.library.door import open_store
from lms.library.storage.quotas import check_room
from lms.library.uploads.receiving import MIB, PIECE, require_storage
from lms.library.uploads.tus_drafts import append_piece, begin_upload, discard_upload, get_upload
from lms.library.uploads.views import choose_home
from lms.people.bearer import needs_token

SPAN = re.compile(r"bytes ([0-9]{1,15})-([0-9]{1,15})/([0-9]{1,15})")
DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/=]{1,100}):")


class Ended(Conflict):
    """The upload waited too long."""

    code = "upload_ended"
    default = _l("This upload has ended. Announce the file again.")


class TooMuch(Refusal):
    """More bytes than were announced, or than are taken here."""

    status, code = 413, "too_large"
    default = _l("These are more bytes than were announced.")


class NotWhole(Invalid):
    """The bytes that came are not those that were sent."""

    code = "not_whole"
    default = _l("The bytes are not those that Content-Digest speaks of. Send them again.")


@bp.post("/api/v1/library/uploads")
@needs_token(WRITE)
@repeatable
def announce_upload() -> Response:
    """Announce a file; every reason to refuse it is told before its bytes."""
    who, body = actor(), read_object("filename", "size", "home", "path")
    filename, size = read_text(body, "filename", longest=255), read_number(body, "size")
    path, largest = read_text(body, "path", longest=LONGEST_PATH), settings().max_upload_mb * MIB
    if not filename.strip():
        raise Invalid({"filename": _("Say how the file is called.")})
    if size > largest:
        raise TooMuch(_("The file is larger than this site takes. Make it smaller or split it."))
    home = choose_home(who, str(read_uuid(body, "home") or ""))
    check_room(home, size)
    require_storage()
    return write_once(
        lambda: begin_upload(who, filename=filename, length=size, limit=largest, home=home, path=path),
        _told_announced,
    )


def _told_announced(row: Resumable) -> Response:
    answer = _told(row)
    answer.status_code = 201
    answer.headers["Location"] = url_for("library_api.upload", upload_uuid=row.uuid)
    return answer


@bp.get("/api/v1/library/uploads/<uuid:upload_uuid>")
@needs_token(WRITE)
def upload(upload_uuid: UUID) -> Response:
    """Tell how far an upload is."""
    return _told(get_upload(actor(), upload_uuid))


@bp.put("/api/v1/library/uploads/<uuid:upload_uuid>")
@needs_token(WRITE)
def send_bytes(upload_uuid: UUID) -> Response:
    """Take in the bytes: all of them, or with Content-Range the next piece."""
    who = actor()
    row = get_upload(who, upload_uuid)
    if row.is_over:
        raise Ended()
    start, length = _read_span(row)
    if start != row.offset:
        raise Conflict(_("The upload is at byte %(offset)d. Go on from there.", offset=row.offset))
    said = _read_digest()
    db.session.rollback()  # hold no database connection while a slow line sends
    with open_store().blobs.stage() as staged:
        _take_bytes(staged, length, said)
        append_piece(who, upload_uuid, staged, start=start)
    return _told(get_upload(who, upload_uuid))


@bp.delete("/api/v1/library/uploads/<uuid:upload_uuid>")
@needs_token(WRITE)
def forget_upload(upload_uuid: UUID) -> Response:
    """Forget an upload and its bytes; an item it became stays."""
    with write():
        discard_upload(actor(), upload_uuid)
    return Response(status=204)


def _read_span(row: Resumable) -> tuple[int, int]:
    """Return where the sent bytes begin, and how many they are. Raises Invalid."""
    header = request.headers.get("Content-Range")
    if header is None:
        return 0, row.length
    found = SPAN.fullmatch(header)
    if found is None:
        raise Invalid({"Content-Range": _("Write it as: bytes 0-999/5000.")})
    first, last, whole = (int(part) for part in found.groups())
    if whole != row.length or not first <= last < whole:
        raise Invalid(
            {"Content-Range": _("It does not fit the announced size of %(size)d.", size=row.length)}
        )
    return first, last - first + 1


def _read_digest() -> bytes | None:
    header = request.headers.get("Content-Digest")
    if header is None:
        return None
    found = DIGEST.search(header)
    try:
        return base64.b64decode(found[1], validate=True) if found else b""
    except (binascii.Error, ValueError):
        return b""


def _take_bytes(staged: Staged, length: int, said: bytes | None) -> None:
    """Stage exactly `length` bytes, whose SHA-256 is as was said. Raises TooMuch, Invalid, NotWhole."""
    if (request.content_length or 0) > length:
        raise TooMuch()
    digest: Any = hashlib.sha256()
    request.max_content_length = length + 1  # one more, so that too much is seen as such
    try:
        while data := request.stream.read(PIECE):
            if staged.size + len(data) > length:
                raise TooMuch()
            staged.write(data)
            digest.update(data)
    except (ClientDisconnected, OSError) as error:
        raise NotWhole(
            message=_("The line broke. Ask how far the upload is and go on from there.")
        ) from error
    if staged.size != length:
        raise NotWhole(message=_("%(size)d bytes were to come. Send them all.", size=length))
    if said is not None and not hmac.compare_digest(digest.digest(), said):
        raise NotWhole()


def _told(row: Resumable) -> Response:
    return jsonify(
        uuid=str(row.uuid),
        filename=row.filename,
        size=row.length,
        offset=row.offset,
        whole=row.is_whole,
        expires_at=row.expires_at.isoformat(),
        item=str(row.item_uuid) if row.item_uuid else None,
        url=full("library_api.upload", upload_uuid=row.uuid),
    )


UPLOAD = thing(
    uuid=UUID_TEXT,
    filename=TEXT,
    size=NUMBER,
    offset=NUMBER,
    whole={"type": "boolean"},
    expires_at={"type": "string", "format": "date-time"},
    item=optional(UUID_TEXT),
    url=TEXT,
)
UPLOAD_PATH = in_path("upload_uuid", UUID_TEXT, "The upload.")
describe(
    "/library/uploads",
    method="post",
    key="announce_upload",
    summary="Announce a file that is going to be sent.",
    parameters=(REPEATABLE,),
    body=taken(
        ("filename", "size"),
        filename={"type": "string", "minLength": 1, "maxLength": 255},
        size={"type": "integer", "minimum": 1},
        home=UUID_TEXT,
        path={
            "type": "string",
            "maxLength": LONGEST_PATH,
            "description": "Where the file lies below a chosen folder, its own name included: `Toán/Lớp 6/bai.pdf`.",
        },
    ),
    answer=UPLOAD,
    status=201,
    refusals=WRITE_REFUSALS,
    security=WRITER,
)
describe(
    "/library/uploads/{upload_uuid}",
    key="get_upload",
    summary="Tell how far an upload is.",
    parameters=(UPLOAD_PATH,),
    answer=UPLOAD,
    refusals=(401, 403, 404, 429, 503),
    security=WRITER,
)
describe(
    "/library/uploads/{upload_uuid}",
    method="put",
    key="send_bytes",
    summary="Send the bytes: all of them, or with Content-Range the next piece.",
    parameters=(
        UPLOAD_PATH,
        in_header("Content-Range", {"type": "string"}, "Such as `bytes 0-999/5000`: the piece that is sent."),
        in_header(
            "Content-Digest", {"type": "string"}, "`sha-256=:<Base64>:` of these bytes; they are checked."
        ),
    ),
    body={"application/octet-stream": {"type": "string", "format": "binary"}},
    answer=UPLOAD,
    refusals=WRITE_REFUSALS,
    security=WRITER,
)
describe(
    "/library/uploads/{upload_uuid}",
    method="delete",
    key="forget_upload",
    summary="Forget an upload and its bytes; an item it became stays.",
    parameters=(UPLOAD_PATH,),
    answer=None,
    status=204,
    refusals=(401, 403, 404, 429, 503),
    security=WRITER,
)
