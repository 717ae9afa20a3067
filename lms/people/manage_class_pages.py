"""Pages of homeroom classes, for their teachers and for administrators."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.clock import today
from lms.core.db import write
from lms.core.errors import Invalid, NotFound
from lms.core.i18n import _
from lms.core.nav import place
from lms.core.web import actor, see_other, toast
from lms.orgs.models import Org
from lms.orgs.queries import get_org_by_id, get_orgs, list_names, list_orgs
from lms.people import services
from lms.people.access import signed_in
from lms.people.imports_plan import CODE_KIND
from lms.people.manage_blueprint import ADMINS, KEEPERS, bp
from lms.people.manage_forms import PersonForm, field_errors, read_day, read_person, read_uuid
from lms.people.manage_queries import (
    can_change_org,
    get_place_grant,
    get_reached_org,
    list_former_members,
    list_own_homerooms,
    list_place_grants,
    list_reached_ancestors,
    roles_to_give,
)
from lms.people.models import User
from lms.people.passwords import hash_password, new_one_time_password
from lms.people.queries import count_members_of, find_user, get_user_by_id, get_visible_user, list_members

Page = str | tuple[str, int] | Response

for _endpoint in ("classes", "class_page", "add_member", "end_member", "restore_member"):
    place(f"{bp.name}.{_endpoint}", "staff", "classes")


def get_class(uuid: UUID, *roles: str) -> Org:
    """Return the homeroom class if the present actor reaches it. Raises NotFound."""
    found = get_reached_org(actor(), uuid, *(roles or KEEPERS))
    if found.kind != "class":
        raise NotFound()
    return found


@bp.get("/classes")
@signed_in(*KEEPERS)
def classes() -> str:
    """One's own homeroom classes, then all those one teaches or administers."""
    q = request.args.get("q", "").strip()[:100]
    page = list_orgs(actor(), kind="class", q=q or None, after=request.args.get("after"), roles=KEEPERS)
    own = list_own_homerooms(actor()) if not q and not request.args.get("after") else []
    return render_template(
        "manage/classes.html",
        page_title=_("Classes"),
        own=own,
        page=page,
        q=q,
        counts=count_members_of([one.id for one in (*own, *page.rows)]),
        schools=get_orgs([one.parent_id for one in (*own, *page.rows) if one.parent_id is not None]),
    )


@bp.get("/classes/<uuid:org_uuid>")
@signed_in(*KEEPERS)
def class_page(org_uuid: UUID) -> str:
    """A class: its pupils by given name, its homeroom teachers, what one may do here."""
    return _class_page(get_class(org_uuid))


def _class_page(org: Org, error: Invalid | None = None) -> str:
    school = get_org_by_id(org.parent_id) if org.parent_id is not None else None
    can_manage = not org.is_closed and bool(roles_to_give(actor(), org, ["learner"]))
    return render_template(
        "manage/class.html",
        page_title=org.name,
        org=org,
        school=school,
        above=list_reached_ancestors(actor(), org, *ADMINS),
        members=list_place_grants(org, "learner"),
        former=list_former_members(org),
        teachers=list_place_grants(org, "teacher"),
        colleagues=list_members(school.id, "teacher") if can_manage and school is not None else [],
        names=list_names(org),
        can_manage=can_manage,
        can_change=can_change_org(actor(), org),
        errors=field_errors(error) if error else {},
        typed=request.form,
        today=today(),
    )


@bp.post("/classes/<uuid:org_uuid>/members")
@signed_in(*ADMINS)
def add_member(org_uuid: UUID) -> Page:
    """Put someone who has an account into the class, or make an account for a new pupil."""
    org = get_class(org_uuid, *ADMINS)
    try:
        day = read_day(request.form, "valid_from")
        if request.form.get("who") == "new":
            form, fresh = read_person(request.form), hash_password(new_one_time_password())
            with write():
                user = _make_pupil(org, form, fresh)
                services.grant_role(actor(), user, "learner", org, valid_from=day)
            toast(_("%(name)s is in the class. Print a card for the first sign-in.", name=user.full_name))
        else:
            user = _find_person(request.form.get("login", ""))
            with write():
                services.grant_role(actor(), user, "learner", org, valid_from=day)
            toast(_("%(name)s is in the class.", name=user.full_name))
    except Invalid as error:
        return _class_page(org, error), 422
    return see_other(url_for("manage.class_page", org_uuid=org_uuid))


def _make_pupil(org: Org, form: PersonForm, fresh: str) -> User:
    home = get_org_by_id(org.parent_id) if org.parent_id is not None else org
    ids = [(CODE_KIND, form.pupil_code)] if form.pupil_code else []
    user, _none = services.create_user(
        actor(),
        full_name=form.full_name,
        login=form.login,
        email=form.email,
        password_hash=fresh,
        home_org=home,
        external_ids=ids,
    )
    return user


def _find_person(login: str) -> User:
    """Return the person with this user name or address, if the actor may know of that one."""
    unknown = Invalid({"existing": _("No account here has this name or address. Add a new pupil instead.")})
    found = find_user(login[:254])
    if found is None:
        raise unknown
    try:
        return get_visible_user(actor(), found.uuid)
    except NotFound as error:
        raise unknown from error


@bp.post("/classes/<uuid:org_uuid>/members/<uuid:grant_uuid>/end")
@signed_in(*ADMINS)
def end_member(org_uuid: UUID, grant_uuid: UUID) -> Page:
    """End someone's place in the class on a day, as pupil or homeroom teacher; with undo."""
    org = get_class(org_uuid, *ADMINS)
    try:
        day = read_day(request.form, "on")
    except Invalid as error:
        return _class_page(org, error), 422
    with write():
        grant = services.end_grant(actor(), get_place_grant(org, grant_uuid), on=day)
    undo = url_for("manage.restore_member", org_uuid=org_uuid, grant_uuid=grant_uuid)
    name = get_user_by_id(grant.user_id).full_name
    toast(_("%(name)s is out of the class. Results stay.", name=name), undo_url=undo)
    return see_other(url_for("manage.class_page", org_uuid=org_uuid))


@bp.post("/classes/<uuid:org_uuid>/members/<uuid:grant_uuid>/restore")
@signed_in(*ADMINS)
def restore_member(org_uuid: UUID, grant_uuid: UUID) -> Response:
    """Undo `end_member`: the role begins anew."""
    org = get_class(org_uuid, *ADMINS)
    with write():
        grant = get_place_grant(org, grant_uuid)
        services.grant_role(actor(), get_user_by_id(grant.user_id), grant.role, org)
    return see_other(url_for("manage.class_page", org_uuid=org_uuid))


@bp.post("/classes/<uuid:org_uuid>/teachers")
@signed_in(*ADMINS)
def add_homeroom_teacher(org_uuid: UUID) -> Response:
    """Name a homeroom teacher."""
    org = get_class(org_uuid, *ADMINS)
    user = get_visible_user(actor(), read_uuid(request.form.get("user", "")))
    with write():
        services.grant_role(actor(), user, "teacher", org)
    toast(_("%(name)s looks after this class.", name=user.full_name))
    return see_other(url_for("manage.class_page", org_uuid=org_uuid))
