"""Asking the index of pages on behalf of an actor."""

from __future__ import annotations

from collections.abc import Mapping

from content_store.search import Fragment, Hit, Query, Results, SearchUnavailable, Sort
from lms.core.actor import Actor
from lms.search.engine import page_index

__all__ = ["Fragment", "Hit", "Results", "SearchUnavailable", "Sort", "search_pages"]


def search_pages(
    actor: Actor,
    text: str,
    *,
    kinds: frozenset[str] | None = None,
    filters: Mapping[str, frozenset[str]] | None = None,
    facets: tuple[str, ...] = (),
    sort: Sort = "relevance",
    after: str | None = None,
    size: int = 20,
) -> Results:
    """Find pages the actor may see. Raises SearchUnavailable when the index cannot be read."""
    query = Query(
        text=text[:300],
        audiences=actor.audiences,
        kinds=kinds,
        filters=filters or {},
        facets=facets,
        sort=sort,
        after=after,
        size=size,
    )
    return page_index().search(query)
