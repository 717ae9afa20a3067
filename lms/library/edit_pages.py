"""Changing one item: its description, its files, its captions, who sees it; withdrawing and bringing back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from content_store.models import Version
from lms.core.db import write
from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.rates import limit_rate
from lms.core.web import actor, csrf, see_other, toast
from lms.library import services
from lms.library.blueprint import bp
from lms.library.forms import read_metadata
from lms.library.proposals import guessed_words, prefill
from lms.library.review import services as reviews
from lms.library.review.state import review_state
from lms.library.sharing import find_circles, scope_choices, scope_of
from lms.library.taxonomy import (
    grade_choices,
    language_choices,
    license_choices,
    subject_choices,
    type_choices,
)
from lms.library.uploads.receiving import prepare_captions, prepare_received, receive_upload
from lms.people.access import signed_in

Page = str | Response | tuple[str, int]


@bp.get("/library/<uuid:item_uuid>/edit")
@signed_in()
def edit_item(item_uuid: UUID) -> str:
    """Show everything about an item that can be changed."""
    return _form(services.allow_change(actor(), item_uuid), {})


@bp.post("/library/<uuid:item_uuid>/edit")
@signed_in()
def update_item(item_uuid: UUID) -> Page:
    """Save the description: a new version with the same files."""

    return _changed(item_uuid, lambda: _save(item_uuid), _("Saved."))


def _save(item_uuid: UUID) -> None:
    services.update_item(
        actor(),
        item_uuid,
        read_metadata(request.form),
        note=request.form.get("note", "")[:1000],
        expected=_expected(request.form.get("expected", "")),
    )


def _expected(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _changed(item_uuid: UUID, change: Callable[[], object], words: str) -> Page:
    """Do `change` in one write; what cannot be done is said in the form, with everything typed still there."""
    try:
        with write():
            change()
    except Invalid as error:
        errors = {name: str(text) for name, text in error.fields.items()}
        return _form(services.allow_change(actor(), item_uuid), errors), 422
    toast(words)
    return see_other(url_for("library.item", item_uuid=item_uuid))


def _form(version: Version, errors: dict[str, str]) -> str:
    home, review = version.item.home, review_state(actor(), version)
    circles = scope_choices(find_circles([home]).get(home or "", ()))
    reviewed = review.scopes if review else frozenset()
    prefilled = prefill([version])[version.id]
    return render_template(
        "library/edit.html",
        page_title=_("Edit: %(title)s", title=version.title),
        version=version,
        prefilled=prefilled,
        guessed=guessed_words(prefilled),
        errors=errors,
        typed=request.form if errors and request.form else None,
        scope=scope_of(version),
        scopes=[
            (key, _("%(circle)s (a review comes first)", circle=words) if key in reviewed else words)
            for key, words in circles
        ],
        review=review,
        subjects=subject_choices(),
        grades=[("adult" if grade == 0 else str(grade), words) for grade, words in grade_choices()],
        chosen_grades=["adult" if grade == 0 else str(grade) for grade in prefilled.grades],
        types=type_choices(),
        languages=language_choices(),
        licenses=license_choices(),
    )


@bp.post("/library/<uuid:item_uuid>/publish")
@signed_in()
def publish_item(item_uuid: UUID) -> Page:
    """Show an item to a circle of people, or submit it where a review comes first.

    A draft comes with its whole form: what was guessed or typed there is saved, and published with it.
    """
    scope, note = request.form.get("scope", ""), request.form.get("review_note", "")
    try:
        with write():
            if "title" in request.form:
                _save(item_uuid)
            shared = reviews.share_item(actor(), item_uuid, scope=scope, note=note)
    except Invalid as error:
        errors = {name: str(text) for name, text in error.fields.items()}
        return _form(services.allow_change(actor(), item_uuid), errors), 422
    toast(_("It is published.") if shared.submission is None else _("It waits for its review."))
    return see_other(url_for("library.item", item_uuid=item_uuid))


@bp.post("/library/<uuid:item_uuid>/files")
@csrf.exempt  # checked by `receive_upload`
@signed_in()
def add_file(item_uuid: UUID) -> Page:
    """Take in a new main file, or captions: a new version. Lessons keep the version they use."""
    who = actor()
    limit_rate("library_upload", "3000/hour", who.user_id)
    services.allow_change(who, item_uuid)
    try:
        with receive_upload() as form:
            if not form.files:
                raise Invalid({"file": _("Choose a file first.")})
            file, note = form.files[0], form.value("note")[:1000]
            if form.value("role") == "captions":
                captions = prepare_captions(who, file, form.value("language", "vi")[:20])
                return _changed(
                    item_uuid,
                    lambda: services.attach_captions(who, item_uuid, captions),
                    _("The captions are attached."),
                )
            prepared = prepare_received(who, file)
            return _changed(
                item_uuid,
                lambda: services.add_version(who, item_uuid, [prepared], note=note),
                _("The new version is there. Lessons keep the one they use."),
            )
    except Invalid as error:
        errors = {name: str(text) for name, text in error.fields.items()}
        return _form(services.allow_change(who, item_uuid), errors), 422


@bp.post("/library/<uuid:item_uuid>/retire")
@signed_in()
def retire_item(item_uuid: UUID) -> Response:
    """Withdraw an item, with undo."""
    with write():
        services.retire_item(actor(), item_uuid)
    undo = url_for("library.restore_item", item_uuid=item_uuid)
    toast(_("It is withdrawn. Lessons that use it keep it."), undo_url=undo)
    return see_other(url_for("library.own_items", state="retired"))


@bp.post("/library/<uuid:item_uuid>/restore")
@signed_in()
def restore_item(item_uuid: UUID) -> Response:
    """Bring a withdrawn item back."""
    with write():
        services.restore_item(actor(), item_uuid)
    toast(_("It is back."))
    return see_other(url_for("library.item", item_uuid=item_uuid))
