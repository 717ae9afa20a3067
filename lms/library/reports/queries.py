"""Reading reported problems: the queue of a librarian, one case with all its reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, true

from content_store.models import Version
from lms.core.actor import Actor
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.paging import Page, take_page
from lms.library.door import open_store
from lms.library.permissions import KEEPERS, owner_token
from lms.library.reports.models import ItemCase, ItemReport
from lms.library.review.queries import names_of
from lms.orgs.models import Org
from lms.orgs.permissions import is_everywhere
from lms.orgs.queries import get_orgs, reach
from lms.people.models import RoleGrant, User
from lms.people.queries import is_current

QUEUES = ("open", "mine", "closed")
MOST_REPORTS = 100  # shown of one case


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the queue: an item with what was reported of it."""

    case: ItemCase
    version: Version
    place: str
    count: int
    kinds: tuple[str, ...]
    taken_by: str


@dataclass(frozen=True, slots=True)
class Told:
    """One report; `name` is '' where a pupil, a guardian or a citizen made it: nobody needs to know who."""

    report: ItemReport
    name: str


def can_triage(actor: Actor) -> bool:
    """Tell whether the actor looks after reported problems anywhere."""
    return actor.is_signed_in and actor.has_role(*KEEPERS)


def _reached(actor: Actor) -> ColumnElement[bool]:
    """Return the filter on cases of the places whose library the actor keeps; of no place: system administrators."""
    if is_everywhere(actor):
        return true()
    return ItemCase.org_id.in_(select(Org.id).where(reach(actor, *KEEPERS)))


def get_case(actor: Actor, uuid: UUID) -> ItemCase:
    """Return a case of a place the actor keeps. Raises NotFound."""
    found = db.session.scalar(select(ItemCase).where(ItemCase.uuid == uuid, _reached(actor)))
    if found is None:
        raise NotFound()
    return found


def find_live_case(item_uuid: UUID) -> ItemCase | None:
    """Return the case of an item that is open or taken."""
    return db.session.scalar(
        select(ItemCase).where(ItemCase.item_uuid == item_uuid, ItemCase.state.in_(("open", "taken")))
    )


def find_shown(case: ItemCase) -> Version | None:
    """Return the version in use of the item of a case."""
    return open_store().get_many([case.item_uuid]).get(case.item_uuid)


def may_close(actor: Actor, version: Version) -> bool:
    """Tell whether the actor may decide: nobody does on what was reported of their own material."""
    return version.item.owner != owner_token(actor) or actor.has_role("sysadmin")


def has_open_report(actor: Actor, item_uuid: UUID) -> bool:
    """Tell whether the actor reported the item, and nobody has answered yet."""
    case = find_live_case(item_uuid)
    if case is None:
        return False
    mine = select(ItemReport.id).where(ItemReport.case_id == case.id, ItemReport.user_id == actor.user_id)
    return db.session.scalar(mine) is not None


def list_cases(
    actor: Actor, *, queue: str = "open", after: str | None = None, size: int = 30
) -> Page[CaseRow]:
    """Return the cases of the places the actor keeps, the oldest first; closed ones the latest first."""
    statement = select(ItemCase).where(_reached(actor))
    if queue == "closed":
        statement = statement.where(ItemCase.state.in_(("settled", "rejected", "recalled")))
    elif queue == "mine":
        statement = statement.where(ItemCase.state == "taken", ItemCase.taken_by == actor.user_id)
    else:
        statement = statement.where(ItemCase.state.in_(("open", "taken")))
    page = take_page(
        db.session(), statement, keys=[ItemCase.id], after=after, size=size, descending=queue == "closed"
    )
    return Page(_rows(page.rows), page.next)


def get_row(case: ItemCase) -> CaseRow:
    """Return the line of a case the actor was given. Raises NotFound where its item is gone."""
    rows = _rows([case])
    if not rows:
        raise NotFound()
    return rows[0]


def _rows(cases: Sequence[ItemCase]) -> list[CaseRow]:
    if not cases:
        return []
    versions = open_store().get_many(case.item_uuid for case in cases)
    places = get_orgs([case.org_id for case in cases if case.org_id is not None])
    names = names_of(case.taken_by for case in cases)
    counted = db.session.execute(
        select(ItemReport.case_id, ItemReport.kind, func.count(ItemReport.id))
        .where(ItemReport.case_id.in_([case.id for case in cases]))
        .group_by(ItemReport.case_id, ItemReport.kind)
    )
    kinds: dict[int, dict[str, int]] = {}
    for case_id, kind, times in counted:
        kinds.setdefault(case_id, {})[kind] = times
    return [
        CaseRow(
            case,
            versions[case.item_uuid],
            places[case.org_id].name if case.org_id in places else "",
            sum(kinds.get(case.id, {}).values()),
            tuple(sorted(kinds.get(case.id, {}))),
            names.get(case.taken_by or 0, ""),
        )
        for case in cases
        if case.item_uuid in versions
    ]


def list_reports(case: ItemCase) -> list[Told]:
    """Return the reports of a case the actor was given, the first one first."""
    rows = list(
        db.session.scalars(
            select(ItemReport)
            .where(ItemReport.case_id == case.id)
            .order_by(ItemReport.id)
            .limit(MOST_REPORTS)
        )
    )
    ids = {row.user_id for row in rows}
    staff = select(RoleGrant.user_id).where(
        RoleGrant.user_id.in_(ids), is_current(), RoleGrant.role.not_in(("learner", "guardian"))
    )
    at_work = set(db.session.scalars(staff))
    names = names_of(at_work)
    return [Told(row, names.get(row.user_id, "")) for row in rows]


def list_earlier_cases(actor: Actor, case: ItemCase) -> list[ItemCase]:
    """Return how earlier cases of the same item ended, as far as the actor keeps their places, the latest first."""
    return list(
        db.session.scalars(
            select(ItemCase)
            .where(ItemCase.item_uuid == case.item_uuid, ItemCase.id < case.id, _reached(actor))
            .order_by(ItemCase.id.desc())
            .limit(20)
        )
    )


def select_keepers(case: ItemCase) -> Select[int]:
    """Select the librarians of the place of a case and of those above it; system administrators where it has none."""
    held = select(RoleGrant.user_id).where(is_current())
    if case.org_id is None:
        return held.where(RoleGrant.role == "sysadmin").distinct()
    place = db.session.get_one(Org, case.org_id)
    return held.where(RoleGrant.role.in_(KEEPERS), RoleGrant.org_id.in_(place.lineage_ids)).distinct()


def select_reporters(case_uuid: UUID) -> Select[int]:
    """Select whoever reported something of a case."""
    return (
        select(User.id)
        .join(ItemReport, ItemReport.user_id == User.id)
        .join(ItemCase, ItemCase.id == ItemReport.case_id)
        .where(ItemCase.uuid == case_uuid)
    )
