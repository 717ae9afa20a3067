"""Pages of curated shelves: the row on the library's front page, all of them, one, and how a librarian keeps it."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.db import write
from lms.core.errors import Invalid
from lms.core.i18n import _, _l
from lms.core.nav import NavItem, add_nav_item
from lms.core.web import actor, see_other, toast
from lms.library import queries
from lms.library.blueprint import bp
from lms.library.collection_pages import read_uuid
from lms.library.permissions import KEEPERS
from lms.library.shelves import queries as shelf_queries
from lms.library.shelves import services as shelves
from lms.library.showing import make_card
from lms.people.access import signed_in

Answer = Response | tuple[str, int]
ON_FRONT = 4

add_nav_item(
    NavItem(
        "staff",
        "library-shelves",
        _l("Shelves"),
        "library.shelves",
        "bookmark",
        22,
        under="library",
        pages=frozenset({"library.shelf", "library.edit_shelf", "library.update_shelf"}),
    )
)


@bp.app_template_global("front_shelves")
def front_shelves() -> list[shelf_queries.ShelfCard]:
    """Return the shelves that the front page of the library shows its reader."""
    return list(shelf_queries.list_shelves(actor(), size=ON_FRONT).rows)


@bp.app_template_global("shelf_cover")
def shelf_cover(card: shelf_queries.ShelfCard) -> str | None:
    """Return the address of the picture of a shelf: that of its first item."""
    return queries.preview_link(card.cover) if card.cover else None


@bp.app_template_global("may_curate")
def may_curate() -> bool:
    """Tell a page whether its reader keeps shelves."""
    return shelf_queries.can_curate(actor())


def _errors(error: Invalid) -> dict[str, str]:
    return {name: str(words) for name, words in error.fields.items()}


@bp.get("/library/shelves", endpoint="shelves")
def list_shelves() -> str:
    """List the open shelves, and a librarian's own beside them."""
    return _list_page({})


def _list_page(errors: dict[str, str]) -> str:
    who = actor()
    page = shelf_queries.list_shelves(who, after=request.args.get("after"))
    curates = shelf_queries.can_curate(who)
    return render_template(
        "library/shelves.html",
        page_title=_("Shelves"),
        cards=page.rows,
        next_url=url_for("library.shelves", after=page.next) if page.next else "",
        curates=curates,
        kept=shelf_queries.list_kept_shelves(who).rows if curates else [],
        places=[(str(org.uuid), org.name) for org in shelf_queries.list_curated_places(who)]
        if curates
        else [],
        errors=errors,
        typed=request.form,
    )


@bp.post("/library/shelves")
@signed_in(*KEEPERS)
def make_shelf() -> Answer:
    """Make a shelf of one of the librarian's places."""
    form, places = request.form, shelf_queries.list_curated_places(actor())
    place = next((org for org in places if str(org.uuid) == form.get("place")), None)
    if place is None:
        return _list_page({"place": _("Choose the unit whose shelf it is.")}), 422
    try:
        with write():
            made = shelves.create_shelf(
                actor(), place, title=form.get("title", ""), description=form.get("description", "")
            )
    except Invalid as error:
        return _list_page(_errors(error)), 422
    toast(_("The shelf is made. Put materials on it, then open it."))
    return see_other(url_for("library.edit_shelf", shelf_uuid=made.uuid))


@bp.get("/library/shelves/<uuid:shelf_uuid>")
def shelf(shelf_uuid: UUID) -> str:
    """Show a shelf with what its reader may see of it."""
    who = actor()
    found, collection, place = shelf_queries.get_shelf(who, shelf_uuid)
    return render_template(
        "library/shelf.html",
        page_title=collection.title,
        shelf=found,
        collection=collection,
        place=place,
        cards=[
            (make_card(who, version), words)
            for version, words in shelf_queries.list_on_shelf(who, collection)
        ],
        may_keep=shelf_queries.may_keep(who, place),
    )


@bp.get("/library/shelves/<uuid:shelf_uuid>/edit")
@signed_in(*KEEPERS)
def edit_shelf(shelf_uuid: UUID) -> str:
    """Show how a shelf is kept."""
    return _edit_page(shelf_uuid, {})


def _edit_page(shelf_uuid: UUID, errors: dict[str, str]) -> str:
    who = actor()
    found, collection, place = shelf_queries.get_kept_shelf(who, shelf_uuid)
    return render_template(
        "library/shelf_edit.html",
        page_title=_("Shelf: %(title)s", title=collection.title),
        shelf=found,
        collection=collection,
        place=place,
        rows=shelf_queries.list_on_shelf(who, collection),
        errors=errors,
        typed=request.form,
    )


@bp.post("/library/shelves/<uuid:shelf_uuid>/edit")
@signed_in(*KEEPERS)
def update_shelf(shelf_uuid: UUID) -> Answer:
    """Change the name of a shelf and what is said of it."""
    form = request.form
    try:
        with write():
            shelves.update_shelf(
                actor(), shelf_uuid, title=form.get("title", ""), description=form.get("description", "")
            )
    except Invalid as error:
        return _edit_page(shelf_uuid, _errors(error)), 422
    toast(_("Saved."))
    return _back(shelf_uuid)


def _back(shelf_uuid: UUID, item_uuid: UUID | None = None) -> Response:
    anchor = f"i-{item_uuid}" if item_uuid else None
    return see_other(url_for("library.edit_shelf", shelf_uuid=shelf_uuid, _anchor=anchor))


@bp.post("/library/shelves/<uuid:shelf_uuid>/open")
@signed_in(*KEEPERS)
def open_shelf(shelf_uuid: UUID) -> Response:
    """Show a shelf to its readers."""
    with write():
        shelves.open_shelf(actor(), shelf_uuid)
    toast(_("The shelf is open. Everyone sees of it what they may see."))
    return _back(shelf_uuid)


@bp.post("/library/shelves/<uuid:shelf_uuid>/close")
@signed_in(*KEEPERS)
def close_shelf(shelf_uuid: UUID) -> Response:
    """Take a shelf out of sight, with undo."""
    with write():
        shelves.close_shelf(actor(), shelf_uuid)
    toast(
        _("The shelf is out of sight. What stands on it stays."),
        undo_url=url_for("library.open_shelf", shelf_uuid=shelf_uuid),
    )
    return _back(shelf_uuid)


@bp.post("/library/shelves/<uuid:shelf_uuid>/items/<uuid:item_uuid>/words")
@signed_in(*KEEPERS)
def introduce_on_shelf(shelf_uuid: UUID, item_uuid: UUID) -> Response:
    """Say why an item stands on a shelf."""
    with write():
        shelves.introduce_on_shelf(actor(), shelf_uuid, item_uuid, words=request.form.get("words", ""))
    toast(_("Saved."))
    return _back(shelf_uuid, item_uuid)


@bp.post("/library/shelves/<uuid:shelf_uuid>/items/<uuid:item_uuid>/move")
@signed_in(*KEEPERS)
def move_on_shelf(shelf_uuid: UUID, item_uuid: UUID) -> Response:
    """Move an item one place up or down."""
    with write():
        shelves.move_on_shelf(actor(), shelf_uuid, item_uuid, up=request.form.get("to") == "up")
    return _back(shelf_uuid, item_uuid)


@bp.post("/library/shelves/<uuid:shelf_uuid>/items/<uuid:item_uuid>/remove")
@signed_in(*KEEPERS)
def take_off_shelf(shelf_uuid: UUID, item_uuid: UUID) -> Response:
    """Take an item off a shelf, with undo."""
    with write():
        shelves.take_off_shelf(actor(), shelf_uuid, item_uuid)
    undo = url_for("library.shelve_item", item_uuid=item_uuid, shelf=shelf_uuid)
    toast(_("It is off the shelf. The material itself stays."), undo_url=undo)
    return _back(shelf_uuid)


@bp.get("/library/<uuid:item_uuid>/shelve")
@signed_in(*KEEPERS)
def choose_shelf(item_uuid: UUID) -> str:
    """Ask on which shelf an item is put, and why."""
    version = queries.get_item(actor(), item_uuid)
    kept = shelf_queries.list_kept_shelves(actor()).rows
    return render_template(
        "library/shelve.html",
        page_title=_("Put on a shelf"),
        version=version,
        shelves=[(str(card.shelf.uuid), f"{card.title} ({card.place})") for card in kept],
        errors={},
    )


@bp.post("/library/<uuid:item_uuid>/shelve")
@signed_in(*KEEPERS)
def shelve_item(item_uuid: UUID) -> Response:
    """Put an item on a shelf."""
    chosen = read_uuid(request.values.get("shelf", ""))
    with write():
        shelves.put_on_shelf(actor(), chosen, item_uuid, words=request.form.get("words", ""))
    toast(_("It is on the shelf."))
    return _back(chosen, item_uuid)
