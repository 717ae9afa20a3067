"""The one public door of the content store.

A `ContentStore` is cheap: make one per request over the session of that request. It flushes and never
commits, so its rows live or die with the caller's transaction. Preparing files (inspecting, storing
bytes) is slow: call `prepare` before the write transaction begins, and hand the result to `add`.
"""

from __future__ import annotations

from collections.abc import Collection as Several
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import BinaryIO
from uuid import UUID

from sqlalchemy.orm import Session

from content_store import answers, catalogue, clock, indexing, rights, taxonomy, upkeep
from content_store.blobs import Blobs
from content_store.errors import Conflict, NotPermitted, RefusedFile, StoreError
from content_store.indexing import Pending, Rebuilt
from content_store.links import LONGEST_S, Disposition, LinkSigner
from content_store.models import (
    Item,
    ItemAudience,
    Reading,
    Version,
    VersionFile,
)
from content_store.previews import guess_metadata, prepare_file, prepare_files, record_file
from content_store.search import Query, Results, SearchIndex
from content_store.search.cursors import require_cursor
from content_store.values import (
    Damage,
    Linkable,
    Metadata,
    NewFile,
    Page,
    PreparedFile,
    as_uuid,
    check_metadata,
    metadata_of,
    parse_pin,
)

__all__ = ["ContentStore", "Damage", "Linkable", "Metadata", "NewFile", "Page", "PreparedFile"]

SECTOR_TOKENS = frozenset({"sector"})
MOST_FILES = 50
DEFAULT_GRACE = timedelta(days=7)


class ContentStore:
    """Items and their versions, over one session, one blob storage and (if given) one search index."""

    def __init__(
        self,
        session: Session,
        *,
        blobs: Blobs,
        index: SearchIndex | None = None,
        sector_tokens: frozenset[str] = SECTOR_TOKENS,
    ) -> None:
        """Take the caller's session; holders of a `sector_tokens` token may use sector-only items."""
        self.session = session
        self.blobs = blobs
        self._index = index
        self._sector_tokens = sector_tokens

    # Adding and changing

    def prepare(self, files: Iterable[NewFile]) -> list[PreparedFile]:
        """Inspect files and store their bytes; refuses empty, hostile and damaged ones. Writes no row."""
        return prepare_files(self.session, self.blobs, list(files))

    def guess(self, file: PreparedFile) -> Metadata:
        """Metadata as the file states it, to be shown for correction before `add`."""
        known = self.session.get(Reading, file.reading_id) if file.reading_id is not None else None
        return guess_metadata(file, known)

    def add(
        self,
        *,
        owner: str,
        files: Iterable[NewFile | PreparedFile],
        metadata: Metadata | None = None,
        audiences: frozenset[str] = frozenset(),
        home: str | None = None,
        note: str = "",
    ) -> Version:
        """Add an item as a draft with its first version; metadata left out is guessed from the files."""
        prepared = self._prepared(files)
        if metadata is None:
            if not prepared:
                raise RefusedFile("Choose a file to add.", code="no-file")
            metadata = self.guess(prepared[0])
        metadata = check_metadata(metadata)
        if not prepared and not (metadata.license_id == "link-only" and metadata.source_url):
            raise RefusedFile("Choose a file, or give the address of a link-only work.", code="no-file")
        moment = clock.now()
        item = Item(
            owner=owner, home=home, state="draft", latest_number=0, created_at=moment, updated_at=moment
        )
        self.session.add(item)
        self._set_audiences(item, audiences)
        return self._append(item, owner, prepared, metadata, note)

    def add_version(
        self,
        item_uuid: UUID | str,
        *,
        owner: str,
        files: Iterable[NewFile | PreparedFile],
        metadata: Metadata | None = None,
        note: str = "",
        expected: int | None = None,
    ) -> Version:
        """Add a version with new files; metadata left out is carried over.

        `expected` is the number the person was looking at: another one added meanwhile is a conflict.
        """
        prepared = self._prepared(files)
        item, newest = self._newest(item_uuid, expected)
        wanted = check_metadata(metadata) if metadata else metadata_of(newest)
        return self._append(item, owner, prepared or newest.files, wanted, note)

    def update_metadata(
        self,
        item_uuid: UUID | str,
        metadata: Metadata,
        *,
        owner: str,
        note: str = "",
        expected: int | None = None,
    ) -> Version:
        """Add a version with the same files and new metadata; unchanged metadata adds none."""
        item, newest = self._newest(item_uuid, expected)
        wanted = check_metadata(metadata)
        if wanted.type is None:
            wanted = replace(wanted, type=newest.type)
        if wanted == metadata_of(newest):
            return newest
        return self._append(item, owner, newest.files, wanted, note)

    def attach_file(
        self, item_uuid: UUID | str, file: NewFile | PreparedFile, *, owner: str, note: str = ""
    ) -> Version:
        """Add a version with one more file, such as captions for a video.

        Captions in a language that already has some, and a second poster, take the place of the first.
        """
        prepared = self._prepared([file])
        item, newest = self._newest(item_uuid, None)
        kept = [old for old in newest.files if not _replaces(prepared[0], old)]
        return self._append(item, owner, [*kept, *prepared], metadata_of(newest), note)

    def publish(
        self, item_uuid: UUID | str, *, audiences: frozenset[str] | None = None, number: int | None = None
    ) -> Version:
        """Show a version (the newest) to the audiences; versions added later wait for the next call."""
        item = self._item(item_uuid, lock=True)
        version = catalogue.get_version(self.session, item.uuid, number)
        if audiences is not None:
            self._set_audiences(item, audiences)
        item.state = "published"
        item.published_number = version.number
        self._touch(item)
        catalogue.note_shown(self.session, version)
        return version

    def retire(self, item_uuid: UUID | str) -> Item:
        """Take the item out of lists and searches; what pins it keeps working."""
        item = self._item(item_uuid, lock=True)
        item.state = "retired"
        self._touch(item)
        return item

    def restore(self, item_uuid: UUID | str) -> Item:
        """Bring a retired item back to the state it had."""
        item = self._item(item_uuid, lock=True)
        if item.state == "retired":
            item.state = "published" if item.published_number else "draft"
            self._touch(item)
        return item

    # Reading

    def get(self, item_uuid: UUID | str, number: int | None = None) -> Version:
        """One version of an item; without a number the newest, published or not."""
        return catalogue.get_version(self.session, as_uuid(item_uuid), number)

    def get_shown(self, item_uuid: UUID | str) -> Version:
        """The version that readers see: the published one, or a draft's newest."""
        return catalogue.get_shown_version(self.session, as_uuid(item_uuid))

    def get_pinned(self, pin: str) -> Version:
        """The version that a text reference `uuid@3` names."""
        return self.get(*parse_pin(pin))

    def get_pinned_many(self, pins: Iterable[str]) -> dict[str, Version]:
        """Each of several pinned versions that exists, in one query."""
        wanted = {parse_pin(pin): pin for pin in pins}
        found = catalogue.get_pinned_versions(self.session, wanted)
        return {wanted[key]: version for key, version in found.items()}

    def get_many(self, item_uuids: Iterable[UUID | str]) -> dict[UUID, Version]:
        """The shown version of each item that exists, in one query: for search results."""
        return catalogue.get_shown_versions(self.session, {as_uuid(uuid) for uuid in item_uuids})

    def get_file(self, file_uuid: UUID | str) -> VersionFile:
        """One file of a version, by its own uuid."""
        return catalogue.get_file(self.session, as_uuid(file_uuid))

    def versions(self, item_uuid: UUID | str) -> list[Version]:
        """Every version of an item, newest first."""
        return catalogue.list_versions(self.session, as_uuid(item_uuid))

    def list_items(
        self,
        *,
        owner: str | None = None,
        audiences: Several[str] | None = None,
        state: str | None = None,
        home: str | None = None,
        after: str | None = None,
        size: int = 20,
    ) -> Page:
        """Shown versions, the last changed first, page by page; retired ones only when asked for."""
        return catalogue.list_items(
            self.session, owner=owner, audiences=audiences, state=state, home=home, after=after, size=size
        )

    def may_use(self, version: Version, audiences: Several[str], action: rights.Action) -> rights.Verdict:
        """May someone with these tokens do this with the version? The owner's own token counts as such."""
        tokens = frozenset(audiences)
        relation = rights.Relation(
            state=version.item.state,
            is_owner=version.item.owner in tokens,
            in_audience=bool(version.item.audiences & tokens),
            in_sector=bool(self._sector_tokens & tokens),
            is_recalled=version.recall is not None,
            holds_answers=version.format == "lesson" and answers.STAFF not in tokens,
        )
        return rights.may(relation, action, version.license)

    def require(self, version: Version, audiences: Several[str], action: rights.Action) -> None:
        """Raise NotPermitted, with the verdict's code and sentence, unless these tokens may do this."""
        found = self.may_use(version, audiences, action)
        if not found.allowed:
            raise NotPermitted(found.sentence, code=found.code)

    def download_link(
        self, version: Version, file_uuid: UUID | str, audiences: Several[str], *, signer: LinkSigner
    ) -> str:
        """An address to keep a copy of one file of a version. Raises NotPermitted, ItemNotFound."""
        self.require(version, audiences, "download")
        file = answers.get_open_file(version, as_uuid(file_uuid), audiences)
        return self.file_link(file, signer=signer, disposition="attachment")

    def open(self, file: Linkable, *, start: int = 0, end: int | None = None) -> BinaryIO:
        """The bytes of a file from `start` up to, but without, `end`."""
        return self.blobs.open(file.sha256, start=start, end=end)

    def file_link(
        self,
        file: Linkable,
        *,
        signer: LinkSigner,
        expires_s: int = LONGEST_S,
        disposition: Disposition = "inline",
    ) -> str:
        """A signed, expiring address of a file: from the storage itself, or from our file server."""
        if isinstance(file, VersionFile) and file.version.recall is not None:
            raise NotPermitted(rights.verdict("recalled").sentence, code="recalled")
        link = self.blobs.link(
            file.sha256,
            filename=file.filename,
            media_type=file.media_type,
            expires_s=min(expires_s, LONGEST_S),
            disposition=disposition,
        )
        return link or signer.link(
            file.sha256,
            filename=file.filename,
            media_type=file.media_type,
            expires_s=expires_s,
            disposition=disposition,
        )

    # Search

    def search(self, query: Query) -> Results:
        """Search the index; it sees only what the query's audiences may see. Raises BadCursor."""
        require_cursor(query.sort, query.after)
        return self._need_index().search(query)

    def mark_dirty(self, item_uuid: UUID | str) -> None:
        """Note, in this transaction, that the item's search document is out of date."""
        indexing.mark_dirty(self.session, as_uuid(item_uuid))

    def read_pending(self, limit: int = 100) -> Pending:
        """What waits for the index. Only reads, so it needs no write transaction."""
        return indexing.read_pending(self.session, limit)

    def index_pending(self, pending: Pending) -> tuple[int, ...]:
        """Write waiting changes to the engine: slow, touches no row. Returns the rows to settle. The worker's alone."""
        return indexing.put_pending(self.session, self._need_index(), pending)

    def settle_pending(self, row_ids: Iterable[int]) -> None:
        """Forget what the engine has taken in: one short delete."""
        indexing.settle_pending(self.session, row_ids)

    def rebuild_index(self) -> Rebuilt:
        """Build the index anew, aside, and swap: slow, touches no row. Only the worker calls this."""
        return indexing.rebuild_index(self.session, self._need_index())

    def settle_rebuilt(self, rebuilt: Rebuilt) -> None:
        """Forget the changes that a rebuild took in: one short delete."""
        indexing.settle_rebuilt(self.session, rebuilt)

    # Upkeep

    def verify(self, sample: int | None = None) -> Iterator[Damage]:
        """Read stored files (all, or a random sample) and tell which are missing or damaged."""
        return upkeep.find_damage(self.session, self.blobs, sample=sample)

    def orphans(self, grace: timedelta = DEFAULT_GRACE) -> Iterator[str]:
        """Stored blobs that no version needs, older than the grace."""
        return upkeep.find_orphans(self.session, self.blobs, grace=grace)

    # Inside

    def _item(self, item_uuid: UUID | str, *, lock: bool = False) -> Item:
        return catalogue.get_item(self.session, as_uuid(item_uuid), lock=lock)

    def _newest(self, item_uuid: UUID | str, expected: int | None) -> tuple[Item, Version]:
        item = self._item(item_uuid, lock=True)
        if expected is not None and expected != item.latest_number:
            raise Conflict(code="version-conflict", expected=expected, latest=item.latest_number)
        return item, catalogue.get_version(self.session, item.uuid)

    def _prepared(self, files: Iterable[NewFile | PreparedFile]) -> list[PreparedFile]:
        given = list(files)
        if len(given) > MOST_FILES:
            raise RefusedFile(
                f"An item has at most {MOST_FILES} files.", code="too-many-files", most=MOST_FILES
            )
        return [
            file if isinstance(file, PreparedFile) else prepare_file(self.session, self.blobs, file)
            for file in given
        ]

    def _append(
        self,
        item: Item,
        author: str,
        files: Sequence[PreparedFile | VersionFile],
        metadata: Metadata,
        note: str,
    ) -> Version:
        rows = [self._file_row(position, file) for position, file in enumerate(files)]
        main = next((row for row in rows if row.role == "main"), None)
        version = Version(
            item=item,
            number=item.latest_number + 1,
            title=metadata.title,
            description=metadata.description,
            language=metadata.language,
            subject=metadata.subject,
            grades=list(metadata.grades),
            type=metadata.type or (taxonomy.type_of_format(main.format) if main else "link"),
            license_id=metadata.license_id,
            authors=list(metadata.authors),
            rights_holder=metadata.rights_holder,
            keywords=list(metadata.keywords),
            source_url=metadata.source_url,
            note=note,
            created_by=author,
            files=rows,
        )
        item.latest_number = version.number
        self.session.add(version)
        self._touch(item)
        return version

    def _file_row(self, position: int, file: PreparedFile | VersionFile) -> VersionFile:
        if isinstance(file, VersionFile):
            reading, sha256, size = file.reading, file.sha256, file.size
        else:
            reading = record_file(self.session, file)
            sha256, size = file.blob.sha256, file.blob.size
        return VersionFile(
            position=position,
            role=file.role,
            filename=file.filename,
            language=file.language,
            sha256=sha256,
            size=size,
            media_type=reading.media_type,
            format=reading.format,
            reading=reading,
        )

    def _set_audiences(self, item: Item, audiences: frozenset[str]) -> None:
        kept = [row for row in item.audience_rows if row.token in audiences]
        new = audiences - {row.token for row in kept}
        item.audience_rows = [*kept, *(ItemAudience(token=token) for token in sorted(new))]

    def _touch(self, item: Item) -> None:
        item.updated_at = clock.now()
        self.session.flush()
        indexing.mark_dirty(self.session, item.uuid)
        self.session.flush()

    def _need_index(self) -> SearchIndex:
        if self._index is None:
            raise StoreError("This store was opened without a search index.", code="no-index")
        return self._index


def _replaces(new: PreparedFile, old: VersionFile) -> bool:
    if new.role != old.role:
        return False
    return new.role == "poster" or (new.role == "captions" and new.language == old.language)
