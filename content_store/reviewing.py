"""Noting that a version was reviewed before it was shown; what decides so is the application's."""

from __future__ import annotations

from sqlalchemy.orm import Session

from content_store import clock, indexing
from content_store.models import Version


def mark_reviewed(session: Session, version: Version) -> None:
    """Note that this very version was looked at by somebody other than its author, now."""
    item = version.item
    item.reviewed_at, item.reviewed_number = clock.now(), version.number
    session.flush()
    indexing.mark_dirty(session, item.uuid)
    session.flush()
