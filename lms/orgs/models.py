"""Rows of the tree. The present shape stands on `Org` itself; the past stands in dated edges and names.

Dated rows are half-open: valid from `valid_from` on, no more on `valid_to`.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Rooted

KINDS = ("ministry", "department", "ward", "school", "group", "learning_center", "partner", "class")

# Bytewise order on every engine: a subtree is one range of this column, read from its index.
Path = String(255).with_variant(String(255, collation="C"), "postgresql")


class Org(Rooted, Base):
    """A node of the tree. `lineage` is `/1/5/9/`: the ids from the root down to this node.

    Permission and visibility are arithmetic on lineages, so moving a node rewrites those of its whole subtree.
    A closed node stays: grades, grants and courses of the past point to it.
    """

    __tablename__ = "org"

    kind: Mapped[str] = mapped_column(String(20), index=True)
    name: Mapped[str] = mapped_column(String(200))
    code: Mapped[str | None] = mapped_column(String(60), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"), index=True)
    lineage: Mapped[str] = mapped_column(Path, default="", index=True)
    sort_key: Mapped[str] = mapped_column(Path, default="")
    search_text: Mapped[str] = mapped_column(String(300), default="")
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]

    @property
    def lineage_ids(self) -> tuple[int, ...]:
        """Return the ids from the root down to this node."""
        return tuple(int(part) for part in self.lineage.split("/") if part)

    @property
    def is_closed(self) -> bool:
        """True once the node has an end; people may still read what it left."""
        return self.closed_on is not None


class OrgEdge(Base):
    """Who stood under whom, from when to when. Moving or merging ends one edge and begins another."""

    __tablename__ = "org_edge"
    __table_args__ = (Index("ix_org_edge_child", "child_id", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    parent_id: Mapped[int] = mapped_column(ForeignKey("org.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class OrgName(Base):
    """A name the node bore; the open one equals `Org.name`."""

    __tablename__ = "org_name"
    __table_args__ = (Index("ix_org_name_org", "org_id", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    name: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
