"""Taking in uploads: streamed past the form parser, inspected outside any transaction, added in one short write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from flask import current_app, request
from flask_wtf.csrf import CSRFError, validate_csrf
from werkzeug.exceptions import ClientDisconnected
from wtforms import ValidationError

from content_store.errors import RefusedFile, TooLarge
from content_store.models import Version
from content_store.uploads import ReceivedFile, Upload, UploadLimits, stream_multipart
from lms.core.actor import Actor
from lms.core.db import db, write
from lms.core.errors import Invalid, Refusal
from lms.core.jobs import enqueue
from lms.core.web import settings
from lms.library import queries, services
from lms.library.door import as_refusal, open_store, saying_refusals
from lms.library.showing import warning_words
from lms.library.storage.quotas import check_room
from lms.orgs.models import Org

PIECE = 256 * 1024
MIB = 1024 * 1024
MOST_FILES = 100


def receive_upload(*, takes_empty: bool = False) -> Upload:
    """Read the whole form of this request. Raises Invalid for what cannot be taken, CSRFError without a token.

    A script sends the token as a header, checked before a byte is read; a plain form sends it as a field. With
    `takes_empty` an empty file is among the others, to be refused alone.
    """
    token = request.headers.get("X-CSRFToken")
    if token is not None:
        check_token(token)
    limits = _limits()
    if (request.content_length or 0) > limits.total_bytes:
        raise as_refusal(TooLarge(code="upload-too-large"))
    request.max_content_length = limits.total_bytes  # None would mean the limit of ordinary forms
    db.session.rollback()  # hold no database connection while a slow line sends
    require_storage()
    with saying_refusals():
        upload = stream_multipart(
            _pieces(),
            request.content_type or "",
            stage=open_store().blobs.stage,
            limits=limits,
            takes_empty=takes_empty,
        )
    if token is None:
        try:
            check_token(upload.value("csrf_token"))
        except CSRFError:
            upload.discard()
            raise
    return upload


def require_storage() -> None:
    """Refuse before the first byte where the storage takes none. Raises Invalid; not to be called in `write()`."""
    with saying_refusals():
        open_store().blobs.require_ready()


def _limits() -> UploadLimits:
    largest = settings().max_upload_mb * MIB
    return UploadLimits(file_bytes=largest, total_bytes=largest + largest // 2, files=MOST_FILES)


def _pieces() -> Iterator[bytes]:
    """Yield the body as it arrives; a line that breaks is a cut upload, not a crash."""
    try:
        while piece := request.stream.read(PIECE):
            yield piece
    except (ClientDisconnected, OSError) as error:
        raise RefusedFile(code="upload-cut") from error


def check_token(token: str | None) -> None:
    """Check the cross-site token of a streamed body. Raises CSRFError."""
    if not current_app.config.get("WTF_CSRF_ENABLED", True):
        return
    try:
        validate_csrf(token)
    except ValidationError as error:
        raise CSRFError(str(error)) from error


@dataclass(frozen=True, slots=True)
class Received:
    """How one file went: an item, an item that was there before, or a sentence that says why not.

    `is_refused` says that the bytes themselves are not taken: sent again they fare no better.
    """

    filename: str
    version: Version | None = None
    is_copy: bool = False
    problem: str = ""
    is_refused: bool = False
    warnings: list[str] = field(default_factory=list)


def add_received(
    actor: Actor,
    file: ReceivedFile,
    *,
    home: Org | None,
    settle: Callable[[Version], None] = lambda version: None,
    correct: Callable[[services.Metadata], services.Metadata] | None = None,
) -> Received:
    """Make a draft item of a received file, unless the actor has the same bytes already.

    `settle` is told of the item in the same write; what it refuses makes no item. `correct` is given what the file
    says of itself and returns what is to be kept.
    """
    try:
        if copy := queries.find_own_copy(actor, file.staged.sha256):
            with write():
                settle(copy)
            return Received(file.filename, copy, is_copy=True)
        check_room(home, file.staged.size)
        prepared = services.prepare_files(actor, [services.NewFile(file.filename, file.staged)])
        metadata = correct(services.guess_metadata(prepared[0])) if correct else None
        with write():
            version = services.add_item(actor, prepared, home=home, metadata=metadata, folder=file.folder)
            settle(version)
            enqueue("note_likeness", key="note_likeness")
            enqueue("make_derived", key="make_derived")
        warnings = version.inspection.warnings if version.inspection else []
        return Received(file.filename, version, warnings=warning_words(warnings))
    except Invalid as error:
        words = " ".join(map(str, error.fields.values())) or str(error)
        return Received(file.filename, problem=words, is_refused=isinstance(error.__cause__, RefusedFile))
    except Refusal as error:
        return Received(file.filename, problem=str(error))
    finally:
        file.staged.abort()


def prepare_received(actor: Actor, file: ReceivedFile) -> services.PreparedFile:
    """Inspect one received file for an item that exists."""
    return services.prepare_files(actor, [services.NewFile(file.filename, file.staged)])[0]


def prepare_captions(actor: Actor, file: ReceivedFile, language: str) -> services.PreparedFile:
    """Inspect received captions, made into WebVTT."""
    file.staged.finish()
    with file.staged.path.open("rb") as stream:
        captions = services.captions_file(file.filename, stream, language=language)
    return services.prepare_files(actor, [captions])[0]
