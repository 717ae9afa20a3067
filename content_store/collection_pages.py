"""Collections and their items page by page, for libraries and collections of any length."""

from __future__ import annotations

from collections.abc import Collection as Several
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from content_store.catalogue import is_shown, select_versions, visible_to
from content_store.errors import BadCursor, ItemNotFound
from content_store.models import Collection, CollectionItem, Item
from content_store.values import Page

LARGEST = 100


def list_collected_page(
    session: Session,
    collection: Collection,
    *,
    audiences: Several[str],
    after: str | None = None,
    size: int = 20,
) -> Page:
    """The shown versions in the collection's order, without what the reader may not see; two queries. Raises BadCursor."""
    size = max(1, min(size, LARGEST))
    if after and not (after.isascii() and after.isdigit() and len(after) < 10):
        raise BadCursor()
    start = int(after) if after else -1
    query = (
        select_versions()
        .add_columns(CollectionItem.position)
        .join(CollectionItem, CollectionItem.item_id == Item.id)
        .where(
            CollectionItem.collection_id == collection.id,
            CollectionItem.position > start,
            is_shown(),
            Item.state != "retired",
            visible_to(audiences),
        )
        .order_by(CollectionItem.position)
        .limit(size + 1)
    )
    rows = session.execute(query).unique().all()
    shown = rows[:size]
    return Page(tuple(row[0] for row in shown), str(shown[-1][1]) if len(rows) > size else None)


def has_collected(session: Session, collection: Collection, *, audiences: Several[str]) -> bool:
    """Whether the reader may see any item of the collection."""
    found = (
        select(CollectionItem.item_id)
        .join(Item, Item.id == CollectionItem.item_id)
        .where(CollectionItem.collection_id == collection.id, Item.state != "retired", visible_to(audiences))
        .limit(1)
    )
    return session.scalar(found) is not None


def count_collected(
    session: Session, collections: Sequence[Collection], *, audiences: Several[str]
) -> dict[int, int]:
    """How many items of each collection the reader may see, by its id; those without any are left out."""
    rows = session.execute(
        select(CollectionItem.collection_id, func.count())
        .join(Item, Item.id == CollectionItem.item_id)
        .where(CollectionItem.collection_id.in_([one.id for one in collections]))
        .where(Item.state != "retired", visible_to(audiences))
        .group_by(CollectionItem.collection_id)
    )
    return {row[0]: row[1] for row in rows}


def list_open_collections(
    session: Session, *, audiences: Several[str], after: str | None = None, size: int = 20
) -> tuple[list[Collection], str | None]:
    """A page of the collections that readers may know of, by uuid, and where the next begins. Raises BadCursor.

    A page by uuid neither repeats nor leaves out a collection that changes meanwhile.
    """
    size = max(1, min(size, LARGEST))
    query = select(Collection).where(_is_open(audiences)).order_by(Collection.uuid).limit(size + 1)
    if after:
        try:
            query = query.where(Collection.uuid > UUID(after))
        except ValueError:
            raise BadCursor() from None
    rows = list(session.scalars(query))
    return rows[:size], str(rows[size - 1].uuid) if len(rows) > size else None


def get_open_collection(session: Session, uuid: UUID, *, audiences: Several[str]) -> Collection:
    """A collection that readers may know of. Raises ItemNotFound."""
    found = session.scalar(select(Collection).where(Collection.uuid == uuid, _is_open(audiences)))
    if found is None:
        raise ItemNotFound("There is no such collection.", code="collection-not-found", collection=str(uuid))
    return found


def _is_open(audiences: Several[str]) -> ColumnElement[bool]:
    """It holds something published for the readers, and no account (`user:...`) keeps it for itself alone."""
    holds = (
        select(CollectionItem.item_id)
        .join(Item, Item.id == CollectionItem.item_id)
        .where(
            CollectionItem.collection_id == Collection.id, Item.state == "published", visible_to(audiences)
        )
        .exists()
    )
    return holds & or_(Collection.home.is_not(None), ~Collection.owner.contains(":"))
