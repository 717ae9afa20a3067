"""Searching for a page of results: as `queries.search_items`, but with plain columns instead of whole versions."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from content_store.cards import ItemCard, list_cards
from content_store.search import SearchUnavailable
from lms.core.actor import Actor
from lms.core.db import db
from lms.library.queries import Found, FoundPage, ask_index, list_latest, plain, tokens_of


def search_cards(
    actor: Actor,
    q: str,
    *,
    filters: Mapping[str, frozenset[str]] | None = None,
    after: str | None = None,
    sort: str = "relevance",
    size: int = 20,
) -> FoundPage[ItemCard]:
    """Find published items the actor may see, in one query. Falls back to the latest ones when the engine is away.

    The index may lag behind: what is no longer shared is left out here.
    """
    tokens = tokens_of(actor)
    try:
        results = ask_index(actor, q, filters=filters, after=after, sort=sort, size=size)
    except SearchUnavailable:
        uuids = [version.item.uuid for version in list_latest(actor, size)]
        cards = list_cards(db.session(), uuids, tokens)
        rows = [Found(cards[uuid], plain(cards[uuid].title), ()) for uuid in uuids if uuid in cards]
        return FoundPage(rows, None, {}, None, is_degraded=True)
    hits = [(UUID(hit.uuid), hit) for hit in results.hits]
    cards = list_cards(db.session(), [uuid for uuid, _hit in hits], tokens)
    rows = [Found(cards[uuid], hit.title, hit.passages) for uuid, hit in hits if uuid in cards]
    return FoundPage(
        rows, results.total, results.facets, results.next, results.corrected, instead=results.instead
    )
