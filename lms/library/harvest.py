"""The library's door for other libraries: what they may harvest, and what is taken in from them as links.

Rooms of interop come through here, for the store itself is opened by the library alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from flask import url_for
from sqlalchemy import func, select

from content_store.errors import StoreError
from content_store.metadata.facts import Facts, facts_of
from content_store.models import Item, ItemAudience, Version, VersionFile
from content_store.oai import provider, stamping
from content_store.oai.answering import answer_request
from content_store.oai.client import (
    PREFIXES,
    Answer,
    HarvestRefused,
    Taken,
    identify_address,
    page_address,
    read_granularity,
    read_page,
)
from content_store.values import Metadata
from lms.core.db import db, write
from lms.core.jobs import enqueue
from lms.core.web import settings
from lms.library.door import open_store, saying_refusals

__all__ = [
    "PREFIXES",
    "Answer",
    "HarvestRefused",
    "StoreError",
    "Taken",
    "identify_address",
    "page_address",
    "read_granularity",
    "read_page",
]
OWNER = "system"


def stamp_changes() -> int:
    """Let harvesters hear of what changed; return how many changes there were. Only the worker's one lane calls it."""
    total = 0
    while True:
        with write():
            count = stamping.stamp_changes(db.session())
        total += count
        if not count:
            return total


def has_changes() -> bool:
    """Tell whether anything waits to be stamped."""
    return stamping.has_changes(db.session())


def repository() -> provider.Repository:
    """Return this site as others harvest it."""
    config = settings()
    return provider.Repository(
        name=config.site_name,
        base_url=config.base_url + "/oai",
        host=urlsplit(config.base_url).hostname or "localhost",
        admin_email=config.mail_from.rpartition("<")[2].rstrip("> "),
        item_url=item_url,
        file_url=file_url,
    )


def item_url(uuid: UUID) -> str:
    """Return the permanent address of an item; from the settings, for the Host header is the caller's to write."""
    return settings().base_url + url_for("library.item", item_uuid=uuid)


def file_url(file: VersionFile) -> str:
    """Return the permanent address of a file, which asks anew each time whether it may be had."""
    version = file.version
    path = url_for(
        "library_api.file", item_uuid=version.item.uuid, number=version.number, file_uuid=file.uuid
    )
    return settings().base_url + path


def answer_harvester(pairs: Iterable[tuple[str, str]]) -> bytes:
    """Answer one request of a harvester, as a stranger may hear it."""
    return answer_request(write, db.session(), repository(), pairs)


def describe_version(version: Version) -> Facts:
    """Return the facts of a version for other vocabularies; an older one is named with its number."""
    url = item_url(version.item.uuid)
    if version.number != version.item.shown_number:
        url += f"?version={version.number}"
    known = repository()
    return facts_of(
        version,
        url=url,
        identifier=known.identifier(version.item.uuid),
        file_url=known.open_file_url(version),
    )


@dataclass(frozen=True, slots=True)
class PublicItem:
    """A line of the site map."""

    uuid: UUID
    day: str


MAP_SIZE = 10_000


def count_map_pages() -> int:
    """Return how many pages the map of public items has; a page holds a span of rows, so it never shifts."""
    last = db.session.scalar(select(func.max(Item.id))) or 0
    return last // MAP_SIZE + 1


def list_public_items(page: int) -> list[PublicItem]:
    """Return the published items of one page of the map that a stranger may see."""
    is_public = select(ItemAudience.item_id).where(
        ItemAudience.item_id == Item.id, ItemAudience.token == stamping.PUBLIC
    )
    query = (
        select(Item.uuid, Item.updated_at)
        .where(Item.id.between(page * MAP_SIZE, (page + 1) * MAP_SIZE - 1))
        .where(Item.state == "published", is_public.exists())
        .order_by(Item.id)
    )
    return [PublicItem(row.uuid, f"{row.updated_at:%Y-%m-%d}") for row in db.session.execute(query)]


def put_link(metadata: Metadata, *, scope: str) -> UUID:
    """Put in and publish a link to another library's work; call inside `write()`. Raises Invalid."""
    store = open_store()
    with saying_refusals():
        version = store.add(owner=OWNER, files=[], metadata=metadata)
        store.publish(version.item.uuid, audiences=frozenset({scope}))
    _index_soon()
    return version.item.uuid


def change_link(uuid: UUID, metadata: Metadata, *, is_back: bool = False) -> None:
    """Say of a link what its library says now; `is_back` when that had deleted it. Raises Invalid."""
    store = open_store()
    with saying_refusals():
        if is_back:
            store.restore(uuid)
        version = store.update_metadata(uuid, metadata, owner=OWNER)
        if version.item.state == "published" and version.number != version.item.published_number:
            store.publish(uuid)
    _index_soon()


def retire_link(uuid: UUID) -> None:
    """Take a link out of lists, since its library has deleted the work; lessons that pin it keep it."""
    with saying_refusals():
        open_store().retire(uuid)
    _index_soon()


def show_links(uuids: Iterable[UUID], *, scope: str) -> None:
    """Show links to another circle; call inside `write()`. Those that were withdrawn stay so, and come back to it."""
    store = open_store()
    with saying_refusals():
        for uuid in uuids:
            item = store.get(uuid).item
            if item.audiences == {scope}:
                continue
            is_out = item.state == "retired"
            store.publish(uuid, audiences=frozenset({scope}), number=item.published_number)
            if is_out:
                store.retire(uuid)
    _index_soon()


def _index_soon() -> None:
    enqueue("index_items", key="index_items")
