"""Reading the tree. Subtrees are ranges of `Org.lineage`, found by its index on every engine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, literal, or_, select, true

from lms.core.actor import Actor
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.paging import Page, take_page
from lms.core.vietnamese import fold
from lms.orgs.models import Org, OrgEdge, OrgName
from lms.orgs.permissions import is_everywhere


def get_org(uuid: UUID) -> Org:
    """Return the node. Raises NotFound."""
    org = db.session.scalar(select(Org).where(Org.uuid == uuid))
    if org is None:
        raise NotFound()
    return org


def get_org_by_id(org_id: int) -> Org:
    """Return the node by its inner id. Raises NotFound."""
    org = db.session.get(Org, org_id)
    if org is None:
        raise NotFound()
    return org


def get_orgs(ids: Sequence[int]) -> dict[int, Org]:
    """Return the nodes of `ids` in one query."""
    rows = db.session.scalars(select(Org).where(Org.id.in_(set(ids))))
    return {org.id: org for org in rows}


def find_org(code: str) -> Org | None:
    """Return the node with this code, closed ones too."""
    return db.session.scalar(select(Org).where(Org.code == code))


def list_ancestors(org: Org) -> list[Org]:
    """Return the present nodes above `org`, the root first."""
    found = get_orgs(org.lineage_ids[:-1])
    return [found[org_id] for org_id in org.lineage_ids[:-1] if org_id in found]


def list_children(
    org: Org, after: str | None = None, *, kind: str | None = None, size: int = 50
) -> Page[Org]:
    """Return the open nodes directly below `org`, in the order of the alphabet."""
    statement = select(Org).where(Org.parent_id == org.id, Org.closed_on.is_(None))
    if kind is not None:
        statement = statement.where(Org.kind == kind)
    return take_page(db.session(), statement, keys=[Org.sort_key, Org.id], after=after, size=size)


def list_roots() -> list[Org]:
    """Return the open nodes that stand under nothing."""
    rows = db.session.scalars(
        select(Org).where(Org.parent_id.is_(None), Org.closed_on.is_(None)).order_by(Org.sort_key, Org.id)
    )
    return list(rows)


def list_orgs(
    actor: Actor,
    kind: str | None = None,
    q: str | None = None,
    after: str | None = None,
    *,
    roles: Sequence[str] = (),
    size: int = 50,
) -> Page[Org]:
    """Return the open nodes that `actor` reaches (through `roles`, or any), by kind and by part of name or code."""
    statement = select(Org).where(Org.closed_on.is_(None), reach(actor, *roles))
    if kind is not None:
        statement = statement.where(Org.kind == kind)
    if q:
        statement = statement.where(Org.search_text.contains(fold(q).strip(), autoescape=True))
    return take_page(db.session(), statement, keys=[Org.sort_key, Org.id], after=after, size=size)


def list_names(org: Org) -> list[OrgName]:
    """Return the names `org` bore, the oldest first."""
    return list(db.session.scalars(select(OrgName).where(OrgName.org_id == org.id).order_by(OrgName.id)))


def within(lineage: str) -> ColumnElement[bool]:
    """Return the filter on Org rows in the subtree (the node itself too) of the node with this lineage."""
    return and_(Org.lineage >= lineage, Org.lineage < f"{lineage[:-1]}0")  # '0' comes right after '/'


def reach(actor: Actor, *roles: str) -> ColumnElement[bool]:
    """Return the filter on Org rows at or below the nodes where `actor` holds any of `roles` (any role if none).

    One small query reads the lineages, so that the filter itself is made of index ranges.
    """
    if is_everywhere(actor):
        return true()
    ids = actor.org_ids(*roles) if roles else {grant.org_id for grant in actor.grants}
    if not ids:
        return false()
    lineages = db.session.scalars(select(Org.lineage).where(Org.id.in_(ids)))
    return or_(false(), *(within(lineage) for lineage in lineages))


def parents_on(org: Org, day: date) -> list[Org]:
    """Return the nodes above `org` as they stood on `day`, the root first."""
    valid = and_(OrgEdge.valid_from <= day, or_(OrgEdge.valid_to.is_(None), OrgEdge.valid_to > day))
    climb = (
        select(OrgEdge.parent_id, literal(1).label("depth"))
        .where(OrgEdge.child_id == org.id, valid)
        .cte("climb", recursive=True)
    )
    climb = climb.union(
        select(OrgEdge.parent_id, climb.c.depth + 1)
        .join(climb, OrgEdge.child_id == climb.c.parent_id)
        .where(valid)
    )
    rows = db.session.scalars(
        select(Org).join(climb, climb.c.parent_id == Org.id).order_by(climb.c.depth.desc())
    )
    return list(rows)
