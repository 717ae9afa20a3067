"""From a file to what is known about it: staged, inspected once (or anew), its thumbnail stored beside it.

Preparing is slow and touches only storage, so an application does it before its write transaction;
recording is quick and writes only rows.
"""

from __future__ import annotations

import io
from collections.abc import Collection as Several
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from content_store import clock, formats, taxonomy
from content_store.blobs import BlobRef, Blobs, Staged
from content_store.blobs.port import CHUNK
from content_store.errors import RefusedFile
from content_store.filenames import clean_filename, file_suffix, title_from_filename
from content_store.indexing import mark_dirty
from content_store.models import Base, Blob, Item, Reading, Version, VersionFile
from content_store.rights import DEFAULT_LICENSE, LICENSES
from content_store.values import Metadata, NewFile, PreparedFile


@dataclass(frozen=True)
class ReadFile:
    """A stored file as it was read once: the row, its bytes, and the ending of the name under which it was read."""

    reading_id: int
    sha256: str
    suffix: str


FEW = 3
"""Up to so many files are read one by one; more share the loading of libraries."""


def prepare_file(session: Session, blobs: Blobs, file: NewFile) -> PreparedFile:
    """Inspect a new file and store its bytes; equal bytes are neither inspected nor stored twice.

    A refused file leaves nothing behind. What is stored and then never recorded is an orphan, which
    the store can list.
    """
    filename = clean_filename(file.filename)
    with _stage(blobs, file) as staged:
        known = _find_known(session, staged, filename)
        inspection = None if known else formats.inspect(staged.path, filename)
        return _keep(blobs, file, staged, known, inspection)


def prepare_files(session: Session, blobs: Blobs, files: Sequence[NewFile]) -> list[PreparedFile]:
    """Prepare several files, in their order. A refused one refuses all."""
    if len(files) <= FEW:
        return [prepare_file(session, blobs, file) for file in files]
    with ExitStack() as open_stages:
        staged = [open_stages.enter_context(_stage(blobs, file)) for file in files]
        names = [clean_filename(file.filename) for file in files]
        known = [_find_known(session, each, name) for each, name in zip(staged, names, strict=True)]
        places = [place for place, reading in enumerate(known) if reading is None]
        found = formats.inspect_many([(staged[place].path, names[place]) for place in places])
        inspections = dict(zip(places, found, strict=True))
        return [
            _keep(blobs, file, staged[place], known[place], inspections.get(place))
            for place, file in enumerate(files)
        ]


def _find_known(session: Session, staged: Staged, filename: str) -> Reading | None:
    """Finish staging and return what is known about these bytes already. Raises RefusedFile for none at all."""
    staged.finish()
    if staged.size == 0:
        raise RefusedFile(
            f"“{filename}” is empty. Check the file on your computer and send it again.",
            code="empty-file",
            filename=filename,
        )
    return find_reading(session, staged.sha256, file_suffix(filename))


def _keep(
    blobs: Blobs, file: NewFile, staged: Staged, known: Reading | None, inspection: formats.Inspection | None
) -> PreparedFile:
    found = known or inspection
    assert found is not None
    return PreparedFile(
        filename=clean_filename(file.filename),
        role=file.role,
        language=file.language,
        blob=staged.commit(),
        format=found.format,
        preview=blobs.put(io.BytesIO(inspection.preview)) if inspection and inspection.preview else None,
        inspection=inspection,
        reading_id=known.id if known else None,
    )


def _stage(blobs: Blobs, file: NewFile) -> Staged:
    if isinstance(file.stream, Staged):
        return file.stream
    staged = blobs.stage()
    try:
        while data := file.stream.read(CHUNK):
            staged.write(data)
    except BaseException:
        staged.abort()
        raise
    return staged


def find_reading(session: Session, sha256: str, suffix: str) -> Reading | None:
    """What is already known about these bytes under this suffix."""
    return session.scalar(select(Reading).where(Reading.sha256 == sha256, Reading.suffix == suffix))


def list_read(session: Session, formats: Several[str], *, after: int = 0, limit: int = 50) -> list[ReadFile]:
    """What was read out of files of these formats, in the order in which it was first read."""
    rows = session.execute(
        select(Reading.id, Reading.sha256, Reading.suffix)
        .where(Reading.format.in_(sorted(formats)), Reading.id > after)
        .order_by(Reading.id)
        .limit(limit)
    )
    return [ReadFile(*row) for row in rows]


def inspect_stored(blobs: Blobs, file: ReadFile) -> formats.Inspection:
    """Read stored bytes as an upload of them would be read now. Raises RefusedFile, BlobMissing."""
    with blobs.stage() as staged:
        with blobs.open(file.sha256) as stream:
            while data := stream.read(CHUNK):
                staged.write(data)
        staged.finish()
        return formats.inspect(staged.path, f"file{file.suffix}")


def replace_reading(session: Session, reading_id: int, inspection: formats.Inspection) -> bool:
    """Take over what is searched and shown where it is read otherwise now; what people see of themselves stays."""
    reading = session.get_one(Reading, reading_id)
    passages = [[passage.locator, passage.text] for passage in inspection.passages]
    found = (inspection.text, passages, inspection.reading_html)
    if found == (reading.text, reading.passages, reading.reading_html):
        return False
    reading.text, reading.passages, reading.reading_html = found
    reading.has_reading_html = bool(inspection.reading_html)
    session.flush()
    items = select(Item.uuid).join(Version, Version.item_id == Item.id).join(VersionFile).distinct()
    for uuid in session.scalars(items.where(VersionFile.reading_id == reading_id)):
        mark_dirty(session, uuid)
    return True


def record_file(session: Session, file: PreparedFile) -> Reading:
    """Write down the blob and what was read out of it; safe when another transaction does the same."""
    if file.reading_id is not None:
        return session.get_one(Reading, file.reading_id)
    assert file.inspection is not None
    _insert_once(session, Blob, sha256=file.blob.sha256, size=file.blob.size, created_at=clock.now())
    if file.preview:
        _insert_once(
            session, Blob, sha256=file.preview.sha256, size=file.preview.size, created_at=clock.now()
        )
    suffix = file_suffix(file.filename)
    _insert_once(session, Reading, **_columns(file.inspection, file.blob, file.preview, suffix))
    reading = find_reading(session, file.blob.sha256, suffix)
    assert reading is not None
    return reading


def _columns(
    inspection: formats.Inspection, blob: BlobRef, preview: BlobRef | None, suffix: str
) -> dict[str, object]:
    return {
        "sha256": blob.sha256,
        "suffix": suffix,
        "format": inspection.format,
        "media_type": inspection.media_type,
        "title": inspection.title,
        "language": inspection.language,
        "authors": list(inspection.authors),
        "rights": inspection.rights,
        "license_id": inspection.license_id,
        "outline": list(inspection.outline),
        "warnings": list(inspection.warnings),
        "pages": inspection.pages,
        "duration_s": inspection.duration_s,
        "width": inspection.width,
        "height": inspection.height,
        "preview_sha256": preview.sha256 if preview else None,
        "created_at": clock.now(),
        "has_reading_html": bool(inspection.reading_html),
        "text": inspection.text,
        "passages": [[passage.locator, passage.text] for passage in inspection.passages],
        "reading_html": inspection.reading_html,
    }


def _insert_once(session: Session, model: type[Base], **columns: object) -> None:
    """Insert unless it is there: two people may upload the same file at the same moment."""
    dialect = session.get_bind().dialect.name
    if dialect == "postgresql":
        session.execute(postgresql.insert(model).values(**columns).on_conflict_do_nothing())
    else:
        session.execute(sqlite.insert(model).values(**columns).on_conflict_do_nothing())


def guess_metadata(file: PreparedFile, reading: Reading | None = None) -> Metadata:
    """Metadata as the file itself states it, to be shown for correction."""
    known: formats.Inspection | Reading | None = file.inspection or reading
    title = (known.title if known else None) or title_from_filename(file.filename)
    license_id = known.license_id if known else None
    return Metadata(
        title=" ".join(title.split())[:300],
        language=(known.language if known else None) or "vi",
        type=taxonomy.type_of_format(known.format) if known else None,
        license_id=license_id if license_id in LICENSES else DEFAULT_LICENSE,
        authors=tuple(known.authors) if known else (),
    )
