"""The items of a collection page by page, for collections of any length."""

from __future__ import annotations

from collections.abc import Collection as Several

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_store.catalogue import is_shown, select_versions, visible_to
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
    """The shown versions in the collection's order, without what the reader may not see; two queries.

    An `after` that is none of ours means the first page.
    """
    size = max(1, min(size, LARGEST))
    start = int(after) if after and after.isascii() and after.isdigit() and len(after) < 10 else -1
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
