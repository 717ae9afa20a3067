"""Rows of review: what a place asks for, what was submitted, and everything that was said and decided about it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.clock import now
from lms.core.db import Base, Rooted

STATES = ("open", "changes", "approved", "rejected", "withdrawn", "superseded")
STEPS = (
    "submitted", "assigned", "commented", "changes", "approved", "rejected", "withdrawn", "superseded", "published",
)  # fmt: skip


class ReviewPolicy(Rooted, Base):
    """What a node asks for before its items are shown; it holds for every node below that has none of its own.

    `scope_from` is the narrowest circle that needs a review, `none` where nothing does. `by_type` overrides the number
    of approvals for types of items.
    """

    __tablename__ = "review_policy"

    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"), unique=True)
    scope_from: Mapped[str] = mapped_column(String(12))
    approvals: Mapped[int]
    by_type: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    each_version: Mapped[bool]
    days: Mapped[int]


class ReviewerSubjects(Base):
    """The subjects of a reviewer at a node; whoever has no row there reviews every subject."""

    __tablename__ = "reviewer_subjects"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"), primary_key=True)
    subjects: Mapped[list[str]] = mapped_column(JSON)


class ReviewSubmission(Rooted, Base):
    """A version that waits, or waited, to be shown to a circle. At most one of an item is open."""

    __tablename__ = "review_submission"
    __table_args__ = (
        CheckConstraint(
            "state IN ('open', 'changes', 'approved', 'rejected', 'withdrawn', 'superseded')", name="state"
        ),
        Index("ix_review_submission_queue", "org_id", "state", "due_at", "id"),
        Index("ix_review_submission_item", "item_uuid", "id"),
        Index("ix_review_submission_due", "state", "due_at"),
        Index(
            "uq_review_submission_open",
            "item_uuid",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    item_uuid: Mapped[UUID]
    number: Mapped[int]
    owner: Mapped[str] = mapped_column(String(100))
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    assigned_to: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    scope: Mapped[str] = mapped_column(String(12))
    subject: Mapped[str | None] = mapped_column(String(40))
    type: Mapped[str] = mapped_column(String(20))
    needed: Mapped[int]
    state: Mapped[str] = mapped_column(String(12), default="open")
    due_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    reminders: Mapped[int] = mapped_column(default=0)

    @property
    def pin(self) -> str:
        """The version it is about."""
        return f"{self.item_uuid}@{self.number}"

    def close(self, state: str) -> None:
        """End it."""
        self.state, self.closed_at = state, now()


class ReviewStep(Rooted, Base):
    """One deed of a review: append-only, so that the whole history can be told."""

    __tablename__ = "review_step"
    __table_args__ = (Index("ix_review_step_submission", "submission_id", "id"),)

    submission_id: Mapped[int] = mapped_column(ForeignKey("review_submission.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    kind: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(String(120), default="")
