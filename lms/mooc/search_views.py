"""One search over everything: open courses and materials, a few of each, with the way to all of them."""

from __future__ import annotations

from flask import render_template, request

from lms.core.i18n import _
from lms.core.nav import place
from lms.core.web import actor
from lms.library.queries import search_items
from lms.library.showing import result_cards
from lms.mooc import queries
from lms.mooc.blueprint import bp

COURSES, MATERIALS = 3, 8
LONGEST = 200

place("mooc.search", "any", "")


@bp.get("/search")
def search() -> str:
    """What the reader may see of all kinds. Without words, only the box."""
    words = request.args.get("q", "").strip()[:LONGEST]
    courses = queries.browse_catalog(words, {}, size=COURSES) if words else None
    found = search_items(actor(), words, size=MATERIALS) if words else None
    return render_template(
        "mooc/search.html",
        page_title=_("Search: %(words)s", words=words) if words else _("Search"),
        words=words,
        courses=courses,
        found=found,
        cards=result_cards(actor(), found.rows) if found else [],
    )
