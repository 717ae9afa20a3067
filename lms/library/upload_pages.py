"""Uploading: many files at once, with a script file by file, without one as a single form."""

from __future__ import annotations

from flask import jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from content_store.uploads import Upload
from lms.core.actor import Actor
from lms.core.errors import Invalid, NotAllowed
from lms.core.i18n import _, current_locale, ngettext
from lms.core.rates import limit_rate
from lms.core.refusals import wants_json
from lms.core.web import actor, csrf, see_other, settings, toast
from lms.library import queries
from lms.library.blueprint import bp
from lms.library.permissions import can_contribute
from lms.library.receiving import Received, add_received, receive_upload
from lms.library.showing import extent, language_label, place_in_school, upload_limit
from lms.library.taxonomy import facet_label
from lms.orgs.models import Org
from lms.people.access import signed_in


@bp.get("/library/upload")
@signed_in()
def upload() -> str:
    """Show where files go in."""
    if not can_contribute(actor()):
        raise NotAllowed()
    return _upload_page([])


@bp.post("/library/upload")
@csrf.exempt  # the token is checked by `receive_upload`, before or in the streamed body
@signed_in()
def receive() -> Response | tuple[str, int] | tuple[Response, int]:
    """Take in files as draft items."""
    who = actor()
    if not can_contribute(who):
        raise NotAllowed()
    limit_rate("library_upload", "3000/hour", who.user_id)
    with receive_upload() as form:
        if not form.files:
            raise Invalid({"file": _("Choose a file first.")}, _("Choose a file first."))
        home = _home_of(who, form)
        results = [add_received(who, file, home=home) for file in form.files]
    if wants_json():
        return jsonify(files=[_as_json(result) for result in results])
    refused = [result for result in results if result.problem]
    if refused:
        return _upload_page(results), 422
    toast(ngettext("%(num)d file is in your drafts.", "%(num)d files are in your drafts.", len(results)))
    return see_other(url_for("library.own_items", state="draft"))


def _home_of(who: Actor, form: Upload) -> Org | None:
    homes = queries.list_homes(who)
    chosen = form.value("home")
    return next((org for org in homes if str(org.uuid) == chosen), homes[0] if homes else None)


def _upload_page(results: list[Received]) -> str:
    homes = queries.list_homes(actor())
    return render_template(
        "library/upload.html",
        page_title=_("Add to the library"),
        homes=[(str(org.uuid), org.name) for org in homes],
        results=results,
        max_upload_mb=settings().max_upload_mb,
        max_size=upload_limit(settings().max_upload_mb),
        lang=request.args.get("lang", ""),
    )


def _as_json(result: Received) -> dict[str, object]:
    version = result.version
    if version is None:
        return {"file": result.filename, "ok": False, "message": result.problem}
    facts = [
        facet_label("type", version.type, current_locale()),
        extent(version),
        language_label(version.language),
        place_in_school(version),
    ]
    return {
        "file": result.filename,
        "ok": True,
        "duplicate": result.is_copy,
        "item": str(version.item.uuid),
        "number": version.number,
        "url": url_for("library.item", item_uuid=version.item.uuid),
        "edit_url": url_for("library.edit_item", item_uuid=version.item.uuid),
        "title": version.title,
        "type": version.type,
        "language": version.language,
        "license": version.license_id,
        "authors": list(version.authors),
        "facts": " · ".join(fact for fact in facts if fact),
        "warnings": result.warnings,
        "message": _("You have this file already.") if result.is_copy else "",
    }
