"""What changed between two versions, the permanent address of each, and withdrawing one with its undo."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from content_store.models import Version
from lms.core.db import write
from lms.core.errors import Invalid, NotFound
from lms.core.i18n import _
from lms.core.rates import client_address, limit_rate
from lms.core.web import actor, see_other, toast
from lms.library import queries, recall, versions
from lms.library.blueprint import bp
from lms.library.page_differences import compare_pages, page_of
from lms.people.access import signed_in

VERSION = "/library/<uuid:item_uuid>/versions/<int:number>"


@bp.get(VERSION)
def item_version(item_uuid: UUID, number: int) -> Response:
    """Lead on from the permanent address of a version to the page that shows it."""
    version = queries.get_item(actor(), item_uuid, number)
    return redirect(url_for("library.item", item_uuid=item_uuid, version=version.number))


@bp.get("/library/<uuid:item_uuid>/versions/<int:before>..<int:after>")
def compare_versions(item_uuid: UUID, before: int, after: int) -> str:
    """Show two versions of an item side by side, and their words with what came and what went."""
    limit_rate("library_difference", "60/minute", actor().user_id or client_address())
    if before == after:
        raise NotFound()
    old, new = (queries.get_item(actor(), item_uuid, number) for number in (before, after))
    return render_template(
        "library/difference.html",
        page_title=_("%(title)s: what changed", title=new.title),
        item_uuid=item_uuid,
        difference=versions.compare(actor(), old, new),
        pages=compare_pages(actor(), old, new, _asked_page()),
        page_of=page_of,
        old=old,
        new=new,
    )


def _asked_page() -> int:
    asked = request.args.get("page", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1


@bp.get(f"{VERSION}/recall")
@signed_in()
def ask_recall(item_uuid: UUID, number: int) -> str:
    """Ask for the reason before a version is withdrawn, and say what will happen."""
    return _recall_page(_recallable(item_uuid, number), {})


@bp.post(f"{VERSION}/recall")
@signed_in()
def recall_version(item_uuid: UUID, number: int) -> Response | tuple[str, int]:
    """Withdraw a version, with undo."""
    try:
        with write():
            recall.recall_version(actor(), item_uuid, number, reason=request.form.get("reason", ""))
    except Invalid as error:
        return _recall_page(_recallable(item_uuid, number), dict(error.fields)), 422
    undo = url_for("library.lift_recall", item_uuid=item_uuid, number=number)
    toast(_("It is recalled. The teachers who use it are told."), undo_url=undo)
    return see_other(url_for("library.item", item_uuid=item_uuid, version=number))


@bp.post(f"{VERSION}/lift")
@signed_in()
def lift_recall(item_uuid: UUID, number: int) -> Response:
    """Give a withdrawn version back."""
    with write():
        recall.lift_recall(actor(), item_uuid, number)
    toast(_("It is back."))
    return see_other(url_for("library.item", item_uuid=item_uuid, version=number))


def _recallable(item_uuid: UUID, number: int) -> Version:
    version = queries.get_item(actor(), item_uuid, number)
    if not recall.may_recall(actor(), version):
        raise NotFound()
    return version


def _recall_page(version: Version, errors: dict[str, object]) -> str:
    return render_template(
        "library/recall.html",
        page_title=_("Recall version %(number)s", number=version.number),
        version=version,
        others=[row.number for row in recall.same_file(version) if row.number != version.number],
        errors=errors,
        typed=request.form.get("reason", ""),
    )
