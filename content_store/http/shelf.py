"""What a stranger may read of the library: published items that are shared with everyone, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from content_store.answers import get_open_file, is_held_back
from content_store.blobs import Blobs
from content_store.errors import ItemNotFound
from content_store.indexing import KIND
from content_store.models import Version, VersionFile
from content_store.rights import ACTIONS
from content_store.search import Fragment, Query, SearchIndex, SearchUnavailable, Sort
from content_store.store import ContentStore, Page

READERS = frozenset({"public"})
FACETS = ("type", "level", "grade", "subject", "license", "language", "duration", "reviewed")
SIZE = 20
ALIKE = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """One search; `filters` are what the index filters by, `chosen` what the address says."""

    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sort: Sort = "relevance"
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One result: the shown version, and the matched words of its title and text marked."""

    version: Version
    title: Fragment
    passages: tuple[Fragment, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundPage:
    """One page of results; `is_degraded` where the engine is away and only the latest items are listed."""

    rows: list[Found]
    total: int | None = None
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    next: str | None = None
    corrected: str | None = None
    instead: str | None = None
    is_degraded: bool = False


@dataclass(frozen=True)
class Shelf:
    """The three engines, kept open for as long as the site runs."""

    engine: Engine
    blobs: Blobs
    index: SearchIndex

    def list_alike(self, store: ContentStore, version: Version) -> list[Version]:
        """The published items most like this one; none where the engine is away."""
        query = Query("", READERS, filters={"state": frozenset({"published"})}, size=ALIKE)
        try:
            hits = self.index.similar((KIND, str(version.item.uuid)), query)
        except SearchUnavailable:
            return []
        versions = store.get_many(hit.uuid for hit in hits)
        found = (versions.get(UUID(hit.uuid)) for hit in hits)
        return [one for one in found if one is not None and is_open(one)]

    @contextmanager
    def open(self) -> Iterator[ContentStore]:
        """The store for one request; what was read is let go at its end."""
        with Session(self.engine) as session:
            yield ContentStore(session, blobs=self.blobs, index=self.index)


def search(store: ContentStore, asked: Asked, *, size: int = SIZE) -> FoundPage:
    """Find items. Falls back to the latest ones where the engine is away."""
    query = Query(
        text=asked.q,
        audiences=READERS,
        filters={**asked.filters, "state": frozenset({"published"})},
        facets=FACETS,
        sort=asked.sort,
        after=asked.after,
        size=size,
    )
    try:
        results = store.search(query)
    except SearchUnavailable:
        latest = store.list_items(audiences=READERS, state="published", size=size)
        rows = [Found(version, Fragment(((version.title, False),))) for version in latest.versions]
        return FoundPage(rows, is_degraded=True)
    versions = store.get_many(hit.uuid for hit in results.hits)
    rows = [
        Found(version, hit.title, hit.passages)
        for hit in results.hits
        # the index may lag behind: what is no longer shared is left out here
        if (version := versions.get(UUID(hit.uuid))) and is_open(version)
    ]
    return FoundPage(rows, results.total, results.facets, results.next, results.corrected, results.instead)


def get_item(store: ContentStore, uuid: UUID, number: int | None = None) -> Version:
    """A version (the shown one) that everyone may know of. Raises ItemNotFound."""
    version = store.get_shown(uuid) if number is None else store.get(uuid, number)
    if not is_open(version) or not version.was_shown_to(READERS):
        raise ItemNotFound(item=str(uuid))
    return version


def list_versions(store: ContentStore, shown: Version) -> list[Version]:
    """The versions of an item that everyone was shown, newest first; those withdrawn since say so."""
    return [row for row in store.versions(shown.item.uuid) if row.was_shown_to(READERS)]


def list_items(store: ContentStore, *, after: str | None, size: int) -> Page:
    """Items by their last change, the latest first. Raises BadCursor."""
    return store.list_items(audiences=READERS, state="published", after=after, size=size)


def get_file(store: ContentStore, version: Version, uuid: UUID) -> VersionFile:
    """A file of a version, if everyone may have it. Raises ItemNotFound, NotPermitted."""
    if all(one.uuid != uuid for one in version.files):
        raise ItemNotFound(file=str(uuid))
    store.require(version, READERS, "download")
    return get_open_file(version, uuid, READERS)


def list_files(store: ContentStore, version: Version) -> list[VersionFile]:
    """The files of a version that everyone may have a copy of."""
    if not store.may_use(version, READERS, "download").allowed:
        return []
    return [file for file in version.files if not is_held_back(version, file, READERS)]


def verdicts_of(store: ContentStore, version: Version) -> dict[str, str]:
    """The code of what everyone may do with the version, for each action."""
    return {action: store.may_use(version, READERS, action).code for action in ACTIONS}


def is_open(version: Version) -> bool:
    """Whether everyone may know of the version: its item is out, or was until it was recalled."""
    item = version.item
    is_out = item.state == "published" or (version.recall is not None and item.state == "retired")
    return is_out and bool(item.audiences & READERS)
