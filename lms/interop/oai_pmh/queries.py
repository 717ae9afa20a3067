"""Reading the sources of harvests."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.db import db
from lms.core.errors import NotAllowed, NotFound
from lms.interop.oai_pmh.models import OaiSource
from lms.interop.oai_pmh.permissions import can_manage_sources

MOST = 200


def list_sources(actor: Actor) -> Sequence[OaiSource]:
    """Return the sources by name; a site has a handful. Raises NotFound, NotAllowed."""
    check_keeper(actor)
    kept = select(OaiSource).where(OaiSource.removed_at.is_(None))
    return db.session.scalars(kept.order_by(OaiSource.name, OaiSource.id).limit(MOST)).all()


def get_source(actor: Actor, uuid: UUID) -> OaiSource:
    """Return one source. Raises NotFound, NotAllowed."""
    check_keeper(actor)
    found = db.session.scalar(select(OaiSource).where(OaiSource.uuid == uuid, OaiSource.removed_at.is_(None)))
    if found is None:
        raise NotFound()
    return found


def list_due_sources() -> list[int]:
    """Return the ids of the sources whose time has come."""
    due = select(OaiSource.id).where(OaiSource.is_paused.is_(False), OaiSource.next_at <= now())
    return list(db.session.scalars(due.order_by(OaiSource.id).limit(MOST)))


def check_keeper(actor: Actor) -> None:
    """Refuse everyone but the site's keepers; strangers learn nothing of the page. Raises NotFound, NotAllowed."""
    if not can_manage_sources(actor):
        raise NotAllowed() if actor.is_signed_in else NotFound()
