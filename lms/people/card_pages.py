"""Class cards: one-time passwords for pupils, shown once and printed. Kept nowhere but as hashes."""

from __future__ import annotations

from uuid import UUID

from flask import Response, make_response, render_template, request

from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.nav import place
from lms.core.rates import limit_rate
from lms.core.web import actor, settings
from lms.orgs.models import Org
from lms.orgs.queries import get_org, list_ancestors
from lms.people import services
from lms.people.access import signed_in
from lms.people.blueprint import bp
from lms.people.models import User
from lms.people.queries import get_visible_user, list_visible_members

for _endpoint in ("class_cards", "set_password"):
    place(f"{bp.name}.{_endpoint}", "staff", "classes")


@bp.route("/manage/classes/<uuid:org_uuid>/cards", methods=["GET", "POST"])
@signed_in()
def class_cards(org_uuid: UUID) -> str | tuple[str, int] | Response:
    """Choose pupils of a class; on POST give each a one-time password and show the cards to print."""
    org = get_org(org_uuid)
    pupils = list_visible_members(actor(), org.id)
    if request.method == "GET":
        return _choice_page(org, pupils)
    chosen = set(request.form.getlist("user"))
    picked = [user for user in pupils if str(user.uuid) in chosen]
    if not picked:
        return _choice_page(org, pupils, Invalid({"user": _("Tick at least one pupil.")})), 422
    limit_rate("cards", "20/hour", actor().user_id)
    return _cards_page(services.set_passwords_for(actor(), picked), org)


@bp.post("/manage/users/<uuid:user_uuid>/password")
@signed_in()
def set_password(user_uuid: UUID) -> Response:
    """Give one person a one-time password and show it once."""
    user = get_visible_user(actor(), user_uuid)
    limit_rate("set_password", "60/hour", actor().user_id)
    return _cards_page([(user, services.set_password_for(actor(), user))], None)


def _choice_page(org: Org, pupils: list[User], error: Invalid | None = None) -> str:
    return render_template(
        "people/class_cards.html",
        page_title=_("Class cards of %(name)s", name=org.name),
        org=org,
        above=list_ancestors(org),
        pupils=pupils,
        problem="" if error is None else str(error.fields["user"]),
    )


def _cards_page(given: list[tuple[User, str]], org: Org | None) -> Response:
    """Answer the cards themselves; neither cached nor kept, so closing the page ends them."""
    page = render_template(
        "people/cards.html",
        page_title=_("Cards to print"),
        cards=given,
        org=org,
        address=settings().base_url.removeprefix("https://").removeprefix("http://"),
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
