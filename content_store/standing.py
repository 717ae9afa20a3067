"""How well an item stands: whole steps that let search put the better of two equal matches first.

The store knows that a version was reviewed. How often an item is used and how it is rated the application knows, and
tells it in steps: a step is written seldom, so views and ratings never write the index by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from content_store.models import Item, SearchQueueRow, Version

MOST = 4
"""The most steps an application may give."""

REVIEWED = 2
"""The steps of a version that was reviewed."""


def standing_of(version: Version) -> int:
    """The steps of an item whose version is shown."""
    item = version.item
    return item.standing + REVIEWED * (item.reviewed_number == version.number)


def set_standings(session: Session, standings: Mapping[UUID, int]) -> int:
    """Take in what the application thinks of these items; return how many changed. Only those are indexed again.

    No metadata changes, so harvesters hear of nothing, and the items stay as new or old as they were.
    """
    wanted = {uuid: max(0, min(MOST, steps)) for uuid, steps in standings.items()}
    known = session.execute(select(Item.uuid, Item.standing).where(Item.uuid.in_(wanted))).all()
    changed = [row.uuid for row in known if row.standing != wanted[row.uuid]]
    for uuid in changed:
        session.execute(update(Item).where(Item.uuid == uuid).values(standing=wanted[uuid]))
    session.add_all(SearchQueueRow(item_uuid=uuid) for uuid in changed)
    session.flush()
    return len(changed)
