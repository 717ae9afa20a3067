"""What lies near a search or an item: suggestions while typing, and items that are alike.

Neither is worth an error page: where the index cannot be read there are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, select

from content_store.catalogue import is_shown, visible_to
from content_store.indexing import KIND
from content_store.models import Item, Version
from content_store.search import Query, SearchUnavailable
from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.db import db
from lms.library.door import item_index
from lms.library.kept import Kept
from lms.library.queries import tokens_of
from lms.orgs.models import Org

SUGGESTIONS = 8
ALIKE = 4
REMEMBERED, REMEMBERED_NONE = timedelta(minutes=1), timedelta(seconds=5)
_alike: Kept[tuple[datetime, tuple[UUID, ...]]] = Kept(4096)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_PUBLISHED = {"state": frozenset({"published"})}


def list_suggestions(actor: Actor, text: str) -> tuple[str, ...]:
    """Return titles and keywords of published items the actor may see that go on as the text begins."""
    query = Query(text[:300], tokens_of(actor), filters=_PUBLISHED, size=SUGGESTIONS)
    try:
        return item_index().suggest(query)
    except SearchUnavailable:
        return ()


def find_alike(actor: Actor, version: Version) -> tuple[UUID, ...]:
    """Return the published items most like this one, for these very tokens; they may see this one.

    Asking the index is dear, and one page is opened by many: the answer is remembered for a minute. Whether the items may
    be seen, and their titles, are of the moment: see `select_alike`.
    """
    key = (version.item.uuid, version.item.updated_at, tokens_of(actor), id(item_index()))
    kept = _alike.find(key)
    if kept is not None and now() < kept[0]:
        return kept[1]
    query = Query("", tokens_of(actor), filters=_PUBLISHED, size=ALIKE)
    try:
        hits = item_index().similar((KIND, str(version.item.uuid)), query)
    except SearchUnavailable:
        return ()
    found = tuple(UUID(hit.uuid) for hit in hits)
    _alike.put(key, (now() + (REMEMBERED if found else REMEMBERED_NONE), found))
    return found


def select_alike() -> Select[UUID, str]:
    """Select (uuid, title) of those of `:uuids` that are published and seen with `:tokens`."""
    return (
        select(Item.uuid, Version.title)
        .join(Version, and_(Version.item_id == Item.id, is_shown()))
        .where(Item.uuid.in_(bindparam("uuids", expanding=True)), Item.state == "published")
        .where(visible_to(bindparam("tokens", expanding=True)))
    )


def list_sources(uuids: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return (uuid, name) of the places items are given in the name of, in the order asked; strangers left out."""
    wanted = list(dict.fromkeys(uuids))
    known = [UUID(one) for one in wanted if _UUID.match(one)]
    if not known:
        return ()
    rows = db.session.execute(select(Org.uuid, Org.name).where(Org.uuid.in_(known)))
    names = {str(row.uuid): row.name for row in rows}
    return tuple((one, names[one]) for one in wanted if one in names)
