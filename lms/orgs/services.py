"""Changing the tree. The past stays readable: edges and names are ended, never erased."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.clock import today
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotAllowed
from lms.core.events import announce
from lms.core.i18n import _
from lms.core.vietnamese import fold, tidy, title_key
from lms.orgs.events import OrgClosed, OrgMerged
from lms.orgs.models import KINDS, Org, OrgEdge, OrgName
from lms.orgs.permissions import can_manage_below
from lms.orgs.queries import find_org, within

LONGEST_NAME = 200
LONGEST_CODE = 60
DEEPEST = 20


def create_org(
    actor: Actor,
    *,
    parent: Org | None,
    kind: str,
    name: str,
    code: str | None = None,
    opened_on: date | None = None,
) -> Org:
    """Open a node under `parent` (a new root without one). Raises Invalid naming the fields."""
    if not can_manage_below(actor, parent.lineage_ids if parent else (), kind):
        raise NotAllowed()
    name, code = tidy(name), tidy(code or "") or None
    _check_fields(kind, name, code)
    _check_open(parent)
    opened_on = opened_on or today()
    org = Org(kind=kind, name=name, code=code, parent_id=parent.id if parent else None, opened_on=opened_on)
    _set_keys(org)
    db.session.add(org)
    try:
        db.session.flush()
    except IntegrityError as error:  # two people chose the same code at the same moment
        raise Invalid({"code": _taken()}) from error
    org.lineage = f"{parent.lineage if parent else '/'}{org.id}/"
    db.session.add(OrgName(org_id=org.id, name=name, valid_from=opened_on))
    if parent is not None:
        db.session.add(OrgEdge(child_id=org.id, parent_id=parent.id, valid_from=opened_on))
    db.session.flush()
    record_audit(actor, "org.created", "org", org.uuid, org_id=org.id, of=kind)
    return org


def rename_org(actor: Actor, org: Org, *, name: str, code: str | None = None, on: date | None = None) -> Org:
    """Give `org` another name from `on` (today) and, when given, another code. The old name stays in its history."""
    _check_may_change(actor, org)
    name, code = tidy(name), tidy(code or "") or org.code
    _check_fields(org.kind, name, code, org)
    day = _past_day(on)
    if name != org.name:
        _end_name(org, day)
        db.session.add(OrgName(org_id=org.id, name=name, valid_from=day))
        org.name = name
    org.code = code
    _set_keys(org)
    db.session.flush()
    record_audit(actor, "org.renamed", "org", org.uuid, org_id=org.id)
    return org


def move_org(actor: Actor, org: Org, parent: Org, *, on: date | None = None) -> Org:
    """Put `org` with everything below it under `parent` from `on` (today). Raises Conflict for a circle."""
    _check_may_change(actor, org)
    if not can_manage_below(actor, parent.lineage_ids, org.kind):
        raise NotAllowed()
    _check_open(parent)
    day = _past_day(on)
    if org.id in parent.lineage_ids:
        raise Conflict(_("A unit cannot stand under itself. Choose another parent unit."))
    if org.parent_id != parent.id:
        _relink(org, parent, day)
        record_audit(actor, "org.moved", "org", org.uuid, org_id=org.id, parent_id=parent.id)
    return org


def close_org(actor: Actor, org: Org, *, on: date | None = None) -> Org:
    """End `org` on `on` (today). Raises Conflict while open nodes stand below it."""
    _check_may_change(actor, org)
    day = _past_day(on)
    below = select(func.count()).where(Org.parent_id == org.id, Org.closed_on.is_(None))
    if db.session.scalar(below):
        raise Conflict(_("Other units stand below this one. Move or close them first."))
    org.closed_on = max(day, org.opened_on)
    _end_edge(org, org.closed_on)
    _end_name(org, org.closed_on)
    db.session.flush()
    record_audit(actor, "org.closed", "org", org.uuid, org_id=org.id)
    announce(OrgClosed(org.id, org.closed_on))
    return org


def merge_org(actor: Actor, org: Org, into: Org, *, on: date | None = None) -> Org:
    """Merge `org` into another node: what stands below moves over, roles continue there, `org` closes."""
    _check_may_change(actor, org)
    _check_may_change(actor, into)
    if org.id in into.lineage_ids:
        raise Conflict(_("A unit cannot stand under itself. Choose another parent unit."))
    day = _past_day(on)
    children = select(Org).where(Org.parent_id == org.id, Org.closed_on.is_(None)).order_by(Org.id)
    for child in db.session.scalars(children).all():
        move_org(actor, child, into, on=day)
    announce(OrgMerged(org.id, into.id, day))
    close_org(actor, org, on=day)
    return into


def _check_may_change(actor: Actor, org: Org) -> None:
    """Refuse those who may not, and nodes that have ended."""
    if not can_manage_below(actor, org.lineage_ids[:-1], org.kind):
        raise NotAllowed()
    _check_open(org)


def _check_open(org: Org | None) -> None:
    if org is not None and org.is_closed:
        raise Conflict(_("This unit is closed. Choose one that is open."))


def _check_fields(kind: str, name: str, code: str | None, org: Org | None = None) -> None:
    fields: dict[str, str] = {}
    if kind not in KINDS:
        fields["kind"] = _("Choose one of the kinds in the list.")
    if not name:
        fields["name"] = _("Write a name.")
    elif len(name) > LONGEST_NAME:
        fields["name"] = _("Shorten the name to at most %(count)s characters.", count=LONGEST_NAME)
    if code and len(code) > LONGEST_CODE:
        fields["code"] = _("Shorten the code to at most %(count)s characters.", count=LONGEST_CODE)
    elif code and (other := find_org(code)) is not None and other is not org:
        fields["code"] = _taken()
    if fields:
        raise Invalid(fields)


def _taken() -> str:
    return str(_("Another unit has this code. Choose a different one."))


def _past_day(on: date | None) -> date:
    """Return `on` or today; the tree holds what is, not what is planned."""
    if on is not None and on > today():
        raise Invalid({"on": _("Choose today or an earlier day.")})
    return on or today()


def _set_keys(org: Org) -> None:
    org.sort_key = title_key(org.name)
    org.search_text = fold(f"{org.name} {org.code or ''}").strip()


def _end_name(org: Org, day: date) -> None:
    statement = update(OrgName).where(OrgName.org_id == org.id, OrgName.valid_to.is_(None))
    db.session.execute(statement.values(valid_to=day))


def _end_edge(org: Org, day: date) -> None:
    statement = update(OrgEdge).where(OrgEdge.child_id == org.id, OrgEdge.valid_to.is_(None))
    db.session.execute(statement.values(valid_to=day))


def _relink(org: Org, parent: Org, day: date) -> None:
    """Change the parent and rewrite the lineages of the whole subtree in one statement."""
    old, new = org.lineage, f"{parent.lineage}{org.id}/"
    if len(parent.lineage_ids) >= DEEPEST:
        raise Conflict(_("The tree is too deep here. Choose a parent unit higher up."))
    _end_edge(org, day)
    db.session.add(OrgEdge(child_id=org.id, parent_id=parent.id, valid_from=day))
    org.parent_id = parent.id
    db.session.flush()
    moved = update(Org).where(within(old)).values(lineage=new + func.substr(Org.lineage, len(old) + 1))
    db.session.execute(moved, execution_options={"synchronize_session": False})
    for loaded in list(db.session()):
        if isinstance(loaded, Org):
            db.session.expire(loaded, ["lineage"])
