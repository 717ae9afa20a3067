"""What lies near a search or an item: suggestions while typing, and items that are alike.

Neither is worth an error page: where the index cannot be read there are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from content_store.catalogue import visible_to
from content_store.indexing import KIND
from content_store.models import Item, Version
from content_store.search import Query, SearchUnavailable
from lms.core.actor import Actor
from lms.core.db import db
from lms.library.door import item_index
from lms.library.queries import tokens_of
from lms.orgs.models import Org

SUGGESTIONS = 8
ALIKE = 4
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_PUBLISHED = {"state": frozenset({"published"})}


def list_suggestions(actor: Actor, text: str) -> tuple[str, ...]:
    """Return titles and keywords of published items the actor may see that go on as the text begins."""
    query = Query(text[:300], tokens_of(actor), filters=_PUBLISHED, size=SUGGESTIONS)
    try:
        return item_index().suggest(query)
    except SearchUnavailable:
        return ()


def list_alike(actor: Actor, version: Version) -> list[tuple[UUID, str]]:
    """Return (uuid, title) of the published items most like this one that the actor may see; they may see this one."""
    query = Query("", tokens_of(actor), filters=_PUBLISHED, size=ALIKE)
    try:
        hits = item_index().similar((KIND, str(version.item.uuid)), query)
    except SearchUnavailable:
        return []
    if not hits:
        return []
    found = select(Item.uuid).where(Item.uuid.in_([UUID(hit.uuid) for hit in hits]))
    seen = set(db.session.scalars(found.where(Item.state == "published", visible_to(tokens_of(actor)))))
    return [(UUID(hit.uuid), hit.title.text) for hit in hits if UUID(hit.uuid) in seen]


def list_sources(uuids: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return (uuid, name) of the places items are given in the name of, in the order asked; strangers left out."""
    wanted = list(dict.fromkeys(uuids))
    known = [UUID(one) for one in wanted if _UUID.match(one)]
    if not known:
        return ()
    rows = db.session.execute(select(Org.uuid, Org.name).where(Org.uuid.in_(known)))
    names = {str(row.uuid): row.name for row in rows}
    return tuple((one, names[one]) for one in wanted if one in names)
