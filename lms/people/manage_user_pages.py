"""Administrators' pages of people: search, one person, roles, identifiers, closing and opening accounts."""

from __future__ import annotations

from uuid import UUID

from flask import Response as FlaskResponse
from flask import make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.clock import today
from lms.core.db import write
from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.web import actor, see_other, settings, toast
from lms.orgs.models import Org
from lms.orgs.queries import get_org_by_id, list_orgs
from lms.people import services
from lms.people.access import signed_in
from lms.people.api_token_queries import count_tokens
from lms.people.imports_plan import CODE_KIND
from lms.people.labels import ROLE_LABELS
from lms.people.manage_blueprint import ADMINS, bp
from lms.people.manage_forms import field_errors, read_day, read_person, read_uuid
from lms.people.manage_queries import (
    get_reached_org,
    get_user_grant,
    is_held,
    list_role_history,
    list_roles_of,
    list_top_places,
    roles_to_give,
)
from lms.people.models import ROLES, User
from lms.people.passwords import hash_password, new_one_time_password
from lms.people.permissions import can_look_after
from lms.people.queries import get_visible_user, list_external_ids, list_held_roles, list_users

Page = str | tuple[str, int] | Response | FlaskResponse


@bp.get("/manage/users")
@signed_in(*ADMINS)
def users() -> str:
    """People one looks after, by name, user name or mail, by role and place."""
    q, role = request.args.get("q", "").strip()[:100], request.args.get("role", "")
    place = _asked_place()
    page = list_users(actor(), place, role if role in ROLES else None, q, request.args.get("after"))
    return render_template(
        "manage/users.html",
        page_title=_("People"),
        page=page,
        roles_of=list_roles_of(actor(), page.rows, *ADMINS),
        q=q,
        role=role,
        place=place,
        places=list_top_places(actor(), *ADMINS),
        role_labels=ROLE_LABELS,
    )


def _asked_place() -> Org | None:
    raw = request.values.get("org", "")
    return get_reached_org(actor(), read_uuid(raw), *ADMINS) if raw else None


@bp.route("/manage/users/new", methods=["GET", "POST"])
@signed_in(*ADMINS)
def new_user() -> Page:
    """Make an account with its first role and show the one-time password once."""
    home = _asked_place() or next(iter(list_top_places(actor(), *ADMINS)), None)
    error: Invalid | None = None
    if request.method == "POST" and home is not None:
        try:
            form, role, password = (
                read_person(request.form),
                request.form.get("role", ""),
                new_one_time_password(),
            )
            fresh = hash_password(password)
            with write():
                user, _none = services.create_user(
                    actor(),
                    full_name=form.full_name,
                    login=form.login,
                    email=form.email,
                    password_hash=fresh,
                    home_org=home,
                    external_ids=[(CODE_KIND, form.pupil_code)] if form.pupil_code else (),
                )
                if role:
                    services.grant_role(actor(), user, role, home)
            return _show_once(user, password)
        except Invalid as refusal:
            error = refusal
    page = render_template(
        "manage/user_form.html",
        page_title=_("New person"),
        home=home,
        roles=roles_to_give(actor(), home, ROLES) if home is not None else [],
        role_labels=ROLE_LABELS,
        errors=field_errors(error) if error else {},
        typed=request.form,
    )
    return (page, 422) if error else page


def _show_once(user: User, password: str) -> FlaskResponse:
    """Answer the card itself; neither cached nor kept, so closing the page ends it."""
    address = settings().base_url.removeprefix("https://").removeprefix("http://")
    page = render_template(
        "people/cards.html",
        page_title=_("Cards to print"),
        cards=[(user, password)],
        org=None,
        address=address,
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/manage/users/<uuid:user_uuid>")
@signed_in(*ADMINS)
def user(user_uuid: UUID) -> str:
    """One person: names, roles with their days, identifiers, password."""
    return _user_page(get_visible_user(actor(), user_uuid))


def _user_page(found: User, error: Invalid | None = None) -> str:
    home = get_org_by_id(found.home_org_id) if found.home_org_id is not None else None
    held = list_held_roles([found])[found.id]
    q = request.args.get("place", "").strip()[:100]
    return render_template(
        "manage/user.html",
        page_title=found.full_name,
        user=found,
        home=home,
        grants=[(grant, org, is_held(grant)) for grant, org in list_role_history(actor(), found, *ADMINS)],
        identifiers=list_external_ids(found),
        can_change=can_look_after(actor(), held, home.lineage_ids if home is not None else ()),
        is_self=found.id == actor().user_id,
        token_count=count_tokens(found.id),
        places=list_orgs(actor(), q=q or None, roles=ADMINS, size=30).rows,
        place_q=q,
        roles=ROLES,
        role_labels=ROLE_LABELS,
        errors=field_errors(error) if error else {},
        typed=request.form,
        today=today(),
    )


def _back(user_uuid: UUID) -> Response:
    return see_other(url_for("manage.user", user_uuid=user_uuid))


@bp.post("/manage/users/<uuid:user_uuid>")
@signed_in(*ADMINS)
def update_user(user_uuid: UUID) -> Page:
    """Correct someone's names."""
    found, form = get_visible_user(actor(), user_uuid), read_person(request.form)
    try:
        with write():
            services.update_user(actor(), found, full_name=form.full_name, login=form.login, email=form.email)
    except Invalid as error:
        return _user_page(get_visible_user(actor(), user_uuid), error), 422
    toast(_("Saved."))
    return _back(user_uuid)


@bp.post("/manage/users/<uuid:user_uuid>/grants")
@signed_in(*ADMINS)
def grant_role(user_uuid: UUID) -> Page:
    """Give someone a role at a place, from a day, if wished until a day."""
    found = get_visible_user(actor(), user_uuid)
    try:
        start, end = read_day(request.form, "valid_from"), read_day(request.form, "valid_to")
        org = get_reached_org(actor(), read_uuid(request.form.get("org", "")), *ADMINS)
        with write():
            services.grant_role(
                actor(), found, request.form.get("role", ""), org, valid_from=start, valid_to=end
            )
    except Invalid as error:
        return _user_page(get_visible_user(actor(), user_uuid), error), 422
    toast(_("The role is given."))
    return _back(user_uuid)


@bp.post("/manage/users/<uuid:user_uuid>/grants/<uuid:grant_uuid>/end")
@signed_in(*ADMINS)
def end_grant(user_uuid: UUID, grant_uuid: UUID) -> Page:
    """End a role on a day."""
    found = get_visible_user(actor(), user_uuid)
    try:
        day = read_day(request.form, "on")
    except Invalid as error:
        return _user_page(found, error), 422
    with write():
        services.end_grant(actor(), get_user_grant(actor(), found, grant_uuid, *ADMINS), on=day)
    toast(_("The role has ended. It stays in the history."))
    return _back(user_uuid)


@bp.post("/manage/users/<uuid:user_uuid>/identifiers")
@signed_in(*ADMINS)
def add_identifier(user_uuid: UUID) -> Page:
    """Write down an identifier given elsewhere."""
    found = get_visible_user(actor(), user_uuid)
    try:
        with write():
            services.add_external_id(
                actor(),
                found,
                kind=request.form.get("kind", "")[:200],
                value=request.form.get("value", "")[:200],
            )
    except Invalid as error:
        return _user_page(get_visible_user(actor(), user_uuid), error), 422
    toast(_("Saved."))
    return _back(user_uuid)


@bp.post("/manage/users/<uuid:user_uuid>/deactivate")
@signed_in(*ADMINS)
def deactivate(user_uuid: UUID) -> Response:
    """Close an account, with undo."""
    found = get_visible_user(actor(), user_uuid)
    with write():
        services.deactivate_user(actor(), found)
    undo = url_for("manage.reactivate", user_uuid=user_uuid)
    toast(_("The account of %(name)s is closed. Results stay.", name=found.full_name), undo_url=undo)
    return _back(user_uuid)


@bp.post("/manage/users/<uuid:user_uuid>/reactivate")
@signed_in(*ADMINS)
def reactivate(user_uuid: UUID) -> Response:
    """Open a closed account again."""
    found = get_visible_user(actor(), user_uuid)
    with write():
        services.reactivate_user(actor(), found)
    toast(_("The account of %(name)s is open.", name=found.full_name))
    return _back(user_uuid)
