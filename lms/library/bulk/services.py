"""Putting many items in at once: read a zip and its table, show what would happen, write in small steps.

A step reads its files outside any transaction and writes its rows a few at a time, how far it is included; a run that
is killed goes on there, and the same table sent again changes or leaves what it made before. What nobody waits for, such
as likenesses, comes after.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import delete, select

from content_store import importing, resumable
from content_store.blobs import Staged
from content_store.blobs.port import CHUNK
from content_store.importing import Problem
from content_store.importing_addresses import FetchedSource, read_addresses
from content_store.importing_checks import check_files, list_left_over
from content_store.importing_sheet import ImportRow, is_address, read_sheet
from content_store.importing_sources import Source, ZipSource
from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.clock import now
from lms.core.db import after_commit, db, write
from lms.core.errors import Invalid, NotAllowed, NotFound
from lms.core.i18n import LOCALES, _, speaking
from lms.core.jobs import Job, enqueue, job, report_progress
from lms.core.outbound import names_inside
from lms.library.bulk.models import LibraryImport
from lms.library.door import open_store, saying_refusals
from lms.library.fetched_files import fetch_file
from lms.library.permissions import can_contribute, owner_token
from lms.library.queries import list_homes
from lms.library.review import services as reviews
from lms.library.storage.quotas import check_room
from lms.orgs.models import Org
from lms.orgs.queries import get_org_by_id
from lms.people.queries import build_actor, get_user_by_id

KEPT = timedelta(hours=24)
REPORT_KEPT = timedelta(days=90)
MOST_PROBLEMS = 5_000
MOST_LEFT_OVER = 500
NO_ROW = 0  # what stands beside the table: files that no row names


def read_files(
    actor: Actor, archive: Staged | None, sheet: Staged | None, addresses: str = ""
) -> tuple[list[ImportRow], list[Problem], int]:
    """Return the rows, what is wrong with them, and how many are known from before. Raises Invalid.

    The rows are those of the zip or, without one, of the table, then of the list; both may name files by address.
    """
    if not can_contribute(actor):
        raise NotAllowed()
    for staged in (archive, sheet):
        if staged is not None:
            staged.finish()
    with saying_refusals():
        source, rows = _read(archive, sheet, addresses)
        names = source.names() if source is not None else []
        problems = importing.check_rows(rows, names, by_address=True)
        problems += [
            Problem(row.number, "not-fetched", "The address lies inside a network.", row.file[:200])
            for row in rows
            if is_address(row.file) and names_inside(row.file)
        ]
        if source is not None:
            problems += check_files(rows, source)
            left = list_left_over(rows, names)[:MOST_LEFT_OVER]
            problems += [Problem(NO_ROW, "file-without-row", "No row names it.", name) for name in left]
    if not rows:
        raise Invalid({"archive": _("There is no file in the zip.")})
    known = importing.list_known(db.session(), owner_token(actor), rows)
    return rows, problems, len(known)


def _read(
    archive: Staged | None, sheet: Staged | None, addresses: str
) -> tuple[Source | None, list[ImportRow]]:
    if archive is not None:
        with archive.path.open("rb") as stream:
            if stream.read(2) != b"PK":
                raise Invalid({"archive": _("Choose a zip file.")})
        return importing.open_import(archive.path, sheet.path if sheet else None)
    if sheet is not None:
        return None, read_sheet(sheet.path)
    if rows := read_addresses(addresses):
        return None, rows
    raise Invalid({"archive": _("Choose a zip file, a table, or give addresses of files.")})


def keep_archive(archive: Staged) -> str:
    """Put the zip on the storage until the rows are written. Call outside `write()`."""
    with saying_refusals():
        return resumable.keep_part(open_store().blobs, archive)


def draft_import(
    actor: Actor,
    *,
    rows: Sequence[ImportRow],
    problems: Sequence[Problem],
    known: int,
    archive: str | None,
    file_name: str,
    home: Org | None,
) -> LibraryImport:
    """Keep what was read for a day, for its maker to confirm."""
    if not can_contribute(actor):
        raise NotAllowed()
    wrong = {problem.number for problem in problems}
    good = [row.as_dict() for row in rows if row.number not in wrong]
    draft = LibraryImport(
        user_id=actor.user_id,
        home_id=home.id if home else None,
        file_name=file_name[:200],
        archive=archive,
        rows=good,
        row_count=len(good),  # a problem may be of a file that no row names
        known_count=known,
        problems=[asdict(problem) for problem in problems][:MOST_PROBLEMS],
        expires_at=now() + KEPT,
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def get_import(actor: Actor, uuid: UUID) -> LibraryImport:
    """Return a living import of the actor's own. Raises NotFound for everyone else's."""
    found = db.session.scalar(
        select(LibraryImport).where(
            LibraryImport.uuid == uuid,
            LibraryImport.user_id == actor.user_id,
            LibraryImport.expires_at > now(),
        )
    )
    if found is None:
        raise NotFound(_("This import is no longer kept. Send the files again."))
    return found


def list_imports(actor: Actor, limit: int = 10) -> list[LibraryImport]:
    """Return the actor's latest imports."""
    statement = select(LibraryImport).where(
        LibraryImport.user_id == actor.user_id, LibraryImport.expires_at > now()
    )
    return list(db.session.scalars(statement.order_by(LibraryImport.id.desc()).limit(limit)))


def find_job(draft: LibraryImport) -> Job | None:
    """Return the job that writes the import."""
    return db.session.get(Job, draft.job_id) if draft.job_id is not None else None


def confirm_import(actor: Actor, uuid: UUID) -> LibraryImport:
    """Have the worker write an import. Confirming twice writes once."""
    draft = get_import(actor, uuid)
    if not can_contribute(actor):
        raise NotAllowed()
    if draft.state != "draft":
        return draft
    row = enqueue("import_items", key=f"library-import:{draft.id}", user_id=actor.user_id, import_id=draft.id)
    row.total = draft.row_count
    draft.state, draft.job_id, draft.expires_at = "queued", row.id, now() + REPORT_KEPT
    db.session.flush()
    record_audit(actor, "import", "library", draft.uuid, rows=draft.row_count)
    return draft


@job("import_items", is_long=True, is_apart=True)
def import_items(import_id: int) -> None:
    """Write the rest of a confirmed import. A killed run goes on where it stood."""
    draft = db.session.get(LibraryImport, import_id)
    if draft is None or draft.state != "queued":
        return
    archive = draft.archive
    db.session.rollback()
    with _opened(archive) as source:
        while (draft := db.session.get(LibraryImport, import_id)) is not None and draft.state == "queued":
            _take_step(draft, source)
    if archive is not None:
        open_store().blobs.drop_part(archive)


@contextmanager
def _opened(archive: str | None) -> Iterator[Source]:
    """The files of an import: those of its zip, and those that its rows name by address."""
    with ExitStack() as stack:
        inner = stack.enter_context(_unpacked(archive)) if archive is not None else None
        source = FetchedSource(inner, fetch_file)
        stack.callback(source.close)
        yield source


@contextmanager
def _unpacked(archive: str) -> Iterator[ZipSource]:
    """The zip of an import as a file of this machine, for a zip is read from its end."""
    with tempfile.TemporaryDirectory() as folder, saying_refusals():
        path = Path(folder, "archive.zip")
        with open_store().blobs.open_part(archive) as stream, path.open("wb") as file:
            while data := stream.read(CHUNK):
                file.write(data)
        source = ZipSource(path)
        try:
            yield source
        finally:
            source.close()


def _take_step(draft: LibraryImport, source: Source) -> None:
    actor = _actor_of(draft)
    import_id, start, total, job_id = draft.id, draft.next_row, draft.row_count, draft.job_id
    coming = [ImportRow(**kept) for kept in draft.rows[start : start + importing.READ_TOGETHER]]
    place = get_org_by_id(draft.home_id) if draft.home_id is not None else None
    home = str(place.uuid) if place is not None else None
    db.session.rollback()
    ready = importing.prepare_rows(open_store(), importing.take_together(coming, source), source)
    ready = _within_quota(place, ready)
    for at in range(0, len(ready), importing.BATCH):  # others write in between
        part = ready[at : at + importing.BATCH]
        with speaking(actor.locale or LOCALES[0]), write():
            _write_step(actor, import_id, start + at, part, home)
        if job_id is not None:
            report_progress(job_id, start + at + len(part), total)


def _within_quota(home: Org | None, ready: Sequence[importing.Ready]) -> list[importing.Ready]:
    """Leave out fetched files that the place has no room for; the zip's own were counted when it came."""
    kept, coming = [], 0
    for one in ready:
        if one.file is not None and is_address(one.row.file):
            try:
                check_room(home, coming + one.file.blob.size)
                coming += one.file.blob.size
            except Invalid:
                problem = Problem(one.row.number, "no-room", "Its place has no room for it.", one.row.file)
                one = importing.Ready(one.row, problem=problem)
        kept.append(one)
    db.session.rollback()
    return kept


def _actor_of(draft: LibraryImport) -> Actor:
    """Return who confirmed the import, with the rights held now: those who lost them write nothing."""
    user = get_user_by_id(draft.user_id)
    actor = build_actor(user)
    if not user.is_active or not can_contribute(actor):
        raise NotAllowed()
    return actor


def _write_step(
    actor: Actor, import_id: int, start: int, ready: list[importing.Ready], home: str | None
) -> None:
    draft = db.session.get_one(LibraryImport, import_id, populate_existing=True)
    if draft.next_row != start or draft.state != "queued":
        return  # another worker wrote this step meanwhile
    problems = list(draft.problems)
    for done in write_rows(actor, ready, home):
        draft.created += done.deed == "create"
        draft.updated += done.deed == "update"
        draft.unchanged += done.deed == "same"
        if done.problem is not None:
            problems.append(asdict(done.problem))
    draft.problems = problems[:MOST_PROBLEMS]
    draft.next_row = start + len(ready)
    if draft.next_row >= draft.row_count:
        draft.state, draft.rows, draft.archive = "done", [], None
        enqueue("note_likeness", key="note_likeness")
    db.session.flush()


def write_rows(actor: Actor, ready: Sequence[importing.Ready], home: str | None) -> list[importing.Written]:
    """Write some rows as drafts of the actor's own; a refused one leaves the others be."""
    if not can_contribute(actor):
        raise NotAllowed()
    store = open_store()
    written = [
        importing.write_or_refuse(
            store,
            one,
            owner=owner_token(actor),
            home=home,
            show_again=lambda version: reviews.show_again(actor, version),
        )
        for one in ready
    ]
    enqueue("index_items", key="index_items")
    return written


def find_home(actor: Actor, chosen: str) -> Org | None:
    """Return the chosen place among those the actor may put items in the name of, else the nearest."""
    homes = list_homes(actor)
    return next((org for org in homes if str(org.uuid) == chosen), homes[0] if homes else None)


def kept_archives() -> frozenset[str]:
    """Return the names of the zips that imports still need."""
    held = select(LibraryImport.archive).where(LibraryImport.archive.is_not(None))
    return frozenset(name for name in db.session.scalars(held) if name)


def forget_old_imports() -> None:
    """Delete imports whose time has passed, with their zips."""
    blobs = open_store().blobs
    with write():
        over = db.session.scalars(select(LibraryImport).where(LibraryImport.expires_at <= now())).all()
        names = [row.archive for row in over if row.archive]
        db.session.execute(delete(LibraryImport).where(LibraryImport.id.in_([row.id for row in over])))
        after_commit(lambda: resumable.drop_parts(blobs, names))
