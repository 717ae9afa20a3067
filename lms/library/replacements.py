"""What may stand in the place of a work: the items most like it, then those found by the words of its title.

A teacher who must replace a work wants the same thing under another license. Likeness says that better than any
filter; where it knows too little, the title does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from content_store.indexing import KIND
from content_store.models import Version
from content_store.search import Query, SearchUnavailable
from lms.core.actor import Actor
from lms.library.door import item_index, open_store, saying_refusals
from lms.library.queries import FACETS, Found, FoundPage, is_found_by, plain, search_items, tokens_of

HANDFUL = 5
"""With fewer than these alike, the words of the title are asked as well."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """The work to be replaced: its pinned version, what it is called, of which type and subject."""

    pin: str
    item_uuid: str
    title: str
    type: str
    subject: str


def find_replaced(pin: str) -> Replaced | None:
    """Return what is known of a pinned work; None where it is there no more."""
    with saying_refusals():
        version = open_store().get_pinned_many([pin]).get(pin)
    if version is None:
        return None
    return Replaced(pin, str(version.item.uuid), version.title, version.type, version.subject or "")


def find_replacements(
    actor: Actor, replaced: Replaced, *, filters: Mapping[str, frozenset[str]], size: int
) -> FoundPage[Version]:
    """Return one page of published items the actor may see, the likest first; never the replaced version itself."""
    alike = [row for row in _list_alike(actor, replaced, filters, size) if row.version.pin != replaced.pin]
    if len(alike) >= HANDFUL:
        return FoundPage(alike, None, {}, None)
    page = search_items(actor, replaced.title, filters=filters, size=size)
    known = {row.version.pin for row in alike} | {replaced.pin}
    others = [row for row in page.rows if row.version.pin not in known]
    return FoundPage([*alike, *others][:size], None, {}, None, is_degraded=page.is_degraded)


def _list_alike(
    actor: Actor, replaced: Replaced, filters: Mapping[str, frozenset[str]], size: int
) -> list[Found[Version]]:
    wanted = {name: values for name, values in filters.items() if name in FACETS and values}
    query = Query("", tokens_of(actor), filters={**wanted, "state": frozenset({"published"})}, size=size)
    try:
        hits = item_index().similar((KIND, replaced.item_uuid), query)
    except SearchUnavailable:
        return []
    versions = open_store().get_many(hit.uuid for hit in hits)
    found = [versions.get(UUID(hit.uuid)) for hit in hits]
    return [
        Found(version, plain(version.title), ())
        for version in found
        if version is not None and is_found_by(actor, version.item)
    ]
