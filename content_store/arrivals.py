"""When items came to people who had not had them: a version was published, or its circle widened.

A log, for those who wait for something. It is written with the change itself, whoever makes it; what takes nothing to
anybody new - the same version published again, a circle made narrower, an older version coming back - is no arrival.
"""

from __future__ import annotations

from collections.abc import Collection as Several
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, delete, event, func, inspect, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from content_store import clock
from content_store.catalogue import visible_to
from content_store.models import BIG_KEY, Base, Item, ItemAudience, SearchQueueRow

SETTLED = timedelta(minutes=2)
"""So old must an arrival be before it is read: whatever was written before it has been committed by then."""

_AHEAD = timedelta(seconds=10)  # an arrival is written a moment before its change is queued for the index
_BATCH = 1000


class Arrival(Base):
    """An item that new people may see from this moment on."""

    __tablename__ = "cs_arrival"

    id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("cs_item.id", ondelete="CASCADE"), index=True)
    arrived_at: Mapped[datetime] = mapped_column(index=True)

    item: Mapped[Item] = relationship()


@dataclass(frozen=True)
class Arrived:
    """An item that came within a span, as it is shown now, and when it last changed."""

    uuid: UUID
    number: int
    updated_at: datetime

    @property
    def pin(self) -> str:
        """The version, as applications keep it."""
        return f"{self.uuid}@{self.number}"


def settled_moment(session: Session) -> datetime:
    """Return up to when all arrivals are in the rows and in the index: nothing earlier will ever be added."""
    moment = clock.now() - SETTLED
    waiting = session.scalar(select(func.min(SearchQueueRow.queued_at)))
    return moment if waiting is None else min(moment, waiting - _AHEAD)


def has_arrivals(session: Session, after: datetime, until: datetime) -> bool:
    """Whether anything came for anybody within a span."""
    return session.scalar(select(Arrival.id).where(*_within(after, until)).limit(1)) is not None


def list_arrived(
    session: Session, after: datetime, until: datetime, *, audiences: Several[str], most: int
) -> list[Arrived]:
    """Return other people's items of a span that someone with these tokens may see now, the last changed first."""
    came = select(Arrival.item_id).where(*_within(after, until))
    rows = session.execute(
        select(Item.uuid, Item.published_number, Item.updated_at)
        .where(Item.id.in_(came), Item.state == "published", visible_to(audiences))
        .where(Item.owner.not_in(audiences))
        .order_by(Item.updated_at.desc(), Item.uuid)
        .limit(most)
    )
    return [Arrived(row.uuid, row.published_number or 0, row.updated_at) for row in rows]


def forget_arrivals(session: Session, before: datetime) -> int:
    """Delete up to a batch of what came before a moment; return how many."""
    old = select(Arrival.id).where(Arrival.arrived_at < before).order_by(Arrival.arrived_at).limit(_BATCH)
    ids = list(session.scalars(old))
    if ids:
        session.execute(delete(Arrival).where(Arrival.id.in_(ids)))
    return len(ids)


def _within(after: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return Arrival.arrived_at > after, Arrival.arrived_at <= until


@event.listens_for(Session, "before_flush")
def _note_arrivals(session: Session, *_context: object) -> None:
    """Write the log with whatever publishes: the store, a review, a recall that is lifted, an import."""
    came = {row for row in session.dirty if isinstance(row, Item) and _has_risen(row)}
    came |= {row for row in session.new if isinstance(row, Item)}
    came |= {row.item for row in session.new if isinstance(row, ItemAudience) and row.item is not None}
    session.add_all(Arrival(item=item, arrived_at=clock.now()) for item in came if item.state == "published")


def _has_risen(item: Item) -> bool:
    """Whether a later version than before is shown."""
    added, _same, gone = inspect(item).attrs.published_number.history
    if not added or added[0] is None:
        return False
    return not gone or gone[0] is None or added[0] > gone[0]
