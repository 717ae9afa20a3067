"""Uploads that come in pieces: begun, moved on, made into the same draft as a form makes, swept when forgotten."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from content_store import resumable
from content_store.blobs import Staged
from content_store.errors import StoreError
from content_store.models import Version
from content_store.resumable import Resumable
from content_store.store import Metadata, PreparedFile
from content_store.uploads import ReceivedFile
from lms.core.actor import Actor
from lms.core.db import after_commit, db, write
from lms.core.errors import Conflict, NotAllowed, Refusal
from lms.core.i18n import LOCALES, _, speaking
from lms.core.jobs import enqueue, job
from lms.core.schedule import every
from lms.library import queries
from lms.library.bulk import services as bulk_imports
from lms.library.door import as_refusal, open_store, saying_refusals
from lms.library.permissions import can_contribute, owner_token
from lms.library.uploads.receiving import Received, add_received, prepare_received
from lms.library.uploads.topics import NOT_TAKEN
from lms.notices.services import tell
from lms.orgs.models import Org
from lms.people.queries import build_actor, get_user

FORGOTTEN_AFTER = timedelta(minutes=10)
LARGE = 64 * 1024 * 1024
"""From so many bytes on the worker reads an upload: it takes longer than a page may keep anyone waiting."""


def begin_upload(
    actor: Actor, *, filename: str, length: int, limit: int, home: Org | None, path: str = ""
) -> Resumable:
    """Note an upload that will come in pieces. Raises NotAllowed, Invalid."""
    if not can_contribute(actor):
        raise NotAllowed()
    with saying_refusals():
        return resumable.begin_upload(
            db.session(),
            owner=owner_token(actor),
            filename=filename,
            length=length,
            limit=limit,
            home=str(home.uuid) if home else None,
            path=path,
        )


def get_upload(actor: Actor, uuid: UUID) -> Resumable:
    """Return an upload of the actor's own. Raises NotFound for everyone else's."""
    with saying_refusals():
        return resumable.find_upload(db.session(), uuid, owner=owner_token(actor))


def list_unfinished(actor: Actor) -> list[Resumable]:
    """Return the actor's uploads that wait for the rest of their bytes."""
    return resumable.list_unfinished(db.session(), owner=owner_token(actor)) if actor.uuid else []


def list_waiting(actor: Actor) -> list[Resumable]:
    """Return the actor's whole uploads that the worker is still to read."""
    return resumable.list_waiting(db.session(), owner=owner_token(actor)) if actor.uuid else []


def append_piece(actor: Actor, uuid: UUID, staged: Staged, *, start: int) -> int:
    """Keep a piece that has arrived; return how far the upload is. Raises Conflict when another one was faster."""
    blobs = open_store().blobs
    with saying_refusals():
        name, size = resumable.keep_part(blobs, staged), staged.size
        try:
            with write():
                row = resumable.append_part(
                    db.session(), uuid, owner=owner_token(actor), start=start, size=size, name=name
                )
                return row.offset
        except BaseException:
            blobs.drop_part(name)
            raise


def discard_upload(actor: Actor, uuid: UUID) -> None:
    """Forget an upload and its bytes; an item it became stays."""
    blobs = open_store().blobs
    names = resumable.forget_upload(db.session(), get_upload(actor, uuid))
    after_commit(lambda: resumable.drop_parts(blobs, names))


def make_draft(
    actor: Actor, uuid: UUID, *, correct: Callable[[Metadata], Metadata] | None = None
) -> Received:
    """Make the draft of a whole upload; asked again, it answers the same item. Call outside `write()`.

    `correct` is given what the file says of itself and returns what is to be kept.
    """
    row = get_upload(actor, uuid)
    filename, folder, made = row.filename, row.folder, _made_of(actor, row)
    if made is not None:
        return made
    home = next((org for org in queries.list_homes(actor) if str(org.uuid) == row.home), None)
    staged = _whole(actor, row)

    def settle(version: Version) -> None:
        with saying_refusals():
            resumable.settle_upload(db.session(), uuid, version.item.uuid)

    file = ReceivedFile("file", filename, None, staged, folder)
    received = add_received(actor, file, home=home, settle=settle, correct=correct)
    if received.problem:  # of two that made the draft at once, the later one finds the item of the first
        return _made_of(actor, get_upload(actor, uuid)) or received
    _drop_bytes(actor, uuid)
    return received


def _join(actor: Actor, uuid: UUID, parts: list[resumable.KeptPart], length: int) -> Staged:
    """Put the pieces together; where one is not what was sent, take the upload back to it. Raises Conflict."""
    blobs = open_store().blobs
    try:
        return resumable.join_parts(blobs, parts, length)
    except StoreError as error:
        start = error.params.get("start")
        if isinstance(start, int):
            with write():
                names = resumable.rewind_upload(db.session(), get_upload(actor, uuid).uuid, start=start)
            resumable.drop_parts(blobs, names)
        raise as_refusal(error) from error


def take_upload(actor: Actor, uuid: UUID) -> PreparedFile:
    """Return a whole upload as a file for an item that exists; `settle_version` ends it. Call outside `write()`."""
    row = get_upload(actor, uuid)
    if row.item_uuid is not None:
        raise Conflict(_("This upload has become an item already. Send the file again."))
    filename, staged = row.filename, _whole(actor, row)
    try:
        return prepare_received(actor, ReceivedFile("file", filename, None, staged))
    finally:
        staged.abort()


def settle_version(actor: Actor, uuid: UUID, item_uuid: UUID) -> None:
    """Note, in this transaction, the item whose version an upload became, and forget its bytes. Raises Conflict."""
    blobs = open_store().blobs
    with saying_refusals():
        resumable.settle_upload(db.session(), uuid, item_uuid)
    names = resumable.forget_parts(db.session(), get_upload(actor, uuid))
    after_commit(lambda: resumable.drop_parts(blobs, names))


def _whole(actor: Actor, row: Resumable) -> Staged:
    """Return all the bytes of an upload. Raises Conflict while it is not whole."""
    if not row.is_whole or row.is_over:
        raise Conflict(_("The upload is not whole. Choose the same file again; it goes on where it stopped."))
    uuid, length = row.uuid, row.length
    parts = resumable.list_parts(db.session(), row)
    db.session.rollback()
    return _join(actor, uuid, parts, length)


def _made_of(actor: Actor, row: Resumable) -> Received | None:
    if row.item_uuid is None:
        return None
    return Received(row.filename, queries.get_item(actor, row.item_uuid))


def _drop_bytes(actor: Actor, uuid: UUID) -> None:
    with write():
        names = resumable.forget_parts(db.session(), get_upload(actor, uuid))
    resumable.drop_parts(open_store().blobs, names)


def leave_to_worker(actor: Actor, uuid: UUID) -> bool:
    """Ask the worker to make the draft of a large upload; True while it has not tried. Raises NotFound, Conflict."""
    row = get_upload(actor, uuid)
    if row.length < LARGE or row.item_uuid is not None or row.tried_at is not None or not row.is_whole:
        return False
    enqueue(
        "draft_upload", key=f"draft:{uuid}", user_id=actor.user_id, owner=row.owner, upload_uuid=str(uuid)
    )
    return True


@job("draft_upload")
def draft_upload(owner: str, upload_uuid: str) -> None:
    """Make the draft of one upload; what was refused is told to its sender, who asks again."""
    _draft_for(owner, UUID(upload_uuid))
    with write():
        resumable.note_tried(db.session(), UUID(upload_uuid))


@job("add_forgotten_uploads")
def add_forgotten_uploads() -> None:
    """Make drafts of whole uploads whose sender went away before asking: a lid was closed after the last byte."""
    waiting = resumable.list_forgotten(db.session(), older_than=FORGOTTEN_AFTER)
    for owner, uuid in [(row.owner, row.uuid) for row in waiting]:
        with write():
            resumable.note_tried(db.session(), uuid)
        _draft_for(owner, uuid)


def _draft_for(owner: str, uuid: UUID) -> None:
    with suppress(Refusal):  # of one upload; its sender is told why, by a notice and on coming back
        user = get_user(UUID(owner.removeprefix("user:")))
        actor = build_actor(user)
        with speaking(actor.locale or LOCALES[0]):
            if user.is_active and can_contribute(actor):
                received = make_draft(actor, uuid)
                if received.problem:
                    about = {"filename": received.filename, "reason": received.problem}
                    with write():
                        tell(NOT_TAKEN.key, key=str(uuid), about=about, who={"user_id": actor.user_id})


def has_forgotten() -> bool:
    """Tell whether a whole upload waits for nobody."""
    found = bool(resumable.list_forgotten(db.session(), older_than=FORGOTTEN_AFTER, limit=1))
    db.session.rollback()
    return found


@job("sweep_uploads")
def sweep_uploads() -> None:
    """Forget uploads whose time has passed, and pieces that no upload names."""
    blobs = open_store().blobs
    while rows := resumable.list_over(db.session()):
        uuids = [(row.owner, row.uuid) for row in rows]
        names: list[str] = []
        with write():
            for owner, uuid in uuids:
                names += resumable.forget_upload(
                    db.session(), resumable.find_upload(db.session(), uuid, owner=owner)
                )
        resumable.drop_parts(blobs, names)
    bulk_imports.forget_old_imports()
    resumable.drop_orphaned_parts(db.session(), blobs, kept=bulk_imports.kept_archives())


every("sweep_uploads", minutes=60)
every("add_forgotten_uploads", minutes=10, has_work=has_forgotten)
