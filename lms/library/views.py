"""The search page."""

from __future__ import annotations

from flask import jsonify, render_template, request
from werkzeug.wrappers import Response

from lms.core.i18n import _, _l
from lms.core.nav import NavItem, add_nav_item, place
from lms.core.rates import client_address, limit_rate
from lms.core.web import actor, is_fragment
from lms.library import (
    collection_pages,
    curriculum_pages,
    derived_pages,
    edit_pages,
    item_links,
    item_pages,
    jobs,
    likeness,
    metadata_pages,
    own_pages,
    short_pages,
    synonym_pages,
    versions_pages,
)
from lms.library.blueprint import bp
from lms.library.bulk import views as bulk_pages
from lms.library.facets import MOST_SOURCES, Sources, choice_label, facet_groups
from lms.library.forms import Search, read_search, read_words
from lms.library.found_cards import search_cards
from lms.library.nearby import list_sources, list_suggestions
from lms.library.permissions import CONTRIBUTORS, can_contribute
from lms.library.remixes import topics as remix_topics
from lms.library.remixes import views as remix_pages
from lms.library.reports import views as report_pages
from lms.library.review import policy_pages as review_policy_pages
from lms.library.review import views as review_pages
from lms.library.saved_searches import views as saved_search_pages
from lms.library.shelves import views as shelf_pages
from lms.library.showing import result_cards
from lms.library.storage import scanning, verifying
from lms.library.storage import views as storage_pages
from lms.library.suggested_changes import views as suggestion_pages
from lms.library.synonyms import can_edit_synonyms
from lms.library.uploads import direct_pages, tus_pages
from lms.library.uploads import views as upload_pages
from lms.library.voices import views as voice_pages

# Loaded for what they register.
__all__ = [
    "bp",
    "bulk_pages",
    "collection_pages",
    "curriculum_pages",
    "derived_pages",
    "direct_pages",
    "edit_pages",
    "item_links",
    "item_pages",
    "jobs",
    "likeness",
    "metadata_pages",
    "own_pages",
    "remix_pages",
    "remix_topics",
    "report_pages",
    "review_pages",
    "review_policy_pages",
    "saved_search_pages",
    "scanning",
    "shelf_pages",
    "short_pages",
    "storage_pages",
    "suggestion_pages",
    "synonym_pages",
    "tus_pages",
    "upload_pages",
    "verifying",
    "versions_pages",
    "voice_pages",
]

place(bp.name, "any", "library")
add_nav_item(NavItem("staff", "library", _l("Library"), "library.search", "library", 20))
MINE = frozenset({"library.edit_item", "library.upload", "library.new_import", "library.show_import"})
for _key, _words, _endpoint, _icon, _roles, _pages in (
    ("library-find", _l("Find materials"), "library.search", "search", (), ()),
    ("library-mine", _l("My materials"), "library.own_items", "folder", CONTRIBUTORS, MINE),
    ("library-collections", _l("Collections"), "library.collections", "layers", (), ("library.collection",)),
):
    add_nav_item(
        NavItem("staff", _key, _words, _endpoint, _icon, 21, frozenset(_roles), "library", frozenset(_pages))
    )
add_nav_item(NavItem("public", "library", _l("Library"), "library.search", "library", 20))
bp.add_app_template_global(facet_groups, "library_filters")
SUGGEST_RATE = "240/minute"  # of one person or address: a fast typist asks three times a second at most


@bp.get("/library")
def search() -> str:
    """Search the library; without a word, its newest items."""
    asked = read_search(request.args)
    page = search_cards(actor(), asked.q, filters=asked.filters, after=asked.after, sort=_sort_of(asked))
    given_by = list_sources(
        [*page.facets.get("source", {})][:MOST_SOURCES] + [*asked.chosen.get("source", ())]
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
        sources=given_by,
        chips=_chips(asked, given_by),
        can_add=can_contribute(actor()),
        can_edit_words=can_edit_synonyms(actor()),
    )


def _sort_of(asked: Search) -> str:
    return "newest" if not asked.q and asked.sort == "relevance" else asked.sort


@bp.get("/library/suggest")
def suggest() -> Response:
    """Answer titles and keywords that go on as somebody has begun to type: `{"suggestions": [...]}`."""
    limit_rate("library_suggest", SUGGEST_RATE, actor().user_id or client_address())
    answer = jsonify(suggestions=list_suggestions(actor(), read_words(request.args)))
    answer.cache_control.private, answer.cache_control.max_age = True, 60
    return answer


def _chips(asked: Search, sources: Sources) -> list[tuple[str, dict[str, object]]]:
    """Return each chosen value as (label, arguments of the address without it)."""
    return [
        (choice_label(name, value, sources), asked.without(name, value))
        for name, values in asked.chosen.items()
        for value in values
    ]
