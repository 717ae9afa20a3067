"""Uploading: many files at once, with a script file by file, without one as a single form."""

from __future__ import annotations

from dataclasses import replace

from flask import jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from content_store.direct import PIECE
from content_store.filenames import folder_of
from content_store.models import Version
from content_store.uploads import ReceivedFile, Upload
from lms.core.actor import Actor
from lms.core.errors import Invalid, NotAllowed
from lms.core.i18n import _, current_locale, ngettext
from lms.core.jobs import find_standstill
from lms.core.rates import limit_rate
from lms.core.refusals import wants_json
from lms.core.web import actor, csrf, see_other, settings, toast
from lms.library import queries
from lms.library.blueprint import bp
from lms.library.likeness import list_alike
from lms.library.permissions import can_contribute
from lms.library.showing import extent, language_label, place_in_school, upload_limit
from lms.library.storage.quotas import check_room
from lms.library.taxonomy import facet_label
from lms.library.uploads.direct import takes_pieces
from lms.library.uploads.receiving import Received, add_received, receive_upload
from lms.library.uploads.tus_drafts import list_unfinished, list_waiting
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
    refuse_full_homes(who)
    with receive_upload(takes_empty=True) as form:
        if not form.files:
            raise Invalid({"file": _("Choose a file first.")}, _("Choose a file first."))
        home = choose_home(who, form.value("home"))
        results = [add_received(who, file, home=home) for file in _with_folder(form)]
    if wants_json():
        return jsonify(files=[describe_received(result) for result in results])
    refused = [result for result in results if result.problem]
    if refused:
        return _upload_page(results), 422
    toast(ngettext("%(num)d file is in your drafts.", "%(num)d files are in your drafts.", len(results)))
    return see_other(url_for("library.own_items", state="draft"))


def _with_folder(form: Upload) -> list[ReceivedFile]:
    """Return the files with the folders they lay in: a script says that of one file in a field beside it."""
    if len(form.files) != 1 or not form.value("path"):
        return list(form.files)
    return [replace(form.files[0], folder=folder_of(form.value("path")))]


def refuse_full_homes(who: Actor) -> None:
    """Refuse a body before it is read when the only place it could belong to has no room. Raises Invalid."""
    homes = queries.list_homes(who)
    if len(homes) == 1:
        check_room(homes[0], request.content_length or 0)


def choose_home(who: Actor, chosen: str) -> Org | None:
    """Return the place that was chosen among those the actor may put items in the name of, else the nearest."""
    homes = queries.list_homes(who)
    return next((org for org in homes if str(org.uuid) == chosen), homes[0] if homes else None)


def _upload_page(results: list[Received]) -> str:
    homes = queries.list_homes(actor())
    return render_template(
        "library/upload.html",
        page_title=_("Add to the library"),
        homes=[(str(org.uuid), org.name) for org in homes],
        results=results,
        unfinished=list_unfinished(actor()),
        waiting=(waiting := list_waiting(actor())),
        stands_still=bool(waiting) and find_standstill() is not None,
        direct_piece=PIECE if takes_pieces() else 0,
        max_upload_mb=settings().max_upload_mb,
        max_size=upload_limit(settings().max_upload_mb),
        lang=request.args.get("lang", ""),
    )


def describe_received(result: Received) -> dict[str, object]:
    """Return what a script is told of one file."""
    version = result.version
    if version is None:
        return {
            "file": result.filename,
            "ok": False,
            "message": result.problem,
            "refused": result.is_refused,
        }
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
        "same": None if result.is_copy else _same_file(version),
        "message": _("You have this file already.") if result.is_copy else "",
    }


def _same_file(version: Version) -> dict[str, str] | None:
    """Return where someone else's item with the very same file is, if the reader may find one."""
    alike = next((one for one in list_alike(actor(), version) if one.is_same_file), None)
    if alike is None:
        return None
    return {
        "title": alike.version.title,
        "url": url_for("library.item", item_uuid=alike.version.item.uuid),
    }
