"""The audit log: who did what to what, when. Ids only; names and free text stay out of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.db import Base, db


class AuditEntry(Base):
    """One deed of someone with power over others' data. Append-only."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_object", "object_kind", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    user_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(60))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(60))
    org_id: Mapped[int | None] = mapped_column(index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


def record_audit(
    actor: Actor, action: str, kind: str, object_id: object, *, org_id: int | None = None, **detail: Any
) -> None:
    """Append an entry in the present transaction."""
    db.session.add(
        AuditEntry(
            user_id=actor.user_id,
            action=action,
            object_kind=kind,
            object_id=str(object_id),
            org_id=org_id,
            detail=detail,
        )
    )
