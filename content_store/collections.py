"""Collections: named, ordered sets of items that someone keeps.

They flush and never commit, as everything here does.
"""

from __future__ import annotations

from collections.abc import Collection as Several
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content_store import clock
from content_store.catalogue import get_item, is_shown, select_versions, visible_to
from content_store.errors import ItemNotFound, StoreError
from content_store.models import Collection, CollectionItem, Item, Version
from content_store.oai.stamping import note_change

MOMENT = timedelta(seconds=30)


def create_collection(
    session: Session, *, owner: str, title: str, description: str = "", home: str | None = None
) -> Collection:
    """Make an empty, named collection. One of that name that was made a moment ago is returned: a button pressed twice."""
    if not title.strip():
        raise StoreError("Give the collection a title.", code="bad-title")
    _one_at_a_time(session, owner)
    before = session.scalars(
        select(Collection)
        .where(Collection.owner == owner, Collection.created_at > clock.now() - MOMENT)
        .where(Collection.title == title.strip()[:300], Collection.description == description)
        .order_by(Collection.id)
        .limit(1)
    ).first()
    if before is not None:
        return before
    collection = Collection(owner=owner, home=home, title=title.strip()[:300], description=description)
    session.add(collection)
    session.flush()
    return collection


def _one_at_a_time(session: Session, owner: str) -> None:
    """Let an owner's second press wait until the first is committed, to find what it made; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"collections of {owner}"))))


def add_to_collection(session: Session, collection: Collection, item_uuid: UUID) -> None:
    """Put an item at the end of a collection; one that is in it already stays where it is."""
    item = get_item(session, item_uuid)
    if session.get(CollectionItem, (collection.id, item.id)) is not None:
        return
    places = select(func.max(CollectionItem.position)).where(CollectionItem.collection_id == collection.id)
    position = (session.scalar(places) or 0) + 1
    session.add(CollectionItem(collection_id=collection.id, item_id=item.id, position=position))
    note_change(session, item_uuid)
    collection.updated_at = clock.now()
    session.flush()


def remove_from_collection(session: Session, collection: Collection, item_uuid: UUID) -> None:
    """Take an item out of a collection."""
    place = session.get(CollectionItem, (collection.id, get_item(session, item_uuid).id))
    if place is not None:
        session.delete(place)
        note_change(session, item_uuid)
        collection.updated_at = clock.now()
        session.flush()


def get_collection(session: Session, uuid: UUID) -> Collection:
    """The collection of that uuid."""
    collection = session.scalar(select(Collection).where(Collection.uuid == uuid))
    if collection is None:
        raise ItemNotFound("There is no such collection.", code="collection-not-found", collection=str(uuid))
    return collection


def list_collected(
    session: Session, collection: Collection, *, audiences: Several[str] | None = None
) -> list[Version]:
    """The shown versions of a collection in its order, without what the reader may not see."""
    query = (
        select_versions()
        .join(CollectionItem, CollectionItem.item_id == Item.id)
        .where(CollectionItem.collection_id == collection.id, is_shown(), Item.state != "retired")
        .order_by(CollectionItem.position)
    )
    if audiences is not None:
        query = query.where(visible_to(audiences))
    return list(session.scalars(query).unique())
