"""Putting things into the library, changing and sharing them. Slow work (reading files) happens before the write."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import BinaryIO
from uuid import UUID

from content_store import collections
from content_store.formats import captions_to_vtt
from content_store.models import Collection, Version
from content_store.store import Metadata, NewFile, PreparedFile
from content_store.values import metadata_of
from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.db import db
from lms.core.errors import Invalid, NotAllowed, NotFound, Refusal
from lms.core.i18n import _
from lms.core.jobs import enqueue
from lms.library.corrections import Correction, Outcome, correct
from lms.library.door import open_store, saying_refusals
from lms.library.permissions import can_contribute, owner_token
from lms.library.queries import (
    get_item,
    get_own_collection,
    may_use,
    pinned,
    verdict_words,
)
from lms.library.review import services as reviews
from lms.library.sharing import allow_change, audiences_of
from lms.library.values import PinnedItem
from lms.orgs.models import Org

__all__ = ["Metadata", "NewFile", "PreparedFile", "allow_change", "audiences_of"]
LARGEST_CAPTIONS = 5_000_000


def prepare_files(actor: Actor, files: Sequence[NewFile]) -> list[PreparedFile]:
    """Inspect files and store their bytes; no row is written. Call outside `write()`: it may take seconds."""
    if not can_contribute(actor):
        raise NotAllowed()
    with saying_refusals():
        return open_store().prepare(files)


def guess_metadata(file: PreparedFile) -> Metadata:
    """Return what the file says of itself, to be shown for correction."""
    return open_store().guess(file)


def add_item(
    actor: Actor,
    files: Sequence[PreparedFile],
    *,
    home: Org | None = None,
    metadata: Metadata | None = None,
    folder: str | None = None,
) -> Version:
    """Add an item as a draft that only its owner sees; `folder` is where its file lay, as `folder_of` cleaned it."""
    if not can_contribute(actor):
        raise NotAllowed()
    with saying_refusals():
        version = open_store().add(
            owner=owner_token(actor),
            files=files,
            metadata=metadata,
            home=str(home.uuid) if home else None,
        )
    version.item.folder = folder
    _index_soon()
    return version


def update_item(
    actor: Actor, uuid: UUID, metadata: Metadata, *, note: str = "", expected: int | None = None
) -> Version:
    """Change what is said of an item: a new version with the same files."""
    allow_change(actor, uuid)
    with saying_refusals():
        version = open_store().update_metadata(
            uuid, metadata, owner=owner_token(actor), note=note, expected=expected
        )
    reviews.show_again(actor, version)
    _index_soon()
    return version


def add_version(
    actor: Actor, uuid: UUID, files: Sequence[PreparedFile], *, note: str = "", expected: int | None = None
) -> Version:
    """Give an item new files; lessons that pin the old version keep it."""
    allow_change(actor, uuid)
    with saying_refusals():
        version = open_store().add_version(
            uuid, owner=owner_token(actor), files=files, note=note, expected=expected
        )
    reviews.show_again(actor, version)
    _index_soon()
    return version


def attach_captions(actor: Actor, uuid: UUID, file: PreparedFile) -> Version:
    """Attach captions to a video or audio item: a new version."""
    version = allow_change(actor, uuid)
    if version.type not in {"video", "audio"}:
        raise Invalid({"captions": _("Captions belong to a video or an audio item.")})
    if file.inspection is not None and file.inspection.format != "captions":
        raise Invalid({"captions": _("Choose a captions file: VTT or SRT.")})
    with saying_refusals():
        added = open_store().attach_file(uuid, file, owner=owner_token(actor))
    reviews.show_again(actor, added)
    _index_soon()
    return added


def captions_file(filename: str, stream: BinaryIO, *, language: str) -> NewFile:
    """Return captions as browsers play them: SubRip and odd encodings become WebVTT in UTF-8."""
    with saying_refusals():
        data = captions_to_vtt(stream.read(LARGEST_CAPTIONS + 1)[:LARGEST_CAPTIONS])
    stem = filename.rsplit(".", 1)[0] or "captions"
    return NewFile(f"{stem}.vtt", io.BytesIO(data), role="captions", language=language)


def correct_items(
    actor: Actor, rows: Sequence[Correction], *, publish_selected: bool = False
) -> list[Outcome]:
    """Save every row of the table of drafts and publish the selected ones; a refused row leaves the others be."""
    return [_correct_item(actor, row, publish=publish_selected and row.is_selected) for row in rows]


def _correct_item(actor: Actor, row: Correction, *, publish: bool) -> Outcome:
    if row.problem:
        return Outcome(row.item_uuid, problem=row.problem)
    try:
        with db.session.begin_nested():
            version = allow_change(actor, row.item_uuid)
            update_item(actor, row.item_uuid, correct(metadata_of(version), row))
            submission = (
                reviews.share_item(actor, row.item_uuid, scope=row.scope or "").submission
                if publish
                else None
            )
    except Invalid as error:
        return Outcome(row.item_uuid, problem=" ".join(map(str, error.fields.values())) or str(error))
    except Refusal as error:
        return Outcome(row.item_uuid, problem=str(error))
    return Outcome(
        row.item_uuid, is_published=publish and submission is None, is_submitted=submission is not None
    )


def publish_item(actor: Actor, uuid: UUID, *, scope: str) -> Version:
    """Show an item to the people of `scope`, or submit it where a review comes first. Raises NotAllowed, Invalid."""
    return reviews.share_item(actor, uuid, scope=scope).version


def retire_item(actor: Actor, uuid: UUID) -> None:
    """Take an item out of lists and search; lessons that pin it keep it. `restore_item` undoes it."""
    allow_change(actor, uuid)
    with saying_refusals():
        open_store().retire(uuid)
    reviews.stop_waiting(actor, uuid)
    record_audit(actor, "retire", "item", uuid)
    _index_soon()


def restore_item(actor: Actor, uuid: UUID) -> None:
    """Bring a retired item back."""
    allow_change(actor, uuid)
    with saying_refusals():
        open_store().restore(uuid)
    record_audit(actor, "restore", "item", uuid)
    _index_soon()


def pin_item(actor: Actor, item_uuid: UUID, number: int | None = None) -> PinnedItem:
    """Return the pinned version for a lesson. Raises NotFound, or Invalid saying why it may not stand in one."""
    version = get_item(actor, item_uuid, number)
    verdict = may_use(actor, version, "embed")
    if not verdict.allowed and not (verdict.code == "link-only" and version.source_url):
        raise Invalid({"pin": verdict_words(verdict)})
    if version.item.state == "draft":
        raise NotFound()
    if version.format == "lesson":
        words = _("This is a whole lesson. Open its page in the library and make a lesson of yours from it.")
        raise Invalid({"pin": words})
    return pinned(version)


def create_collection(
    actor: Actor, *, title: str, description: str = "", home: Org | None = None
) -> Collection:
    """Make an empty collection. Raises NotAllowed, Invalid."""
    if not can_contribute(actor):
        raise NotAllowed()
    with saying_refusals():
        return collections.create_collection(
            db.session(),
            owner=owner_token(actor),
            title=title,
            description=description[:2000],
            home=str(home.uuid) if home else None,
        )


def add_to_collection(actor: Actor, collection_uuid: UUID, item_uuid: UUID) -> None:
    """Put an item one may see into one's own collection."""
    collection = get_own_collection(actor, collection_uuid)
    get_item(actor, item_uuid)
    with saying_refusals():
        collections.add_to_collection(db.session(), collection, item_uuid)


def remove_from_collection(actor: Actor, collection_uuid: UUID, item_uuid: UUID) -> None:
    """Take an item out of one's own collection."""
    collection = get_own_collection(actor, collection_uuid)
    with saying_refusals():
        collections.remove_from_collection(db.session(), collection, item_uuid)


def _index_soon() -> None:
    enqueue("index_items", key="index_items")
