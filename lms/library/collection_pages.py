"""Collections: ordered sets of items that a teacher keeps."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.db import write
from lms.core.errors import Invalid
from lms.core.i18n import _, _l
from lms.core.web import actor, see_other, toast
from lms.library import queries, services
from lms.library.blueprint import bp
from lms.library.permissions import owner_token
from lms.library.showing import make_card
from lms.people.access import signed_in

OFFERED = 50  # of one's collections, the last changed first, to put an item into


@bp.route("/library/collections", methods=["GET", "POST"])
@signed_in()
def collections() -> str | Response | tuple[str, int]:
    """List one's collections; posting makes one."""
    problem = ""
    if request.method == "POST":
        try:
            with write():
                made = services.create_collection(
                    actor(),
                    title=request.form.get("title", ""),
                    description=request.form.get("description", ""),
                )
                _put_in(made.uuid, request.form.get("item", ""))
            return see_other(url_for("library.collection", collection_uuid=made.uuid))
        except Invalid:
            problem = _("Give the collection a title.")
    own = queries.list_collections(actor(), after=request.args.get("after"))
    page = render_template(
        "library/collections.html",
        page_title=_("Collections"),
        collections=own.rows,
        sizes=queries.count_in_collections(actor(), own.rows),
        next_url=url_for("library.collections", after=own.next) if own.next else "",
        problem=problem,
    )
    return (page, 422) if problem else page


def _put_in(collection_uuid: UUID, item: str) -> None:
    if item:
        services.add_to_collection(actor(), collection_uuid, read_uuid(item))


def read_uuid(text: str) -> UUID:
    """Return the uuid that a form sent. Raises Invalid."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid({"item": _l("Choose one of the list.")}) from error


@bp.get("/library/collections/<uuid:collection_uuid>")
def collection(collection_uuid: UUID) -> str:
    """Show a collection."""
    found, versions = queries.get_collection(actor(), collection_uuid)
    return render_template(
        "library/collection.html",
        page_title=found.title,
        collection=found,
        cards=[make_card(actor(), version) for version in versions],
        is_own=found.owner == owner_token(actor()),
    )


@bp.get("/library/<uuid:item_uuid>/collect")
@signed_in()
def choose_collection(item_uuid: UUID) -> str:
    """Ask which collection an item shall be kept in."""
    version = queries.get_item(actor(), item_uuid)
    own = queries.list_collections(actor(), after=request.args.get("after"), size=OFFERED)
    return render_template(
        "library/collect.html",
        page_title=_("Keep in a collection"),
        version=version,
        collections=[(str(row.uuid), row.title) for row in own.rows],
        next_url=url_for("library.choose_collection", item_uuid=item_uuid, after=own.next)
        if own.next
        else "",
    )


@bp.post("/library/<uuid:item_uuid>/collect")
@signed_in()
def collect(item_uuid: UUID) -> Response:
    """Put an item into one of one's collections."""
    target = read_uuid(request.form.get("collection", ""))
    with write():
        services.add_to_collection(actor(), target, item_uuid)
    toast(_("It is in the collection."))
    return see_other(url_for("library.item", item_uuid=item_uuid))


@bp.post("/library/collections/<uuid:collection_uuid>/remove")
@signed_in()
def remove_from_collection(collection_uuid: UUID) -> Response:
    """Take an item out of a collection."""
    item = read_uuid(request.form.get("item", ""))
    with write():
        services.remove_from_collection(actor(), collection_uuid, item)
    undo = url_for("library.put_back", collection_uuid=collection_uuid, item_uuid=item)
    toast(_("It is out of the collection. The item itself stays."), undo_url=undo)
    return see_other(url_for("library.collection", collection_uuid=collection_uuid))


@bp.post("/library/collections/<uuid:collection_uuid>/put-back/<uuid:item_uuid>")
@signed_in()
def put_back(collection_uuid: UUID, item_uuid: UUID) -> Response:
    """Undo `remove_from_collection`; the item goes to the end."""
    with write():
        services.add_to_collection(actor(), collection_uuid, item_uuid)
    return see_other(url_for("library.collection", collection_uuid=collection_uuid))
