"""Resumable uploads by the tus protocol 1.0: creation, expiration, checksum, termination.

The offset is a row and the bytes are on the storage, so an upload outlives a closed laptop, a restarted server and a
change of node. A piece whose line breaks counts as far as it came, unless its checksum can no longer be told.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from email.utils import format_datetime
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import jsonify, make_response, request, url_for
from werkzeug.exceptions import ClientDisconnected
from werkzeug.wrappers import Response

from content_store.blobs import Staged
from content_store.resumable import Resumable
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import _
from lms.core.rates import limit_rate
from lms.core.web import actor, csrf, see_other, settings, toast
from lms.library.blueprint import bp
from lms.library.door import open_store
from lms.library.storage.quotas import check_room
from lms.library.uploads.receiving import MIB, PIECE, check_token, require_storage
from lms.library.uploads.tus_drafts import (
    append_piece,
    begin_upload,
    discard_upload,
    get_upload,
    leave_to_worker,
    make_draft,
)
from lms.library.uploads.views import choose_home, describe_received
from lms.people.access import signed_in

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,checksum,termination"
HASHES: dict[str, Callable[[], Any]] = {
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha256": hashlib.sha256,
}
LONGEST_METADATA = 8_000
NOT_WHOLE = 460  # the protocol's own: the checksum does not match

View = TypeVar("View", bound=Callable[..., Any])


def tus(view: View) -> View:
    """Decorate a view that speaks the protocol: its version asked, its header on every answer, nothing kept."""

    @wraps(view)
    def spoken(*args: Any, **values: Any) -> Response:
        if request.headers.get("Tus-Resumable") != VERSION:
            answer = _say(412, "")
            answer.headers["Tus-Version"] = VERSION
        else:
            answer = make_response(view(*args, **values))
        answer.headers["Tus-Resumable"] = VERSION
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return cast(View, spoken)


def _say(status: int, text: str, **headers: str) -> Response:
    answer = Response(text, status, mimetype="text/plain")
    for name, value in headers.items():
        answer.headers[name.replace("_", "-")] = value
    return answer


def _largest() -> int:
    return settings().max_upload_mb * MIB


@bp.route("/library/tus/", methods=["OPTIONS"], provide_automatic_options=False)
def tus_options() -> Response:
    """Tell what this server can do."""
    return _say(
        204,
        "",
        Tus_Resumable=VERSION,
        Tus_Version=VERSION,
        Tus_Extension=EXTENSIONS,
        Tus_Checksum_Algorithm=",".join(HASHES),
        Tus_Max_Size=str(_largest()),
    )


@bp.post("/library/tus/", provide_automatic_options=False)
@signed_in()
@tus
def begin_resumable() -> Response:
    """Note a file that is going to come; every reason to refuse it is told before its bytes."""
    who = actor()
    limit_rate("library_upload", "3000/hour", who.user_id)
    length = _number("Upload-Length")
    if length is None:
        return _say(400, "Upload-Length is needed, as a whole number of bytes.")
    if length > _largest():
        return _say(413, str(_("The file is larger than this site takes. Make it smaller or split it.")))
    said = _read_metadata(request.headers.get("Upload-Metadata", ""))
    home = choose_home(who, said.get("home", ""))
    check_room(home, length)
    db.session.rollback()  # hold no database connection while the storage is asked
    require_storage()
    filename, path = said.get("filename", "") or _("File"), said.get("relativePath", "")
    with write():
        row = begin_upload(who, filename=filename, length=length, limit=_largest(), home=home, path=path)
    answer = _say(201, "", Location=url_for("library.resumable_offset", upload_uuid=row.uuid))
    return _with_expiry(answer, row)


@bp.route("/library/tus/<uuid:upload_uuid>", methods=["HEAD"], provide_automatic_options=False)
@signed_in()
@tus
def resumable_offset(upload_uuid: UUID) -> Response:
    """Tell how far an upload is."""
    row = get_upload(actor(), upload_uuid)
    if row.is_over:
        return _say(410, "")
    name = base64.b64encode(row.filename.encode()).decode()
    answer = _say(
        200,
        "",
        Upload_Offset=str(row.offset),
        Upload_Length=str(row.length),
        Upload_Metadata=f"filename {name}",
    )
    return _with_expiry(answer, row)


def _check_first(view: View) -> View:
    """Check the token before anything else, as the general check does for bodies it may read."""

    @wraps(view)
    def checked(*args: Any, **values: Any) -> Any:
        check_token(request.headers.get("X-CSRFToken"))
        return view(*args, **values)

    return cast(View, checked)


@bp.patch("/library/tus/<uuid:upload_uuid>", provide_automatic_options=False)
@csrf.exempt  # the token is checked in the header: the general check would look for it in the body
@_check_first
@signed_in()
@tus
def append_resumable(upload_uuid: UUID) -> Response:
    """Take in the next bytes."""
    who = actor()
    limit_rate("library_upload_piece", "30000/hour", who.user_id)
    row, start = get_upload(who, upload_uuid), _number("Upload-Offset")
    if refusal := _refuse_piece(row, start):
        return refusal
    assert start is not None
    room = row.length - start
    db.session.rollback()  # hold no database connection while a slow line sends
    with open_store().blobs.stage() as staged:
        problem = _take_bytes(staged, room)
        if problem is not None:
            return problem
        if staged.size:
            try:
                start = append_piece(who, upload_uuid, staged, start=start)
            except Conflict as error:
                return _say(409, str(error))
    answer = _say(204, "", Upload_Offset=str(start))
    return _with_expiry(answer, get_upload(who, upload_uuid))


def _refuse_piece(row: Resumable, start: int | None) -> Response | None:
    if row.is_over:
        return _say(410, "")
    if request.mimetype != "application/offset+octet-stream":
        return _say(415, "Send application/offset+octet-stream.")
    if start is None:
        return _say(400, "Upload-Offset is needed.")
    if start != row.offset:
        return _say(409, f"The upload is at {row.offset}.", Upload_Offset=str(row.offset))
    if (request.content_length or 0) > row.length - start:
        return _say(413, "This is more than Upload-Length said.")
    return None


def _take_bytes(staged: Staged, room: int) -> Response | None:
    """Stage the body; None when it may count, else the refusal."""
    checksum = _read_checksum(request.headers.get("Upload-Checksum"))
    if isinstance(checksum, Response):
        return checksum
    request.max_content_length = room + 1  # one more, so that too much is seen as such
    try:
        while data := request.stream.read(PIECE):
            if staged.size + len(data) > room:
                return _say(413, "This is more than Upload-Length said.")
            staged.write(data)
            if checksum is not None:
                checksum[0].update(data)
    except (ClientDisconnected, OSError):
        if checksum is not None:
            return _say(400, "The line broke; without its end the checksum cannot be told.")
    if checksum is not None and checksum[0].digest() != checksum[1]:
        return _say(NOT_WHOLE, "The checksum does not match. Send these bytes again.")
    return None


def _read_checksum(header: str | None) -> tuple[Any, bytes] | Response | None:
    if header is None:
        return None
    name, _space, encoded = header.partition(" ")
    if name not in HASHES:
        return _say(400, f"Known checksums: {', '.join(HASHES)}.")
    try:
        return HASHES[name](), base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return _say(400, "Upload-Checksum is an algorithm, a space, and Base64.")


@bp.delete("/library/tus/<uuid:upload_uuid>", provide_automatic_options=False)
@signed_in()
@tus
def discard_resumable(upload_uuid: UUID) -> Response:
    """Forget an upload and its bytes."""
    with write():
        discard_upload(actor(), upload_uuid)
    return _say(204, "")


@bp.post("/library/tus/<uuid:upload_uuid>/draft")
@signed_in()
def draft_resumable(upload_uuid: UUID) -> Response | tuple[Response, int]:
    """Make the draft of a whole upload, and describe it as the form's answer does.

    A large one is left to the worker: 202, and the page asks again.
    """
    with write():
        is_left = leave_to_worker(actor(), upload_uuid)
    if is_left:
        return jsonify(waiting=True), 202
    received = make_draft(actor(), upload_uuid)
    if received.is_refused:  # its sender knows why now
        with write():
            discard_upload(actor(), upload_uuid)
    return jsonify(files=[describe_received(received)])


@bp.post("/library/upload/<uuid:upload_uuid>/discard")
@signed_in()
def discard_unfinished(upload_uuid: UUID) -> Response:
    """Forget an upload from the list of unfinished ones."""
    with write():
        discard_upload(actor(), upload_uuid)
    toast(_("The upload is discarded."))
    return see_other(url_for("library.upload"))


def _with_expiry(answer: Response, row: Resumable) -> Response:
    answer.headers["Upload-Expires"] = format_datetime(row.expires_at, usegmt=True)
    return answer


def _number(name: str) -> int | None:
    text = request.headers.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _read_metadata(header: str) -> dict[str, str]:
    """Return the metadata: pairs of a name and Base64, with commas between. Raises Invalid."""
    said: dict[str, str] = {}
    for pair in header[:LONGEST_METADATA].split(","):
        name, _space, encoded = pair.strip().partition(" ")
        try:
            said[name] = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, ValueError) as error:
            raise Invalid({"file": _("The name of the file cannot be read. Rename it and retry.")}) from error
    return said
