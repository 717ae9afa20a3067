"""Many files at once, described by a table: checked row by row, written in small steps, safe to repeat.

A row is known by its key (its own, its file's path, or its address), kept per owner beside the item it became.
The same table again therefore updates what changed and leaves the rest; a run that was killed is simply run again.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from content_store import clock, collections, rights, taxonomy
from content_store.errors import RefusedFile, StoreError
from content_store.filenames import folder_of
from content_store.importing_sheet import LARGEST, ImportRow, fold, is_address, read_sheet
from content_store.importing_sources import FolderSource, Source, ZipSource, find_sheet, is_named_sheet
from content_store.models import Base, Collection, Item, Version, VersionFile
from content_store.store import ContentStore
from content_store.values import Metadata, NewFile, PreparedFile, check_metadata, metadata_of

BATCH = 10
READ_TOGETHER = 40
"""So many files are read together: what reads them is loaded anew each time, which takes longer than most files do."""

BYTES_TOGETHER = 64 << 20
Deed = Literal["create", "update", "same", "error"]


class ImportKey(Base):
    """The item that a row of somebody's table became."""

    __tablename__ = "cs_import_key"

    owner: Mapped[str] = mapped_column(String(100), primary_key=True)
    key: Mapped[str] = mapped_column(String(300), primary_key=True)
    item_uuid: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


@dataclass(frozen=True)
class Problem:
    """Why a row is left out: its line, a stable code, and the value that is wrong."""

    number: int
    code: str
    sentence: str
    value: str = ""


@dataclass(frozen=True)
class Ready:
    """A row whose file has been read and stored, or the reason why not."""

    row: ImportRow
    file: PreparedFile | None = None
    problem: Problem | None = None


@dataclass(frozen=True)
class Written:
    """How one row went."""

    row: ImportRow
    deed: Deed
    version: Version | None = None
    problem: Problem | None = None


def open_import(path: Path, sheet: Path | None = None) -> tuple[Source, list[ImportRow]]:
    """A folder or zip, and the rows of its table: the given one, the one among the files, or one row a file."""
    source: Source = FolderSource(path) if path.is_dir() else ZipSource(path)
    if sheet is not None:
        return source, read_sheet(sheet)
    names = source.names()
    found = find_sheet(names)
    if found is None:
        return source, rows_of_files(names)
    with tempfile.TemporaryDirectory() as folder, source.open(found) as stream:
        copied = Path(folder, "sheet")
        copied.write_bytes(stream.read(LARGEST + 1))
        try:
            return source, read_sheet(copied)
        except RefusedFile as error:
            if is_named_sheet(found) or error.code != "no-headings":
                raise
    return source, rows_of_files(names)  # a table among the materials that describes no files is a material


def rows_of_files(names: Iterable[str]) -> list[ImportRow]:
    """Rows for files that no table describes: each says of itself what it can."""
    return [ImportRow(number, name) for number, name in enumerate(names, start=1)]


def check_rows(rows: Sequence[ImportRow], names: Iterable[str], *, by_address: bool = False) -> list[Problem]:
    """What is wrong with rows, before anything is read: the dry run. `by_address` says that addresses can be asked."""
    there, seen, problems = set(names), set(), []
    for row in rows:
        found = _check_row(row, there, by_address)
        if not found and row.key in seen:
            found = [_problem(row, "double-row", "Another row has the same file or key. Keep one.", row.key)]
        seen.add(row.key)
        problems += found
    return problems


def _check_row(row: ImportRow, names: set[str], by_address: bool) -> list[Problem]:
    """Every fault of a row, so that one round mends them all."""
    found = []
    if row.file and row.file not in names and not (by_address and is_address(row.file)):
        found.append(_problem(row, "missing-in-files", "This file is not among the files.", row.file))
    good = {}
    for column, text in row.said.items():
        try:
            describe(replace(row, said={column: text}), Metadata(title="x"))
            good[column] = text
        except StoreError as error:
            found.append(_refused(row, error))
    wanted = describe(replace(row, said=good), Metadata(title=row.file or row.said.get("title", "")))
    if not row.file and not (wanted.license_id == "link-only" and wanted.source_url):
        return [*found, _problem(row, "row-without-file", "Name a file, or the address of a link-only work.")]
    try:
        check_metadata(wanted)
    except StoreError as error:
        found.append(_refused(row, error))
    return found


def _problem(row: ImportRow, code: str, sentence: str, value: str = "") -> Problem:
    return Problem(row.number, code, sentence, value[:200])


def _refused(row: ImportRow, error: StoreError) -> Problem:
    value = str(error.params.get("value") or row.file or row.said.get("title", ""))
    return _problem(row, error.code, error.message, value)


def list_known(session: Session, owner: str, rows: Sequence[ImportRow]) -> set[str]:
    """The keys among the rows that became items before."""
    known: set[str] = set()
    keys = [row.key for row in rows]
    for start in range(0, len(keys), 500):
        query = select(ImportKey.key).where(
            ImportKey.owner == owner, ImportKey.key.in_(keys[start : start + 500])
        )
        known.update(session.scalars(query))
    return known


def describe(row: ImportRow, base: Metadata) -> Metadata:
    """What the row says, put over what is known. Raises StoreError naming the value that no list contains."""
    said: dict[str, object] = {}
    for column, read in _READERS.items():
        if text := row.said.get(column):
            said[_FIELDS.get(column, column)] = read(text)
    return replace(base, **said)  # type: ignore[arg-type]


def _read_term(terms: Iterable[taxonomy.Term], text: str, code: str) -> str:
    wanted = fold(text)
    for term in terms:
        if wanted in {fold(term.id), fold(term.vi), fold(term.en)}:
            return term.id
    raise StoreError(f"“{text[:60]}” is not in the list.", code=code, value=text)


def _read_license(text: str) -> str:
    wanted = fold(text).replace(" ", "")
    for one in rights.LICENSES.values():
        names = (one.id, one.short, one.short_vi, one.name_vi, one.name_en)
        if wanted in {fold(name).replace(" ", "") for name in names if name}:
            return one.id
    raise StoreError(f"There is no license “{text[:60]}”.", code="unknown-license", value=text)


def _read_grades(text: str) -> tuple[int, ...]:
    grades: set[int] = set()
    for part in re.split(r"[,;\n]", text):
        word = re.sub(r"^(lop|grades?|khoi)\s*", "", fold(part))
        if not word:
            continue
        span = re.fullmatch(r"(\d{1,2})(?:\s*(?:den|to)?\s*(\d{1,2}))?", word)
        if word in {"adult", "adults", "nguoi lon"}:
            grades.add(taxonomy.ADULT)
        elif span and 1 <= int(span[1]) <= int(span[2] or span[1]) <= 12:
            grades.update(range(int(span[1]), int(span[2] or span[1]) + 1))
        else:
            raise StoreError("Choose grades 1 to 12, or adults.", code="unknown-grade", value=text)
    return tuple(sorted(grades))


def _read_names(text: str) -> tuple[str, ...]:
    parts = re.split(r"[\n;]" if re.search(r"[\n;]", text) else r",", text)
    return tuple(name for part in parts if (name := " ".join(part.split())[:200]))[:40]


_FIELDS = {"license": "license_id", "source": "source_url"}
_READERS: dict[str, Callable[[str], object]] = {
    "title": lambda text: " ".join(text.split()),
    "description": str,
    "subject": lambda text: _read_term(taxonomy.SUBJECTS.values(), text, "unknown-subject"),
    "grades": _read_grades,
    "type": lambda text: _read_term(taxonomy.TYPES.values(), text, "unknown-type"),
    "license": _read_license,
    "language": lambda text: _read_term(taxonomy.LANGUAGES.values(), text, "unknown-language"),
    "authors": _read_names,
    "source": str,
    "keywords": _read_names,
}


def prepare_rows(store: ContentStore, rows: Sequence[ImportRow], source: Source) -> list[Ready]:
    """Read and store the files of some rows: slow, writes no row. A bad file spoils only its own row."""
    with_file = [row for row in rows if row.file]
    files = _prepare_each(store, with_file, source)
    prepared = {row.number: file for row, file in zip(with_file, files, strict=True)}
    ready = []
    for row in rows:
        found = prepared.get(row.number)
        ready.append(Ready(row, problem=found) if isinstance(found, Problem) else Ready(row, found))
    return ready


def take_together(rows: Sequence[ImportRow], source: Source) -> list[ImportRow]:
    """The next rows whose files are read together: many small ones, few large ones or such as are fetched first."""
    taken: list[ImportRow] = []
    size = 0
    for row in rows[:READ_TOGETHER]:
        if is_address(row.file) and len(taken) >= BATCH:
            break
        taken.append(row)
        if row.file and not is_address(row.file):
            with suppress(KeyError):  # told of when it is read
                size += source.size(row.file)
        if size >= BYTES_TOGETHER:
            break
    return taken


def _prepare_each(
    store: ContentStore, rows: Sequence[ImportRow], source: Source
) -> list[PreparedFile | Problem]:
    """Prepare all together; where one is bad, halves, until it stands alone."""
    if len(rows) > 1:
        try:
            return [*_prepare(store, rows, source)]
        except (StoreError, KeyError):
            half = len(rows) // 2
            return _prepare_each(store, rows[:half], source) + _prepare_each(store, rows[half:], source)
    return [_prepare_one(store, row, source) for row in rows]


def _prepare(store: ContentStore, rows: Sequence[ImportRow], source: Source) -> list[PreparedFile]:
    with ExitStack() as streams:
        return store.prepare(
            [NewFile(source.filename(row.file), streams.enter_context(source.open(row.file))) for row in rows]
        )


def _prepare_one(store: ContentStore, row: ImportRow, source: Source) -> PreparedFile | Problem:
    try:
        return _prepare(store, [row], source)[0]
    except KeyError:
        return _problem(row, "missing-in-files", "This file is not among the files.", row.file)
    except StoreError as error:
        return _refused(row, error)


def write_row(
    store: ContentStore,
    ready: Ready,
    *,
    owner: str,
    home: str | None = None,
    publish_to: frozenset[str] | None = None,
    show_again: Callable[[Version], object] | None = None,
) -> Written:
    """Make or change the item of a row; call it in a savepoint, for a refused row leaves nothing.

    With `publish_to` a new item is shown to those audiences at once; a changed one keeps its own. `show_again` is
    told of a changed item, for a library with reviews; without it what is published shows its newest version.
    """
    row = ready.row
    if ready.problem is not None:
        return Written(row, "error", problem=ready.problem)
    newest = _find_item(store, owner, ready)
    if newest is None:
        version, deed = _create(store, ready, owner, home), "create"
        if publish_to is not None:
            store.publish(version.item.uuid, audiences=publish_to)
    else:
        version, deed = _update(store, ready, newest, owner)
        if deed == "update" and show_again is not None:
            show_again(version)
        elif deed == "update" and version.item.state == "published":
            store.publish(version.item.uuid)
    _remember(store.session, owner, row.key, version.item.uuid)
    if title := row.said.get("collection"):
        _collect(store.session, owner, home, title, version.item.uuid)
    return Written(row, deed, version)  # type: ignore[arg-type]


def write_or_refuse(store: ContentStore, ready: Ready, **about: Any) -> Written:
    """`write_row` in a savepoint; a refusal becomes the row's problem."""
    try:
        with store.session.begin_nested():
            return write_row(store, ready, **about)
    except StoreError as error:
        return Written(ready.row, "error", problem=_refused(ready.row, error))


def _find_item(store: ContentStore, owner: str, ready: Ready) -> Version | None:
    """The newest version of what this row became before, or of the owner's item with the very same bytes."""
    session = store.session
    known = session.get(ImportKey, (owner, ready.row.key))
    uuid = known.item_uuid if known else None
    if uuid is not None:
        uuid = session.scalar(select(Item.uuid).where(Item.uuid == uuid, Item.owner == owner))
    if uuid is None and ready.file is not None:
        uuid = session.scalar(
            select(Item.uuid)
            .join(Version, (Version.item_id == Item.id) & (Version.number == Item.latest_number))
            .join(VersionFile, (VersionFile.version_id == Version.id) & (VersionFile.role == "main"))
            .where(Item.owner == owner, Item.state != "retired", VersionFile.sha256 == ready.file.blob.sha256)
            .limit(1)
        )
    return store.get(uuid) if uuid is not None else None


def _create(store: ContentStore, ready: Ready, owner: str, home: str | None) -> Version:
    files = [ready.file] if ready.file else []
    base = store.guess(files[0]) if files else Metadata(title=ready.row.said.get("title", ""))
    if is_address(ready.row.file):
        base = replace(base, source_url=ready.row.file)
    version = store.add(owner=owner, files=files, metadata=describe(ready.row, base), home=home)
    version.item.folder = None if is_address(ready.row.file) else folder_of(ready.row.file)
    return version


def _update(store: ContentStore, ready: Ready, newest: Version, owner: str) -> tuple[Version, str]:
    item, wanted = newest.item.uuid, describe(ready.row, metadata_of(newest))
    if ready.file and (newest.main is None or newest.main.sha256 != ready.file.blob.sha256):
        version = store.add_version(item, owner=owner, files=[ready.file], metadata=wanted)
    else:
        version = store.update_metadata(item, wanted, owner=owner)
    return version, "same" if version.number == newest.number else "update"


def _remember(session: Session, owner: str, key: str, item_uuid: UUID) -> None:
    known = session.get(ImportKey, (owner, key))
    if known is None:
        session.add(ImportKey(owner=owner, key=key, item_uuid=item_uuid))
    elif known.item_uuid != item_uuid:
        known.item_uuid = item_uuid
    session.flush()


def _collect(session: Session, owner: str, home: str | None, title: str, item_uuid: UUID) -> None:
    name = " ".join(title.split())[:300]
    query = select(Collection).where(Collection.owner == owner, Collection.title == name).limit(1)
    found = session.scalar(query) or collections.create_collection(
        session, owner=owner, title=name, home=home
    )
    collections.add_to_collection(session, found, item_uuid)
