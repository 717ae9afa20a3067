"""A pupil changes class or school on a day and keeps every result. Coming moves wait as jobs; a move can be undone."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import or_, select

from lms.core.actor import SYSTEM, Actor
from lms.core.audit import record_audit
from lms.core.clock import now, today
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal
from lms.core.events import announce
from lms.core.i18n import _
from lms.core.jobs import enqueue
from lms.orgs.models import Org
from lms.orgs.queries import get_org_by_id
from lms.people.days import wait_until
from lms.people.events import RoleGranted
from lms.people.models import RoleGrant, User
from lms.people.moves_model import PupilMove
from lms.people.permissions import can_grant
from lms.people.queries import build_actor, get_user_by_id, visible_to
from lms.people.services import end_grant, grant_role

FARTHEST = timedelta(days=400)
UNDO_FOR = timedelta(days=30)


def plan_move(
    actor: Actor, user: User, source: Org, target: Org | None, *, on: date | None = None
) -> PupilMove:
    """Move a pupil from one class to another on a day (today), or out of it without a new one.

    A day that has come is carried out at once; a later one by a job on that day. Raises NotAllowed unless `actor`
    gives places in both classes: two schools are moved between by who administers both.
    """
    day = on or today()
    _check_may_move(actor, source, target)
    _lock(user)
    _check(user, source, target, day)
    move = PupilMove(
        user_id=user.id,
        from_org_id=source.id,
        to_org_id=target.id if target is not None else None,
        starts_on=day,
        made_by=actor.user_id,
    )
    db.session.add(move)
    db.session.flush()
    if day <= today():
        carry_out(actor, move)
    else:
        enqueue("move_pupil", delay=wait_until(day), user_id=actor.user_id, move_id=move.id)
        record_audit(actor, "pupil.move_planned", "user", user.uuid, org_id=source.id, move=str(move.uuid))
    return move


def carry_out(actor: Actor, move: PupilMove) -> None:
    """End the place in the old class, give the one in the new; what the runs of both follow from it."""
    user, source = get_user_by_id(move.user_id), get_org_by_id(move.from_org_id)
    target = get_org_by_id(move.to_org_id) if move.to_org_id is not None else None
    _check_may_move(actor, source, target)
    grant = find_place(user, source)
    if grant is None:
        raise Conflict(_("The pupil is no longer in the old class."))
    until, move.home_before_id = grant.valid_to, user.home_org_id
    if target is not None and user.home_org_id in (None, source.parent_id):
        user.home_org_id = target.parent_id
        db.session.flush()
    move.ended_grant_id = end_grant(actor, grant, on=move.starts_on).id
    if target is not None:
        begun = grant_role(actor, user, "learner", target, valid_from=move.starts_on, valid_to=until)
        move.made_grant_id = begun.id
    move.state, move.done_at = "done", now()
    db.session.flush()
    detail = {"move": str(move.uuid), "to": move.to_org_id}
    record_audit(actor, "pupil.moved", "user", user.uuid, org_id=source.id, **detail)


def run_move(move_id: int) -> None:
    """Carry out a planned move whose day has come, with the rights its maker holds now."""
    move = db.session.get(PupilMove, move_id, with_for_update=True)
    if move is None or move.state != "planned" or move.starts_on > today():
        return
    try:
        with db.session.begin_nested():
            carry_out(_maker(move), move)
    except Refusal as refusal:
        move.state, move.problem = "failed", str(refusal)[:300]
        db.session.flush()


def cancel_move(actor: Actor, move: PupilMove) -> PupilMove:
    """Give up a move whose day has not come."""
    _check_may_change(actor, move)
    if move.state == "planned":
        move.state = "canceled"
        db.session.flush()
        record_audit(actor, "pupil.move_canceled", "user", move.user_id, org_id=move.from_org_id)
    return move


def undo_move(actor: Actor, move: PupilMove) -> PupilMove:
    """Put the pupil back into the old class as if the move had not been. Raises Conflict once more has happened."""
    _check_may_change(actor, move)
    if move.state != "done":
        return move
    ended = db.session.get(RoleGrant, move.ended_grant_id) if move.ended_grant_id is not None else None
    made = db.session.get(RoleGrant, move.made_grant_id) if move.made_grant_id is not None else None
    late = move.done_at is None or now() - move.done_at > UNDO_FOR
    is_changed = ended is None or ended.valid_to != max(move.starts_on, ended.valid_from)
    if late or is_changed or (move.to_org_id is not None and not _is_open(made)):
        raise Conflict(_("More has happened since. Move the pupil once more instead."))
    user = get_user_by_id(move.user_id)
    until = made.valid_to if made is not None else None
    if made is not None:
        end_grant(actor, made, on=made.valid_from)
    if ended is not None:
        ended.valid_to = until
        db.session.flush()
        announce(RoleGranted(user.id, ended.org_id, ended.role, ended.valid_from))
    user.home_org_id = move.home_before_id
    move.state = "undone"
    db.session.flush()
    record_audit(actor, "pupil.move_undone", "user", user.uuid, org_id=move.from_org_id)
    return move


def find_place(user: User, org: Org) -> RoleGrant | None:
    """Return the pupil's standing place in a class."""
    query = select(RoleGrant).where(
        RoleGrant.user_id == user.id,
        RoleGrant.org_id == org.id,
        RoleGrant.role == "learner",
        or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > today()),
    )
    return db.session.scalar(query.order_by(RoleGrant.id.desc()).limit(1))


def list_class_places(user: User) -> list[Org]:
    """Return the classes in which the pupil has a standing place."""
    query = (
        select(Org)
        .join(RoleGrant, RoleGrant.org_id == Org.id)
        .where(
            RoleGrant.user_id == user.id,
            RoleGrant.role == "learner",
            Org.kind == "class",
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > today()),
        )
    )
    return list(db.session.scalars(query.distinct().order_by(Org.id)))


def list_moves(user: User, limit: int = 10) -> list[PupilMove]:
    """Return the moves of a pupil, the latest first."""
    query = select(PupilMove).where(PupilMove.user_id == user.id)
    return list(db.session.scalars(query.order_by(PupilMove.id.desc()).limit(limit)))


def get_move(actor: Actor, uuid: UUID) -> PupilMove:
    """Return the move of a pupil `actor` may know of. Raises NotFound."""
    query = select(PupilMove).join(User, User.id == PupilMove.user_id)
    move = db.session.scalar(query.where(PupilMove.uuid == uuid, visible_to(actor)))
    if move is None:
        raise NotFound()
    return move


def can_move(actor: Actor, source: Org, target: Org | None) -> bool:
    """Tell whether `actor` gives places in both classes."""
    orgs = [source] if target is None else [source, target]
    return all(can_grant(actor, "learner", org.lineage_ids) for org in orgs)


def _check_may_move(actor: Actor, source: Org, target: Org | None) -> None:
    if not can_move(actor, source, target):
        raise NotAllowed(
            _("Only who administers both schools moves a pupil between them. Ask the department.")
        )


def _check_may_change(actor: Actor, move: PupilMove) -> None:
    source = get_org_by_id(move.from_org_id)
    _check_may_move(actor, source, get_org_by_id(move.to_org_id) if move.to_org_id is not None else None)
    query = select(PupilMove.id).where(PupilMove.id == move.id).with_for_update()
    db.session.execute(query).all()
    db.session.refresh(move)


def _check(user: User, source: Org, target: Org | None, day: date) -> None:
    """Refuse moves that cannot be: no place in the old class, none to be had in the new one, a day far away."""
    grant = find_place(user, source)
    if grant is None:
        raise Conflict(_("The pupil is no longer in the old class."))
    if target is not None and (target.kind != "class" or target.is_closed):
        raise Invalid({"to": _("Choose an open class.")})
    if target is not None and target.id == source.id:
        raise Invalid({"to": _("Choose another class than the present one.")})
    if day > today() + FARTHEST or day < grant.valid_from or (grant.valid_to and day > grant.valid_to):
        raise Invalid({"on": _("Choose a day on which the pupil is in the old class, at most a year ahead.")})
    planned = select(PupilMove.id).where(PupilMove.user_id == user.id, PupilMove.state == "planned")
    if db.session.scalar(planned) is not None:
        raise Conflict(_("A move of this pupil is planned already. Cancel it first."))


def _lock(user: User) -> None:
    """Let one move of a pupil go first."""
    db.session.execute(select(User.id).where(User.id == user.id).with_for_update()).all()


def _is_open(grant: RoleGrant | None) -> bool:
    return grant is not None and (grant.valid_to is None or grant.valid_to > today())


def _maker(move: PupilMove) -> Actor:
    if move.made_by is None:
        return SYSTEM
    maker = get_user_by_id(move.made_by)
    if not maker.is_active:
        raise NotAllowed()
    return build_actor(maker)
