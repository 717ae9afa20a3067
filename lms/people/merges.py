"""Joining two accounts of one person, and taking it back.

Statements stay where they are and keep their account; an alias says for whom they count. Everything else that
belonged to the merged account moves, and every change is written down for the undo.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import BindParameter, Select, func, or_, select

from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.clock import now
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.events import announce
from lms.core.i18n import _
from lms.orgs.queries import get_orgs
from lms.people.events import UsersMerged, UsersUnmerged
from lms.people.merge_model import UserAlias, UserMerge
from lms.people.merge_previews import MergeLine, previews_merge
from lms.people.merge_rows import carry_rows, restore_rows
from lms.people.models import ExternalId, RoleGrant, User, UserSession
from lms.people.permissions import can_look_after
from lms.people.queries import is_current, list_held_roles

UNDO_FOR = timedelta(days=30)


def check_may_merge(actor: Actor, kept: User, merged: User) -> None:
    """Refuse those who do not look after both accounts, and accounts that are no two open ones."""
    for user in (kept, merged):
        _check_looks_after(actor, user)
    if kept.id == merged.id:
        raise Invalid({"other": _("Choose another account than this one.")})
    if actor.user_id == merged.id:
        raise Conflict(_("You cannot close your own account. Ask another administrator."))
    if not kept.is_active or not merged.is_active:
        raise Conflict(_("One of the two accounts is closed. Open it again first."))


def merge_users(actor: Actor, kept: User, merged: User, *, free_login: bool = False) -> UserMerge:
    """Make `kept` the only account of the person. Merging the same pair twice merges once.

    The merged account is closed; its user name points to the kept one at sign-in, or is freed with `free_login`.
    """
    _lock(kept, merged)
    if (earlier := find_merge_of(merged)) is not None and earlier.kept_id == kept.id:
        _check_looks_after(actor, kept)
        return earlier
    check_may_merge(actor, kept, merged)
    until = now() + UNDO_FOR
    merge = UserMerge(kept_id=kept.id, merged_id=merged.id, made_by=actor.user_id, undo_until=until)
    db.session.add(merge)
    db.session.flush()
    carry_rows(actor, merge, kept, merged, free_login=free_login)
    for ended in db.session.scalars(select(UserSession).where(UserSession.user_id == merged.id)):
        db.session.delete(ended)
    announce(UsersMerged(merge.id, kept.id, merged.id))
    _audit(actor, "user.merged", merge, kept, merged)
    return merge


def undo_merge(actor: Actor, merge: UserMerge) -> UserMerge:
    """Part the two accounts again. What was changed since stays as it is now. Raises Conflict, saying why."""
    kept, merged = db.session.get_one(User, merge.kept_id), db.session.get_one(User, merge.merged_id)
    _lock(kept, merged)
    db.session.refresh(merge)
    _check_looks_after(actor, kept)
    if merge.state == "undone":
        return merge
    if now() > merge.undo_until:
        raise Conflict(_("More than thirty days have passed, so the accounts stay joined."))
    if find_merge_of(kept) is not None:
        raise Conflict(_("The account that was kept went into another one later. Take that back first."))
    merge.state, merge.undone_at = "undone", now()
    restore_rows(merge, kept, merged)
    announce(UsersUnmerged(merge.id, kept.id, merged.id))
    _audit(actor, "user.unmerged", merge, kept, merged)
    return merge


def find_merge_of(user: User) -> UserMerge | None:
    """Return the standing merge that closed this account."""
    query = select(UserMerge).where(UserMerge.merged_id == user.id, UserMerge.state == "done")
    return db.session.scalar(query)


def find_kept(user: User) -> User | None:
    """Return the account in which this one goes on, None for one that stands by itself."""
    query = select(User).join(UserAlias, UserAlias.kept_id == User.id).where(UserAlias.merged_id == user.id)
    return db.session.scalar(query)


def accounts_of(user_ids: Iterable[int | BindParameter[int]]) -> Select[UUID]:
    """Select the accounts under which deeds of these users were recorded: their own and those joined to them."""
    ids = tuple(user_ids)
    joined = select(UserAlias.merged_id).where(UserAlias.kept_id.in_(ids))
    return select(User.uuid).where(or_(User.id.in_(ids), User.id.in_(joined)))


def list_merges_into(user: User) -> list[tuple[UserMerge, User]]:
    """Return the accounts that went into this one and still are there, the latest first."""
    query = (
        select(UserMerge, User)
        .join(User, User.id == UserMerge.merged_id)
        .where(UserMerge.kept_id == user.id, UserMerge.state == "done")
        .order_by(UserMerge.id.desc())
    )
    return [(merge, merged) for merge, merged in db.session.execute(query)]


def get_merge(uuid: UUID) -> UserMerge:
    """Return the merge. Raises NotFound."""
    merge = db.session.scalar(select(UserMerge).where(UserMerge.uuid == uuid))
    if merge is None:
        raise NotFound()
    return merge


@previews_merge
def preview_people(kept_id: int, merged_id: int) -> list[MergeLine]:
    """Tell which roles, identifiers and signed-in browsers a merge concerns."""
    own, theirs = select(RoleGrant).where(RoleGrant.user_id == kept_id), RoleGrant.user_id == merged_id
    pairs = {(grant.role, grant.org_id) for grant in db.session.scalars(own.where(is_current()))}
    held = list(db.session.scalars(select(RoleGrant).where(theirs, is_current())))
    both = sum((grant.role, grant.org_id) in pairs for grant in held)
    note = _("%(count)s of them both accounts hold: one remains", count=both) if both else ""
    past = select(func.count()).where(theirs, ~is_current())
    return [
        MergeLine(_("Roles and class places held now"), len(held), str(note)),
        MergeLine(_("Roles of earlier or later times"), db.session.scalar(past) or 0),
        _preview_identifiers(kept_id, merged_id),
        MergeLine(
            _("Signed-in devices, which are signed out"),
            db.session.scalar(select(func.count()).where(UserSession.user_id == merged_id)) or 0,
        ),
    ]


def _preview_identifiers(kept_id: int, merged_id: int) -> MergeLine:
    query = select(ExternalId).where(
        ExternalId.user_id.in_((kept_id, merged_id)), ExternalId.valid_to.is_(None)
    )
    rows = list(db.session.scalars(query))
    own = {row.type: row.value for row in rows if row.user_id == kept_id}
    theirs = [row for row in rows if row.user_id == merged_id]
    differing = [row.value for row in theirs if own.get(row.type, row.value) != row.value]
    note = _("%(values)s ends today: the account kept has another one", values=", ".join(differing))
    return MergeLine(_("Identifiers"), len(theirs), str(note) if differing else "")


def _check_looks_after(actor: Actor, user: User) -> None:
    home: tuple[int, ...] = ()
    if user.home_org_id is not None:
        home = get_orgs([user.home_org_id])[user.home_org_id].lineage_ids
    if not can_look_after(actor, list_held_roles([user])[user.id], home):
        raise NotAllowed()


def _lock(kept: User, merged: User) -> None:
    """Let one merge of these two go first, whichever way round they are named."""
    named = or_(User.id == kept.id, User.id == merged.id)
    query = select(User).where(named).order_by(User.id).with_for_update()
    db.session.scalars(query.execution_options(populate_existing=True)).all()


def _audit(actor: Actor, action: str, merge: UserMerge, kept: User, merged: User) -> None:
    detail = {"merged": str(merged.uuid), "merge": str(merge.uuid)}
    record_audit(actor, action, "user", kept.uuid, org_id=kept.home_org_id, **detail)
