"""Keeping a search of the library under a name, and choosing whether to hear of what is new in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from content_store.models import Version
from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.i18n import _
from lms.core.insertion import insert_if_new
from lms.library.door import open_store
from lms.library.facets import Sources, choice_label
from lms.library.forms import Search
from lms.library.nearby import list_sources
from lms.library.queries import is_found_by
from lms.library.saved_searches.models import ALERTS, SavedSearch

MOST = 50
LONGEST_NAME = 120
SPANS = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the filter on searches that `actor` may see: one's own, whatever the role."""
    return SavedSearch.user_id == (actor.user_id or 0)


def keep_search(actor: Actor, search: Search, *, name: str = "", alerts: str = "none") -> SavedSearch:
    """Keep a search; one that is kept already gets the new name and alerts. Raises NotAllowed, Invalid, Conflict."""
    if actor.user_id is None:
        raise NotAllowed()
    address = search.address(sort=None)
    if not address:
        raise Invalid({"q": _("Type some words or tick a box first, then keep the search.")})
    digest = hashlib.sha256(json.dumps(address, sort_keys=True).encode()).hexdigest()
    wanted = _name(name) or name_of(search)
    _check(wanted, alerts)
    found = _find(actor, digest)
    if found is None:
        if count_searches(actor) >= MOST:
            raise Conflict(_("You keep 50 searches already. Remove one of them first."))
        insert_if_new(SavedSearch, user_id=actor.user_id, name=wanted, address=address, digest=digest)
        found = _find(actor, digest)
        assert found is not None
    found.name = wanted
    _choose(found, alerts)
    db.session.flush()
    return found


def change_search(actor: Actor, uuid: UUID, *, name: str, alerts: str) -> SavedSearch:
    """Give one's own search another name or other alerts. Raises NotFound, Invalid."""
    found = get_search(actor, uuid)
    wanted = _name(name)
    _check(wanted, alerts)
    found.name = wanted
    _choose(found, alerts)
    db.session.flush()
    return found


def remove_search(actor: Actor, uuid: UUID) -> SavedSearch:
    """Keep a search no more; return what it was. Raises NotFound."""
    found = get_search(actor, uuid)
    db.session.delete(found)
    db.session.flush()
    return found


def list_searches(actor: Actor) -> list[SavedSearch]:
    """Return one's own searches by name; they are few."""
    rows = db.session.scalars(select(SavedSearch).where(visible_to(actor)).limit(MOST * 2))
    return sorted(rows, key=lambda row: (row.name.casefold(), row.id))


def get_search(actor: Actor, uuid: UUID) -> SavedSearch:
    """Return one's own search. Raises NotFound, for those of others as well."""
    found = db.session.scalar(select(SavedSearch).where(SavedSearch.uuid == uuid, visible_to(actor)))
    if found is None:
        raise NotFound()
    return found


def list_found(actor: Actor, uuids: Sequence[UUID]) -> list[Version]:
    """Return the items that the actor may find now, as they are shown, in the order asked; two queries."""
    shown = open_store().get_many(uuids)
    found = (shown[uuid] for uuid in dict.fromkeys(uuids) if uuid in shown)
    return [version for version in found if is_found_by(actor, version.item)]


def count_searches(actor: Actor) -> int:
    """Return how many searches one keeps."""
    return db.session.scalar(select(func.count()).select_from(SavedSearch).where(visible_to(actor))) or 0


def search_at(address: Mapping[str, Any]) -> Search:
    """Return what is searched for at a kept address."""
    boxes = {name: tuple(values) for name, values in address.items() if name != "q"}
    return Search(q=address.get("q", ""), chosen=boxes)


def sources_of(searches: list[SavedSearch]) -> Sources:
    """Return the names of the places that searches are limited to, in one query."""
    return list_sources(uuid for row in searches for uuid in row.address.get("source", ()))


def words_of(search: Search, sources: Sources = ()) -> list[str]:
    """Return a search in words: what was typed, and each box."""
    typed = [f"“{search.q}”"] if search.q else []
    return typed + [
        choice_label(name, value, sources) for name, values in search.chosen.items() for value in values
    ]


def name_of(search: Search) -> str:
    """Return a name for a search that was given none."""
    return _name(search.q or ", ".join(words_of(search)))


def next_look(alerts: str, moment: datetime) -> datetime | None:
    """Return when to look again."""
    return moment + SPANS[alerts] if alerts in SPANS else None


def _find(actor: Actor, digest: str) -> SavedSearch | None:
    return db.session.scalar(select(SavedSearch).where(visible_to(actor), SavedSearch.digest == digest))


def _name(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:LONGEST_NAME].strip()


def _check(name: str, alerts: str) -> None:
    errors = {}
    if not name:
        errors["name"] = _("Give the search a name.")
    if alerts not in ALERTS:
        errors["alerts"] = _("Choose one of the list.")
    if errors:
        raise Invalid(errors)


def _choose(saved: SavedSearch, alerts: str) -> None:
    """Whoever begins to hear of a search hears of what comes from now on."""
    if saved.alerts == alerts:
        return
    moment = now()
    if saved.alerts == "none":
        saved.looked_at = moment
    saved.alerts, saved.due_at = alerts, next_look(alerts, moment)
