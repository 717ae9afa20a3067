"""How much room materials take, by place and by type, for those who keep a part of the tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from content_store import accounting
from content_store.accounting import Share, Whole
from lms.core.actor import Actor
from lms.core.db import db
from lms.core.errors import NotAllowed
from lms.library.permissions import KEEPERS
from lms.orgs.models import Org
from lms.orgs.queries import reach, within
from lms.people.manage_queries import list_top_places

ROLES = ("school_admin", *KEEPERS)
MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One place with all below it: `size` adds up what each of its places would need alone."""

    org: Org
    items: int
    files: int
    size: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a place keeps: all together, by the places below it (the most first, `others` more), by type."""

    org: Org | None
    whole: Whole
    rows: Sequence[Row]
    others: int
    own: Share | None
    types: Sequence[Share]


def list_reported(actor: Actor) -> list[Org]:
    """Return the places whose report the actor may read, the widest only."""
    return list_top_places(actor, *ROLES)


def may_report(actor: Actor) -> bool:
    """Tell whether there is any report for the actor."""
    return actor.has_role(*ROLES)


def find_reported(actor: Actor, uuid: object) -> Org | None:
    """Return the place if its report is the actor's to read."""
    return db.session.scalar(select(Org).where(Org.uuid == uuid, reach(actor, *ROLES)))


def make_report(actor: Actor, org: Org | None) -> Report:
    """Add up what a place and those below it keep; None is the whole site. Raises NotAllowed."""
    if not actor.has_role_at(org.lineage_ids if org else (), *ROLES):
        raise NotAllowed()
    columns = select(Org.uuid, Org.lineage).where(Org.kind != "class")
    places = db.session.execute(columns.where(within(org.lineage)) if org else columns)
    lineages = {str(uuid): lineage for uuid, lineage in places}
    homes = frozenset(lineages) if org else None
    session = db.session()
    shares = accounting.list_shares_by_home(session, homes)
    sums: dict[int, list[int]] = {}
    depth = len(org.lineage_ids) if org else 0
    for share in shares:
        ids = [int(part) for part in lineages.get(share.key or "", "").split("/") if part]
        if len(ids) > depth:
            row = sums.setdefault(ids[depth], [0, 0, 0])
            for place, value in enumerate((share.items, share.files, share.size)):
                row[place] += value
    chosen = sorted(sums, key=lambda org_id: (-sums[org_id][2], org_id))
    found = {row.id: row for row in db.session.scalars(select(Org).where(Org.id.in_(chosen[:MOST_ROWS])))}
    return Report(
        org,
        accounting.sum_up(session, homes),
        [Row(found[org_id], *sums[org_id]) for org_id in chosen[:MOST_ROWS] if org_id in found],
        max(0, len(chosen) - MOST_ROWS),
        next((share for share in shares if org and share.key == str(org.uuid)), None),
        accounting.list_shares_by_type(session, homes),
    )
