"""Tables of the provider: what changed, when strangers may hear of it, and in which sets it stands.

A moment written by the changing transaction is no order: on PostgreSQL an earlier one may be committed later, and a
harvester that has passed it never sees it. So a change only notes itself, and one job after the other stamps the noted
ones; a stamp is given once and never twice.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from content_store.models import BIG_KEY, Base


class HarvestChange(Base):
    """An item that changed and waits for its stamp. One row per change; the stamping job deletes what it has read."""

    __tablename__ = "cs_harvest_change"

    id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    item_uuid: Mapped[UUID]


class HarvestRecord(Base):
    """What strangers may harvest of an item. It stays for ever: what is gone says that it is deleted."""

    __tablename__ = "cs_harvest_record"

    item_uuid: Mapped[UUID] = mapped_column(primary_key=True)
    stamp: Mapped[datetime] = mapped_column(unique=True)
    is_deleted: Mapped[bool]


class HarvestSet(Base):
    """One set that a record stands in, with the record's own stamp, so that a set is read as fast as everything."""

    __tablename__ = "cs_harvest_set"
    __table_args__ = (Index("ix_cs_harvest_set_spec_stamp", "spec", "stamp"),)

    item_uuid: Mapped[UUID] = mapped_column(primary_key=True)
    spec: Mapped[str] = mapped_column(String(60), primary_key=True)
    stamp: Mapped[datetime]
