"""Keeping a collection in order for others: its name, the order and the words of what stands in it, its place.

They flush and never commit, as everything here does. Whoever harvests hears of a collection when it gets a place, and of
every item in it.
"""

from __future__ import annotations

from collections.abc import Collection as Several
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ScalarSelect, SQLColumnExpression, select
from sqlalchemy.orm import Session

from content_store import clock
from content_store.catalogue import get_item, visible_to
from content_store.collections import list_collected
from content_store.errors import ItemNotFound, StoreError
from content_store.models import Collection, CollectionItem, Item, Version
from content_store.oai.stamping import note_change

LONGEST_WORDS = 1000


def rename_collection(session: Session, collection: Collection, *, title: str, description: str) -> None:
    """Change what a collection is called and what is said of it."""
    if not title.strip():
        raise StoreError("Give the collection a title.", code="bad-title")
    collection.title, collection.description = title.strip()[:300], description
    collection.updated_at = clock.now()
    session.flush()


def set_home(session: Session, collection: Collection, home: str | None) -> None:
    """Let a collection stand in the name of a place, or of none any more."""
    if collection.home == home:
        return
    collection.home = home
    items = select(Item.uuid).join(CollectionItem, CollectionItem.item_id == Item.id)
    for uuid in session.scalars(items.where(CollectionItem.collection_id == collection.id)).all():
        note_change(session, uuid)
    session.flush()


def set_words(session: Session, collection: Collection, item_uuid: UUID, words: str) -> None:
    """Say why an item stands in the collection."""
    get_place(session, collection, item_uuid).words = words.strip()[:LONGEST_WORDS]
    collection.updated_at = clock.now()
    session.flush()


def move_item(session: Session, collection: Collection, item_uuid: UUID, *, up: bool) -> None:
    """Let an item change places with the one above it, or below; at the end of the row nothing happens."""
    place = get_place(session, collection, item_uuid)
    others = select(CollectionItem).where(CollectionItem.collection_id == collection.id)
    if up:
        others = others.where(CollectionItem.position < place.position).order_by(
            CollectionItem.position.desc()
        )
    else:
        others = others.where(CollectionItem.position > place.position).order_by(CollectionItem.position)
    other = session.scalar(others.limit(1))
    if other is not None:
        place.position, other.position = other.position, place.position
        collection.updated_at = clock.now()
        session.flush()


def order_items(session: Session, collection: Collection, item_uuids: Sequence[UUID]) -> None:
    """Put the named items first, in this order; the others follow as they stood. Raises ItemNotFound."""
    rows = session.execute(
        select(CollectionItem, Item.uuid)
        .join(Item, Item.id == CollectionItem.item_id)
        .where(CollectionItem.collection_id == collection.id)
        .order_by(CollectionItem.position)
    )
    standing = {uuid: place for place, uuid in rows}
    if missing := [uuid for uuid in item_uuids if uuid not in standing]:
        raise ItemNotFound(item=str(missing[0]))
    wanted = [*item_uuids, *(uuid for uuid in standing if uuid not in set(item_uuids))]
    for position, uuid in enumerate(wanted, start=1):
        standing[uuid].position = position
    collection.updated_at = clock.now()
    session.flush()


def list_with_words(
    session: Session, collection: Collection, *, audiences: Several[str] | None = None
) -> list[tuple[Version, str]]:
    """The shown versions of a collection in its order, each with the words it stands there with. Two queries."""
    rows = session.execute(
        select(CollectionItem.item_id, CollectionItem.words).where(
            CollectionItem.collection_id == collection.id
        )
    )
    words = {row.item_id: row.words for row in rows}
    return [
        (version, words.get(version.item_id, ""))
        for version in list_collected(session, collection, audiences=audiences)
    ]


def first_shown(collection_id: SQLColumnExpression[int], audiences: Several[str]) -> ScalarSelect[UUID]:
    """Select the uuid of the first published item of a collection that a reader may see; NULL where there is none."""
    return (
        select(Item.uuid)
        .join(CollectionItem, CollectionItem.item_id == Item.id)
        .where(
            CollectionItem.collection_id == collection_id, Item.state == "published", visible_to(audiences)
        )
        .order_by(CollectionItem.position)
        .limit(1)
        .scalar_subquery()
    )


def get_place(session: Session, collection: Collection, item_uuid: UUID) -> CollectionItem:
    """The place of an item in a collection. Raises ItemNotFound where it stands not in it."""
    item = get_item(session, item_uuid)
    place = session.get(CollectionItem, (collection.id, item.id))
    if place is None:
        raise ItemNotFound(item=str(item_uuid))
    return place
