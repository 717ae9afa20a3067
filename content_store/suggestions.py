"""Changes that others offer for an item: kept apart from its versions until its keeper takes them in, or declines.

An offer is made against one version and holds only what differs from it. Taking it in is done on top of the newest
version, whatever came between; `is_behind` says so before, and `expected` refuses what nobody has looked at.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content_store import catalogue, clock
from content_store.blobs import BlobRef
from content_store.errors import Conflict, ItemNotFound, StoreError
from content_store.lineage import as_prepared
from content_store.lineage_models import Suggestion
from content_store.models import Version, VersionFile
from content_store.previews import record_file
from content_store.store import ContentStore
from content_store.values import Metadata, PreparedFile, check_metadata, metadata_of

LONGEST_NOTE = 2000
MOST_OPEN = 3
_NAMES = tuple(field.name for field in fields(Metadata) if field.name != "license_id")
_LISTS = frozenset({"grades", "authors", "keywords"})


def suggest_change(
    session: Session,
    base: Version,
    *,
    author: str,
    note: str,
    metadata: Metadata | None = None,
    file: PreparedFile | None = None,
    credit: str = "",
) -> Suggestion:
    """Offer a change of an item. Raises StoreError where nothing would change or nothing is said, Conflict for too many.

    The same offer sent twice is the one that is open already.
    The license is not a matter of change: only who holds the rights can say under which one a work stands.
    """
    said = note.replace("\x00", "").strip()
    if not said or len(said) > LONGEST_NOTE:
        raise StoreError("Say in a sentence what you would change and why.", code="no-note")
    changes = _changes(base, metadata) if metadata else {}
    is_new_file = file is not None and (base.main is None or file.blob.sha256 != base.main.sha256)
    if not changes and not is_new_file:
        raise StoreError("Nothing differs from the item as it is.", code="nothing-changes")
    catalogue.get_item(session, base.item.uuid, lock=True)
    sha256 = file.blob.sha256 if is_new_file and file is not None else None
    before = _find_same(session, base, author, said, changes, sha256)
    if before is not None:
        return before
    mine = select(func.count()).where(
        Suggestion.item_id == base.item_id, Suggestion.author == author, Suggestion.state == "open"
    )
    if (session.scalar(mine) or 0) >= MOST_OPEN:
        raise Conflict("Your other suggestions are not answered yet. Wait for that.", code="many-suggestions")
    row = Suggestion(
        item_id=base.item_id,
        base_id=base.id,
        author=author,
        credit=" ".join(credit.replace("\x00", "").split())[:200],
        note=said,
        changes=changes,
    )
    if is_new_file and file is not None:
        reading = record_file(session, file)
        row.filename, row.sha256, row.size = file.filename, file.blob.sha256, file.blob.size
        row.reading_id = reading.id
    session.add(row)
    session.flush()
    return row


def _find_same(
    session: Session, base: Version, author: str, note: str, changes: dict[str, Any], sha256: str | None
) -> Suggestion | None:
    """The open offer of the same person that says the very same of the same version; few are ever open."""
    mine = select(Suggestion).where(
        Suggestion.base_id == base.id, Suggestion.author == author, Suggestion.state == "open"
    )
    told = json.loads(json.dumps(changes))  # as a row gives them back
    for row in session.scalars(mine):
        if (row.note, json.loads(json.dumps(row.changes)), row.sha256) == (note, told, sha256):
            return row
    return None


def _changes(base: Version, metadata: Metadata) -> dict[str, Any]:
    before, after = asdict(metadata_of(base)), asdict(check_metadata(metadata))
    after["type"] = after["type"] or before["type"]
    return {name: after[name] for name in _NAMES if (after[name] or None) != (before[name] or None)}


def get_suggestion(session: Session, uuid: UUID, *, lock: bool = False) -> Suggestion:
    """The suggestion of that uuid; with `lock` as it is now, held until the end."""
    query = select(Suggestion).where(Suggestion.uuid == uuid)
    if lock:
        query = query.with_for_update(of=Suggestion).execution_options(populate_existing=True)
    row = session.scalar(query)
    if row is None:
        raise ItemNotFound(code="suggestion-not-found", suggestion=str(uuid))
    return row


def count_open(session: Session, item_id: int) -> int:
    """How many changes of an item wait for an answer."""
    query = select(func.count()).where(Suggestion.item_id == item_id, Suggestion.state == "open")
    return session.scalar(query) or 0


def is_behind(suggestion: Suggestion) -> bool:
    """Whether the item has a newer version than the one this was made against."""
    return suggestion.state == "open" and suggestion.item.latest_number > suggestion.base.number


def proposed_metadata(suggestion: Suggestion, onto: Version) -> Metadata:
    """What would be said of the item if the suggestion were put onto this version."""
    values: dict[str, Any] = {
        name: tuple(value) if name in _LISTS else value for name, value in suggestion.changes.items()
    }
    said = replace(metadata_of(onto), **values)
    if suggestion.credit and suggestion.credit not in said.authors:
        said = replace(said, authors=(*said.authors, suggestion.credit))
    return said


def proposed_version(suggestion: Suggestion, onto: Version) -> Version:
    """The version there would be, to be compared with `onto`; it belongs to no session and is never stored."""
    said = asdict(proposed_metadata(suggestion, onto))
    for name in _LISTS:
        said[name] = list(said[name])
    files = [_copy(place, file) for place, file in enumerate(_kept(suggestion, onto))]
    if suggestion.reading is not None:
        files.insert(0, _new_file(suggestion))
    return Version(item=onto.item, number=onto.number, note=suggestion.note, files=files, **said)


def _kept(suggestion: Suggestion, onto: Version) -> Sequence[VersionFile]:
    main = onto.main
    return [file for file in onto.files if suggestion.sha256 is None or file is not main]


def _copy(position: int, file: VersionFile) -> VersionFile:
    return VersionFile(
        position=position,
        role=file.role,
        filename=file.filename,
        language=file.language,
        sha256=file.sha256,
        size=file.size,
        media_type=file.media_type,
        format=file.format,
        reading=file.reading,
    )


def _new_file(suggestion: Suggestion) -> VersionFile:
    reading = suggestion.reading
    assert reading is not None
    return VersionFile(
        position=0,
        role="main",
        filename=suggestion.filename or "",
        language=None,
        sha256=reading.sha256,
        size=suggestion.size or 0,
        media_type=reading.media_type,
        format=reading.format,
        reading=reading,
    )


def accept_suggestion(
    store: ContentStore, uuid: UUID, *, by: str, expected: int, answer: str = ""
) -> tuple[Suggestion, Version]:
    """Make a suggestion the next version, crediting whoever made it. Raises Conflict, ItemNotFound.

    `expected` is the newest version that the person looked at beside it.
    """
    row = _take(store.session, uuid)
    newest = store.get(row.item.uuid)
    if newest.number != expected:
        raise Conflict(code="version-conflict", expected=expected, latest=newest.number)
    note = row.note if not row.credit else f"{row.note} ({row.credit})"
    said = proposed_metadata(row, newest)
    if row.reading_id is None:
        version = store.update_metadata(row.item.uuid, said, owner=by, note=note[:1000], expected=expected)
    else:
        files = [_prepared(row), *(as_prepared(file) for file in _kept(row, newest))]
        version = store.add_version(
            row.item.uuid, owner=by, files=files, metadata=said, note=note[:1000], expected=expected
        )
    _decide(row, "accepted", by, answer)
    row.made_number = version.number
    store.session.flush()
    return row, version


def _prepared(row: Suggestion) -> PreparedFile:
    reading = row.reading
    assert reading is not None and row.sha256 is not None
    blob = BlobRef(row.sha256, row.size or 0)
    return PreparedFile(row.filename or "", "main", None, blob, reading.format, reading_id=reading.id)


def close_suggestion(session: Session, uuid: UUID, state: str, *, by: str, answer: str = "") -> Suggestion:
    """Decline a suggestion (with words), or take it back. Raises StoreError, Conflict, ItemNotFound."""
    row = _take(session, uuid)
    if state == "declined" and not answer.strip():
        raise StoreError("Say in a sentence why not.", code="no-answer")
    _decide(row, state, by, answer)
    session.flush()
    return row


def _take(session: Session, uuid: UUID) -> Suggestion:
    """Hold the item first, as everybody does who changes it, and then the suggestion as it is now."""
    known = get_suggestion(session, uuid)
    catalogue.get_item(session, known.item.uuid, lock=True)
    row = get_suggestion(session, uuid, lock=True)
    if row.state != "open":
        raise Conflict("This suggestion was answered already.", code="suggestion-closed")
    return row


def _decide(row: Suggestion, state: str, by: str, answer: str) -> None:
    row.state, row.decided_by, row.decided_at = state, by, clock.now()
    row.answer = answer.replace("\x00", "").strip()[:LONGEST_NOTE]
