"""One's own items by state, as the page "My materials" lists them: counted, searched, sorted, page by page.

Without words they come from the tables, the last changed first; words and titles in order come from the index, which
alone knows accents and Vietnamese order. When the index is away the list of the tables stands in for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from content_store.errors import BadCursor
from content_store.models import Item, Version
from content_store.search import Query, SearchUnavailable
from lms.core.actor import Actor
from lms.core.db import db
from lms.library.door import as_refusal, open_store
from lms.library.permissions import owner_token
from lms.library.queries import list_own_items


@dataclass(frozen=True, slots=True)
class OwnPage:
    """One page of own items; `is_degraded` when the index was away and the words could not be asked for."""

    versions: Sequence[Version]
    next: str | None
    is_degraded: bool = False


def count_own_items(actor: Actor) -> dict[str, int]:
    """Return how many items of each state the actor has, in one query."""
    query = select(Item.state, func.count()).where(Item.owner == owner_token(actor)).group_by(Item.state)
    return {state: int(count) for state, count in db.session.execute(query)}


def find_own_items(
    actor: Actor, *, state: str, q: str = "", by_title: bool = False, after: str | None = None, size: int = 20
) -> OwnPage:
    """Return a page of the actor's own items of a state that have the words `q`."""
    if not q and not by_title:
        page = list_own_items(actor, state=state, after=after, size=size)
        return OwnPage(page.versions, page.next)
    token = owner_token(actor)
    query = Query(
        text=q[:300],
        audiences=frozenset({token}),
        filters={"state": frozenset({state})},
        sort="title" if by_title else "relevance",
        after=after,
        size=size,
    )
    try:
        results = open_store().search(query)
    except BadCursor as error:
        raise as_refusal(error) from error
    except SearchUnavailable:
        return OwnPage(list_own_items(actor, state=state, size=size).versions, None, is_degraded=True)
    found = open_store().get_many(hit.uuid for hit in results.hits)
    versions = [found[uuid] for hit in results.hits if (uuid := UUID(hit.uuid)) in found]
    own = [one for one in versions if one.item.owner == token and one.item.state == state]
    return OwnPage(own, results.next)
