"""The search page."""

from __future__ import annotations

from flask import render_template, request

from lms.core.i18n import _, _l
from lms.core.nav import NavItem, add_nav_item, place
from lms.core.web import actor, is_fragment
from lms.library import collection_pages, edit_pages, item_pages, jobs, own_pages, queries, upload_pages
from lms.library.blueprint import bp
from lms.library.facets import choice_label, facet_groups
from lms.library.forms import Search, read_search
from lms.library.permissions import CONTRIBUTORS, can_contribute
from lms.library.showing import result_cards

# Loaded for what they register.
__all__ = ["bp", "collection_pages", "edit_pages", "item_pages", "jobs", "own_pages", "upload_pages"]

place(bp.name, "any", "library")
add_nav_item(NavItem("staff", "library", _l("Library"), "library.search", "library", 20))
for _key, _words, _endpoint, _icon, _roles in (
    ("library-find", _l("Find materials"), "library.search", "search", ()),
    ("library-mine", _l("My materials"), "library.own_items", "folder", CONTRIBUTORS),
    ("library-collections", _l("Collections"), "library.collections", "layers", ()),
):
    add_nav_item(NavItem("staff", _key, _words, _endpoint, _icon, 21, frozenset(_roles), under="library"))
add_nav_item(NavItem("public", "library", _l("Library"), "library.search", "library", 20))
bp.add_app_template_global(facet_groups, "library_filters")


@bp.get("/library")
def search() -> str:
    """Search the library; without a word, its newest items."""
    asked = read_search(request.args)
    page = queries.search_items(
        actor(), asked.q, filters=asked.filters, after=asked.after, sort=_sort_of(asked)
    )
    template = "library/_results.html" if is_fragment() else "library/search.html"
    return render_template(
        template,
        page_title=_("Library: %(q)s", q=asked.q) if asked.q else _("Library"),
        asked=asked,
        found=page,
        cards=result_cards(actor(), page.rows),
        counts=tuple((name, tuple(counted.items())) for name, counted in page.facets.items()),
        picks=tuple(asked.chosen.items()),
        chips=_chips(asked),
        can_add=can_contribute(actor()),
    )


def _sort_of(asked: Search) -> str:
    return "newest" if not asked.q and asked.sort == "relevance" else asked.sort


def _chips(asked: Search) -> list[tuple[str, dict[str, object]]]:
    """Return each chosen value as (label, arguments of the address without it)."""
    return [
        (choice_label(name, value), asked.without(name, value))
        for name, values in asked.chosen.items()
        for value in values
    ]
