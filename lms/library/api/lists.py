"""Search, and the list of items by their last change."""

from __future__ import annotations

from flask import jsonify, request
from werkzeug.wrappers import Response

from content_store.representation import FOUND, SUMMARY, describe_found, summarize
from content_store.search.cursors import LONGEST_CURSOR
from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.openapi import TEXT, describe, in_query, list_of, optional, thing
from lms.core.web import actor
from lms.library import queries
from lms.library.api.blueprint import PAGE_REFUSALS, READ, READER, bp
from lms.library.api.showing import addresses
from lms.library.door import open_store, saying_refusals
from lms.library.facets import HEADINGS
from lms.library.forms import OWN_STATES, SORTS, read_search
from lms.people.bearer import TokenNeeded, needs_scope

LARGEST = 100
SIZE = 20


@bp.get("/api/v1/library/search")
@needs_scope(READ)
def search() -> Response:
    """Search as the page does, with the same arguments."""
    asked = read_search(request.args)
    page = queries.search_items(
        actor(), asked.q, filters=asked.filters, after=asked.after, sort=asked.sort, size=read_size()
    )
    return jsonify(
        describe_found(
            [(found.version, found.passages) for found in page.rows],
            addresses(),
            total=page.total,
            facets=page.facets,
            next=page.next,
            corrected=page.corrected,
            instead=page.instead,
            degraded=page.is_degraded,
        )
    )


@bp.get("/api/v1/library/items")
@needs_scope(READ)
def items() -> Response:
    """List published items that the asker may see, or with `owner=me` one's own of any state."""
    who, size, after = actor(), read_size(), read_after()
    if request.args.get("owner") == "me":
        if not who.is_signed_in:
            raise TokenNeeded()
        state = request.args.get("state")
        if state is not None and state not in OWN_STATES:
            raise Invalid({"state": _("Choose one of the list.")})
        page = queries.list_own_items(who, state=state, after=after, size=size)
    else:
        tokens = queries.tokens_of(who)
        with saying_refusals():
            page = open_store().list_items(audiences=tokens, state="published", after=after, size=size)
    shown = addresses()
    return jsonify(items=[summarize(version, shown) for version in page.versions], next=page.next)


def read_size() -> int:
    """Return how many rows are asked for. Raises Invalid, and for the word that other programs use."""
    if "limit" in request.args:
        raise Invalid({"limit": _("Say size: 1 to %(most)d.", most=LARGEST)})
    text = request.args.get("size", str(SIZE))
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= LARGEST):
        raise Invalid({"size": _("Choose 1 to %(most)d.", most=LARGEST)})
    return int(text)


def read_after() -> str | None:
    """Return the place behind which the list goes on."""
    return request.args.get("after", "")[:LONGEST_CURSOR] or None


AFTER = in_query("after", {"type": "string", "maxLength": LONGEST_CURSOR}, "`next` of the page before.")
PAGE_SIZE = in_query("size", {"type": "integer", "minimum": 1, "maximum": LARGEST}, "How many on a page.")
describe(
    "/library/search",
    key="search_library",
    summary="Search the library, as the page does.",
    parameters=(
        in_query("q", {"type": "string", "maxLength": 300}, "Words; accents may be left out."),
        in_query("sort", {"type": "string", "enum": list(SORTS)}, "Order of the answer."),
        AFTER,
        PAGE_SIZE,
        *(in_query(name, list_of(TEXT), "One or more values, as in the facets.") for name in HEADINGS),
    ),
    answer=FOUND,
    refusals=PAGE_REFUSALS,
    security=READER,
)
describe(
    "/library/items",
    key="list_items",
    summary="List items by their last change, the latest first.",
    parameters=(
        in_query(
            "owner", {"type": "string", "enum": ["me"]}, "Only the owner's of the token, drafts included."
        ),
        in_query(
            "state", {"type": "string", "enum": list(OWN_STATES)}, "Only of this state, with `owner=me`."
        ),
        AFTER,
        PAGE_SIZE,
    ),
    answer=thing(items=list_of(SUMMARY), next=optional(TEXT)),
    refusals=PAGE_REFUSALS,
    security=READER,
)
