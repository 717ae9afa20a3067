"""Suggesting a change of another's item, the list of such offers, and one beside the item as it is now."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from content_store.lineage_models import Suggestion
from content_store.models import Version
from content_store.suggestions import is_behind, proposed_version
from content_store.uploads import Upload
from content_store.values import metadata_of
from lms.core.actor import Actor
from lms.core.db import write
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import _, _l
from lms.core.rates import limit_rate
from lms.core.web import actor, csrf, see_other, toast
from lms.library.blueprint import bp
from lms.library.door import open_store
from lms.library.forms import read_metadata
from lms.library.permissions import owner_token
from lms.library.queries import may_change
from lms.library.remixes.views import asked_version
from lms.library.services import Metadata, PreparedFile
from lms.library.suggested_changes import services as suggesting
from lms.library.taxonomy import grade_choices, language_choices, subject_choices
from lms.library.uploads.receiving import prepare_received, receive_upload
from lms.library.versions import compare
from lms.people.access import signed_in

Page = str | Response | tuple[str, int]
BOXES = {"in": _l("For my materials"), "out": _l("Made by me")}


@bp.get("/library/<uuid:item_uuid>/suggest")
@signed_in()
def ask_suggestion(item_uuid: UUID) -> str:
    """Show what may be offered to be changed."""
    number = asked_version(request.args.get("version", ""))
    return _form(suggesting.get_suggestible(actor(), item_uuid, number), None, {})


@bp.post("/library/<uuid:item_uuid>/suggest")
@csrf.exempt  # checked by `receive_upload`
@signed_in()
def suggest_change(item_uuid: UUID) -> Page:
    """Keep an offer and tell the keeper of the item."""
    who = actor()
    limit_rate("library_suggest_change", "60/hour", who.user_id)
    suggesting.get_suggestible(who, item_uuid)
    with receive_upload() as form:
        values = MultiDict(form.fields)
        number = asked_version(values.get("version", ""))
        version = suggesting.get_suggestible(who, item_uuid, number)
        try:
            file = _file(who, version, form, values)
            with write():
                row = suggesting.suggest_change(
                    who,
                    item_uuid,
                    note=values.get("note", "")[:4000],
                    number=number,
                    metadata=_metadata(version, values),
                    file=file,
                    is_named=bool(values.get("is_named")),
                )
        except (Invalid, Conflict) as error:
            fields = error.fields if isinstance(error, Invalid) else {"note": str(error)}
            return _form(version, values, {name: str(text) for name, text in fields.items()}), 422
    toast(_("It is with the owner now. You will be told the answer."))
    return see_other(url_for("library.suggestion", suggestion_uuid=row.uuid))


def _file(who: Actor, version: Version, form: Upload, values: MultiDict[str, str]) -> PreparedFile | None:
    """The changed file: one that was sent, else the words as they were changed in place."""
    sent = next((one for one in form.files if one.staged.size), None)
    if sent is not None:
        return prepare_received(who, sent)
    return suggesting.prepare_text(who, version, values.get("text", ""))


def _metadata(version: Version, values: MultiDict[str, str]) -> Metadata:
    """What the form says; what it does not ask for stays as it is."""
    said, kept = read_metadata(values), metadata_of(version)
    return replace(
        kept,
        title=said.title,
        description=said.description,
        language=said.language,
        subject=said.subject,
        grades=said.grades,
        keywords=said.keywords,
    )


def _form(version: Version, typed: MultiDict[str, str] | None, errors: dict[str, str]) -> str:
    return render_template(
        "library/suggest.html",
        page_title=_("Suggest a change: %(title)s", title=version.title),
        version=version,
        typed=typed,
        errors=errors,
        text=suggesting.editable_text(version),
        subjects=subject_choices(),
        languages=language_choices(),
        grades=[("adult" if grade == 0 else str(grade), words) for grade, words in grade_choices()],
        chosen_grades=["adult" if grade == 0 else str(grade) for grade in version.grades],
    )


@bp.get("/library/suggestions")
@signed_in()
def suggestions() -> str:
    """List the offers for one's own items, those one made, or all of one item."""
    box = request.args.get("box", "in")
    box = box if box in BOXES else "in"
    item = _read_uuid(request.args.get("item", ""))
    page = suggesting.list_suggestions(actor(), box=box, item_uuid=item, after=request.args.get("after"))
    return render_template(
        "library/suggestions.html",
        page_title=_("Suggested changes"),
        tabs=[
            (str(words), url_for("library.suggestions", box=key), key == box) for key, words in BOXES.items()
        ],
        of_item=item is not None,
        box=box,
        rows=page.rows,
        next_url=url_for("library.suggestions", box=box, item=item, after=page.next) if page.next else "",
        state_words=suggesting.STATE_WORDS,
        state_badges=suggesting.STATE_BADGES,
    )


def _read_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@bp.get("/library/suggestions/<uuid:suggestion_uuid>")
@signed_in()
def suggestion(suggestion_uuid: UUID) -> str:
    """Show an offer beside the item as it is now."""
    return _page(suggesting.get_suggestion(actor(), suggestion_uuid), {})


@bp.post("/library/suggestions/<uuid:suggestion_uuid>")
@signed_in()
def answer_suggestion(suggestion_uuid: UUID) -> Page:
    """Accept, decline or take back."""
    who, form = actor(), request.form
    answer, deed = form.get("answer", "")[:4000], form.get("deed", "")
    try:
        with write():
            if deed == "accept":
                expected = asked_version(form.get("expected", "")) or 0
                suggesting.accept_suggestion(who, suggestion_uuid, expected=expected, answer=answer)
            elif deed == "decline":
                suggesting.decline_suggestion(who, suggestion_uuid, answer=answer)
            elif deed == "withdraw":
                suggesting.withdraw_suggestion(who, suggestion_uuid)
            else:
                raise Invalid({"answer": _("Choose what to do.")})
    except (Invalid, Conflict) as error:
        fields = error.fields if isinstance(error, Invalid) else {"answer": str(error)}
        errors = {name: str(text) for name, text in fields.items()}
        return _page(suggesting.get_suggestion(who, suggestion_uuid), errors), error.status
    toast(
        {
            "accept": _("It is a new version now. Thank you for looking."),
            "decline": _("Your answer is sent."),
            "withdraw": _("It is taken back."),
        }[deed]
    )
    return see_other(url_for("library.suggestion", suggestion_uuid=suggestion_uuid))


def _page(row: Suggestion, errors: dict[str, str]) -> str:
    who = actor()
    newest = open_store().get(row.item.uuid)
    may_answer = row.state == "open" and may_change(who, newest)
    onto = newest if may_answer else row.base
    return render_template(
        "library/suggestion.html",
        page_title=_("Suggested change: %(title)s", title=row.base.title),
        suggestion=row,
        old=onto,
        difference=compare(who, onto, proposed_version(row, onto)),
        is_behind=is_behind(row),
        may_answer=may_answer,
        is_mine=row.author == owner_token(who),
        names=suggesting.names_by_token([row.author, row.decided_by or ""]),
        errors=errors,
        typed=request.form.get("answer", ""),
        state_words=suggesting.STATE_WORDS,
        state_badges=suggesting.STATE_BADGES,
    )
