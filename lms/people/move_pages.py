"""Pages of a pupil's move to another class or school: choose, look, confirm, cancel, undo."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.clock import today
from lms.core.db import write
from lms.core.errors import Conflict, Invalid, NotAllowed, Refusal
from lms.core.i18n import _
from lms.core.web import actor, see_other, toast
from lms.orgs.models import Org
from lms.orgs.queries import get_orgs, list_orgs
from lms.people import moves
from lms.people.access import signed_in
from lms.people.manage_blueprint import ADMINS, bp
from lms.people.manage_forms import field_errors, read_day, read_uuid
from lms.people.manage_queries import get_reached_org
from lms.people.models import User
from lms.people.moves_previews import preview_move
from lms.people.queries import get_user_by_id, get_visible_user

Page = str | tuple[str, int] | Response
NOWHERE = "none"


@bp.get("/manage/users/<uuid:user_uuid>/move")
@signed_in(*ADMINS)
def move_pupil(user_uuid: UUID) -> Page:
    """Choose the new class and the day; with both chosen, see what the move ends and begins."""
    return _move_page(get_visible_user(actor(), user_uuid))


def _move_page(user: User, problem: Refusal | None = None) -> Page:
    places = moves.list_class_places(user)
    source, target, chosen = None, None, request.values.get("to", "")
    if places:
        asked = request.values.get("from", "")
        source = next((one for one in places if str(one.uuid) == asked), places[0])
    if chosen and chosen != NOWHERE:
        target = get_reached_org(actor(), read_uuid(chosen), *ADMINS)
    if problem is None and source is not None and chosen and not moves.can_move(actor(), source, target):
        problem = NotAllowed()
    q = request.values.get("q", "").strip()[:100]
    history = moves.list_moves(user)
    ids = [org_id for one in history for org_id in (one.from_org_id, one.to_org_id) if org_id is not None]
    page = render_template(
        "manage/move_pupil.html",
        page_title=_("Move %(name)s", name=user.full_name),
        user=user,
        places=places,
        source=source,
        target=target,
        chosen=chosen,
        on=request.values.get("on", "")[:10] or today().isoformat(),
        q=q,
        choices=_choices(q, places),
        schools=_schools([*_choices(q, places), *places, *([target] if target else [])]),
        lines=preview_move(user.id, source.id, target.id if target else None) if source and chosen else [],
        history=history,
        orgs=get_orgs(ids),
        problem=str(problem) if problem is not None else "",
        errors=field_errors(problem) if isinstance(problem, Invalid) else {},
        nowhere=NOWHERE,
    )
    return (page, problem.status) if problem is not None and request.method == "POST" else page


def _choices(q: str, places: list[Org]) -> list[Org]:
    """Return the classes to move to: those searched for, else those beside the present one."""
    found = list_orgs(actor(), kind="class", q=q or None, roles=ADMINS, size=60).rows
    here = {one.id for one in places}
    return [one for one in found if one.id not in here]


def _schools(orgs: list[Org]) -> dict[int, Org]:
    return get_orgs([one.parent_id for one in orgs if one.parent_id is not None])


@bp.post("/manage/users/<uuid:user_uuid>/move")
@signed_in(*ADMINS)
def do_move(user_uuid: UUID) -> Page:
    """Make the move, or plan it for a day to come."""
    user = get_visible_user(actor(), user_uuid)
    try:
        source = get_reached_org(actor(), read_uuid(request.form.get("from", "")), *ADMINS)
        chosen, day = request.form.get("to", ""), read_day(request.form, "on")
        target = None if chosen == NOWHERE else get_reached_org(actor(), read_uuid(chosen), *ADMINS)
        with write():
            move = moves.plan_move(actor(), user, source, target, on=day)
    except (Invalid, Conflict) as problem:
        return _move_page(get_visible_user(actor(), user_uuid), problem)
    if move.state == "planned":
        undo = url_for("manage.cancel_move", move_uuid=move.uuid)
        toast(_("The move is planned. It is made by itself on that day."), undo_url=undo)
    else:
        undo = url_for("manage.undo_move", move_uuid=move.uuid)
        toast(_("%(name)s has moved. Results stay.", name=user.full_name), undo_url=undo)
    return see_other(url_for("manage.user", user_uuid=user_uuid))


@bp.post("/manage/moves/<uuid:move_uuid>/cancel")
@signed_in(*ADMINS)
def cancel_move(move_uuid: UUID) -> Response:
    """Give up a planned move."""
    with write():
        move = moves.cancel_move(actor(), moves.get_move(actor(), move_uuid))
    toast(_("The move is canceled."))
    return _back_to(move.user_id)


@bp.post("/manage/moves/<uuid:move_uuid>/undo")
@signed_in(*ADMINS)
def undo_move(move_uuid: UUID) -> Response:
    """Put the pupil back into the old class."""
    with write():
        move = moves.undo_move(actor(), moves.get_move(actor(), move_uuid))
    toast(_("The pupil is in the old class again."))
    return _back_to(move.user_id)


def _back_to(user_id: int) -> Response:
    user = get_user_by_id(user_id)
    return see_other(url_for("manage.move_pupil", user_uuid=user.uuid))
