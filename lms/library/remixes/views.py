"""Making a version of one's own, and the page that tells where an item comes from and what was made of it."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from content_store.models import Version
from lms.core.db import write
from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.rates import client_address, limit_rate
from lms.core.web import actor, see_other, toast
from lms.library import queries
from lms.library.blueprint import bp
from lms.library.remixes import services as remix
from lms.library.remixes.family import find_family
from lms.library.showing import license_words
from lms.library.uploads.views import choose_home
from lms.people.access import signed_in


def asked_version(text: str) -> int | None:
    """Return the number of a version as an address or a form names it; None for the shown one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


@bp.get("/library/<uuid:item_uuid>/remix")
@signed_in()
def ask_remix(item_uuid: UUID) -> str:
    """Ask under which license and in whose name, and say what is owed to those it comes from."""
    number = asked_version(request.args.get("version", ""))
    return _form(remix.get_adaptable(actor(), item_uuid, number), {})


@bp.post("/library/<uuid:item_uuid>/remix")
@signed_in()
def remix_item(item_uuid: UUID) -> Response | tuple[str, int]:
    """Make the draft and go where it is edited."""
    who, number = actor(), asked_version(request.form.get("version", ""))
    limit_rate("library_remix", "120/hour", who.user_id)
    home = choose_home(who, request.form.get("home", ""))
    try:
        with write():
            made = remix.remix_item(
                who, item_uuid, number=number, license_id=request.form.get("license", "")[:40], home=home
            )
    except Invalid as error:
        errors = {name: str(text) for name, text in error.fields.items()}
        return _form(remix.get_adaptable(who, item_uuid, number), errors), 422
    toast(_("It is yours now. Change it, then publish it."))
    return see_other(url_for("library.edit_item", item_uuid=made.item.uuid))


def _form(version: Version, errors: dict[str, str]) -> str:
    proposed, choices = remix.license_choices(version)
    return render_template(
        "library/remix.html",
        page_title=_("Make my own version: %(title)s", title=version.title),
        version=version,
        errors=errors,
        proposed=request.form.get("license") or proposed,
        licenses=choices,
        words=license_words(version),
        homes=[(str(org.uuid), org.name) for org in queries.list_homes(actor())],
        home=request.form.get("home", ""),
    )


@bp.get("/library/<uuid:item_uuid>/family")
def family(item_uuid: UUID) -> str:
    """Show what a version was made from and what was made of the item, over all generations."""
    limit_rate("library_family", "120/minute", actor().user_id or client_address())
    version = queries.get_item(actor(), item_uuid, asked_version(request.args.get("version", "")))
    return render_template(
        "library/family.html",
        page_title=_("Where it comes from: %(title)s", title=version.title),
        version=version,
        family=find_family(actor(), version),
    )
