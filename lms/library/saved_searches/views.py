"""Pages of kept searches: the list, what is new in one."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.db import write
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import LazyText, _, _l
from lms.core.nav import NavItem, add_nav_item
from lms.core.web import actor, see_other, toast
from lms.library.blueprint import bp
from lms.library.forms import read_search
from lms.library.saved_searches import services as saved_searches
from lms.library.saved_searches.models import SavedSearch
from lms.library.showing import make_card
from lms.people.access import signed_in

Page = str | Response | tuple[str, int]
ALERT_WORDS: dict[str, LazyText] = {
    "none": _l("No alerts"),
    "daily": _l("Every day, when there is something new"),
    "weekly": _l("Every week, when there is something new"),
}
add_nav_item(
    NavItem(
        "staff",
        "library-searches",
        _l("Kept searches"),
        "library.searches",
        "save",
        23,
        under="library",
        pages=frozenset({"library.saved_search"}),
    )
)


@bp.app_template_global("alert_words")
def alert_words() -> list[tuple[str, str]]:
    """Return the kinds of alerts to choose from."""
    return [(key, str(words)) for key, words in ALERT_WORDS.items()]


@bp.get("/library/searches")
@signed_in()
def searches() -> str:
    """List one's own searches."""
    return _list({}, None)


@bp.post("/library/searches")
@signed_in()
def keep_search() -> Page:
    """Keep the search that a form, or the address itself, names; go back to its results."""
    asked = read_search(request.values)
    try:
        with write():
            saved = saved_searches.keep_search(
                actor(),
                asked,
                name=request.values.get("name", ""),
                alerts=request.values.get("alerts", "none"),
            )
    except (Invalid, Conflict) as error:
        return _list(_problems(error), None), error.status
    toast(_("“%(name)s” is kept. You find it under Kept searches.", name=saved.name))
    return see_other(_url(saved))


@bp.get("/library/searches/<uuid:search_uuid>")
@signed_in()
def saved_search(search_uuid: UUID) -> str:
    """Show what the last notice about a search told of, as far as it may be seen now."""
    saved = saved_searches.get_search(actor(), search_uuid)
    pins = saved.told[: saved.fresh]
    versions = saved_searches.list_found(actor(), [UUID(pin.partition("@")[0]) for pin in pins])
    return render_template(
        "library/saved_search.html",
        page_title=saved.name,
        saved=saved,
        all_url=_url(saved),
        cards=[make_card(actor(), version) for version in versions],
    )


@bp.post("/library/searches/<uuid:search_uuid>")
@signed_in()
def change_search(search_uuid: UUID) -> Page:
    """Rename a search, or choose its alerts."""
    try:
        with write():
            saved_searches.change_search(
                actor(),
                search_uuid,
                name=request.form.get("name", ""),
                alerts=request.form.get("alerts", ""),
            )
    except Invalid as error:
        return _list(_problems(error), search_uuid), error.status
    toast(_("Saved."))
    return see_other(url_for("library.searches"))


@bp.post("/library/searches/<uuid:search_uuid>/remove")
@signed_in()
def remove_search(search_uuid: UUID) -> Response:
    """Keep a search no more."""
    with write():
        gone = saved_searches.remove_search(actor(), search_uuid)
    undo = url_for("library.keep_search", **gone.address, name=gone.name, alerts=gone.alerts)
    toast(_("“%(name)s” is no longer kept.", name=gone.name), undo_url=undo)
    return see_other(url_for("library.searches"))


def _list(problems: dict[str, str], at: UUID | None) -> str:
    rows = saved_searches.list_searches(actor())
    sources = saved_searches.sources_of(rows)
    return render_template(
        "library/searches.html",
        page_title=_("Kept searches"),
        rows=[
            (row, _url(row), saved_searches.words_of(saved_searches.search_at(row.address), sources))
            for row in rows
        ],
        problems=problems,
        problem_at=at,
    )


def _url(saved: SavedSearch) -> str:
    return url_for("library.search", **saved.address)


def _problems(error: Invalid | Conflict) -> dict[str, str]:
    if isinstance(error, Invalid) and error.fields:
        return {name: str(words) for name, words in error.fields.items()}
    return {"": str(error)}
