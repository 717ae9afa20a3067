"""The rows of people that a merge moves, each written down as it was, and how they are put back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Select, select

from lms.core.actor import Actor
from lms.core.clock import today
from lms.core.db import db
from lms.core.errors import NotAllowed
from lms.orgs.queries import get_orgs
from lms.people.merge_model import MergeChange, UserAlias, UserMerge
from lms.people.models import ExternalId, RoleGrant, User
from lms.people.moves_model import PupilMove
from lms.people.permissions import can_grant
from lms.people.queries import find_user
from lms.people.services.accounts import set_search_keys

FAR = date.max


def note_change(merge_id: int, kind: str, row_id: object, **before: Any) -> None:
    """Write down a row that the merge changes, as it was; days and moments as text."""
    plain = {key: _as_text(value) for key, value in before.items()}
    db.session.add(MergeChange(merge_id=merge_id, kind=kind, row_id=str(row_id), before=plain))


def list_changes(merge_id: int, *kinds: str) -> list[MergeChange]:
    """Return what a merge changed, in that order; of some kinds or all."""
    query = select(MergeChange).where(MergeChange.merge_id == merge_id)
    if kinds:
        query = query.where(MergeChange.kind.in_(kinds))
    return list(db.session.scalars(query.order_by(MergeChange.id)))


def carry_rows(actor: Actor, merge: UserMerge, kept: User, merged: User, *, free_login: bool) -> None:
    """Move everything of `people` from one account to the other and close the empty one."""
    _carry_statements(merge, kept, merged)
    _carry_grants(actor, merge, kept, merged)
    _carry_identifiers(merge, kept, merged)
    _carry_names(merge, kept, merged, free_login)
    for move in db.session.scalars(_planned_moves(merged)):
        note_change(merge.id, "move", move.id)
        move.user_id = kept.id
    db.session.flush()


def restore_rows(merge: UserMerge, kept: User, merged: User) -> None:
    """Put everything back that still is as the merge left it, the last change first."""
    merged.status = "active"
    for change in reversed(list_changes(merge.id)):
        if change.kind == "alias":
            _restore_alias(change)
        elif change.kind == "grant":
            _restore_owner(RoleGrant, change, kept, merged)
        elif change.kind == "identifier":
            _restore_owner(ExternalId, change, kept, merged)
        elif change.kind == "move":
            _restore_owner(PupilMove, change, kept, merged)
        elif change.kind == "grant.time":
            _restore_time(change, kept)
        elif change.kind in {"login", "email", "home"}:
            _restore_name(change, kept, merged)
    db.session.flush()


def _as_text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _as_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _carry_statements(merge: UserMerge, kept: User, merged: User) -> None:
    """Let the statements of the merged account, and of those it took in before, count for the kept one."""
    for alias in db.session.scalars(select(UserAlias).where(UserAlias.kept_id == merged.id)):
        note_change(merge.id, "alias", alias.merged_id, kept_id=merged.id)
        alias.kept_id = kept.id
    db.session.add(UserAlias(merged_id=merged.id, account=merged.uuid, kept_id=kept.id))
    note_change(merge.id, "alias", merged.id, kept_id=None)


def _restore_alias(change: MergeChange) -> None:
    alias = db.session.get(UserAlias, int(change.row_id))
    if alias is None:
        return
    if change.before["kept_id"] is None:
        db.session.delete(alias)
    else:
        alias.kept_id = change.before["kept_id"]


def _carry_grants(actor: Actor, merge: UserMerge, kept: User, merged: User) -> None:
    """Move roles, past and coming ones too; where both hold the same, the kept one's time grows to cover both."""
    query = select(RoleGrant).where(RoleGrant.user_id.in_((kept.id, merged.id))).order_by(RoleGrant.id)
    grants = list(db.session.scalars(query))
    orgs = get_orgs([grant.org_id for grant in grants])
    for grant in [one for one in grants if one.user_id == merged.id]:
        is_over = grant.valid_to is not None and grant.valid_to <= today()
        if not is_over and not can_grant(actor, grant.role, orgs[grant.org_id].lineage_ids):
            raise NotAllowed()
        twin = next((one for one in grants if one.user_id == kept.id and _meet(one, grant)), None)
        if twin is None:
            note_change(merge.id, "grant", grant.id)
            grant.user_id = kept.id
        else:
            _stretch(merge, twin, grant)


def _meet(one: RoleGrant, other: RoleGrant) -> bool:
    """Tell whether both are the same role at the same place with no gap between their times."""
    same = one.org_id == other.org_id and one.role == other.role
    return same and one.valid_from <= (other.valid_to or FAR) and other.valid_from <= (one.valid_to or FAR)


def _stretch(merge: UserMerge, twin: RoleGrant, grant: RoleGrant) -> None:
    start, end = min(twin.valid_from, grant.valid_from), max(twin.valid_to or FAR, grant.valid_to or FAR)
    until = None if end == FAR else end
    if (start, until) == (twin.valid_from, twin.valid_to):
        return
    times = {"valid_from": twin.valid_from, "valid_to": twin.valid_to, "left_from": start, "left_to": until}
    note_change(merge.id, "grant.time", twin.id, **times)
    twin.valid_from, twin.valid_to = start, until


def _planned_moves(user: User) -> Select[PupilMove]:
    """Select the moves that are still to come."""
    return select(PupilMove).where(PupilMove.user_id == user.id, PupilMove.state == "planned")


def _restore_time(change: MergeChange, kept: User) -> None:
    grant, was = db.session.get(RoleGrant, int(change.row_id)), change.before
    if grant is None or grant.user_id != kept.id:
        return
    if (grant.valid_from, grant.valid_to) == (_as_day(was["left_from"]), _as_day(was["left_to"])):
        grant.valid_from = date.fromisoformat(was["valid_from"])
        grant.valid_to = _as_day(was["valid_to"])


def _carry_identifiers(merge: UserMerge, kept: User, merged: User) -> None:
    """Move identifiers; what the kept account bears too stays behind, a second open one of a kind ends today."""
    query = select(ExternalId).where(ExternalId.user_id.in_((kept.id, merged.id))).order_by(ExternalId.id)
    rows = list(db.session.scalars(query))
    own = [row for row in rows if row.user_id == kept.id]
    open_kinds = {row.type for row in own if row.valid_to is None}
    for row in [one for one in rows if one.user_id == merged.id]:
        if any((row.type, row.value) == (one.type, one.value) for one in own):
            continue
        note_change(merge.id, "identifier", row.id, valid_to=row.valid_to)
        row.user_id = kept.id
        if row.valid_to is None and row.type in open_kinds:
            row.valid_to = max(today(), row.valid_from)


def _restore_owner(
    model: type[RoleGrant] | type[ExternalId] | type[PupilMove], change: MergeChange, kept: User, merged: User
) -> None:
    """Give a row back that still is the kept account's; a move that was made meanwhile stays with who moved."""
    row = cast("RoleGrant | ExternalId | PupilMove | None", db.session.get(model, int(change.row_id)))
    if row is None or row.user_id != kept.id:
        return
    if isinstance(row, PupilMove):
        row.user_id = merged.id if row.state == "planned" else kept.id
        return
    row.user_id = merged.id
    if "valid_to" in change.before:
        row.valid_to = _as_day(change.before["valid_to"])


def _carry_names(merge: UserMerge, kept: User, merged: User, free_login: bool) -> None:
    """Close the merged account; the kept one gets the address and the home it lacks."""
    merged.status = "deactivated"
    if free_login and merged.login is not None:
        note_change(merge.id, "login", merged.id, login=merged.login)
        merged.login = None
    if kept.home_org_id is None and merged.home_org_id is not None:
        note_change(merge.id, "home", kept.id, home_org_id=None)
        kept.home_org_id = merged.home_org_id
    if kept.email is None and merged.email is not None:
        email, verified = merged.email, merged.email_verified_at
        note_change(merge.id, "email", merged.id, email=email, verified=verified)
        merged.email = None
        db.session.flush()  # an address is unique: first given up, then taken
        kept.email, kept.email_verified_at = email, verified
    set_search_keys(kept)
    set_search_keys(merged)


def _restore_name(change: MergeChange, kept: User, merged: User) -> None:
    """Give a name back unless someone else bears it by now."""
    was = change.before
    if change.kind == "home":
        kept.home_org_id = None
    elif change.kind == "login" and merged.login is None and find_user(was["login"]) is None:
        merged.login = was["login"]
    elif change.kind == "email" and kept.email == was["email"] and kept.login is not None:
        kept.email, kept.email_verified_at = None, None
        db.session.flush()
        merged.email = was["email"]
        merged.email_verified_at = datetime.fromisoformat(was["verified"]) if was["verified"] else None
    set_search_keys(kept)
    set_search_keys(merged)
