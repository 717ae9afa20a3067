"""Reading curated shelves: those a reader may see something on, those a librarian keeps, what stands on one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from content_store import curating
from content_store.models import Collection, Version
from lms.core.actor import Actor
from lms.core.db import db
from lms.core.errors import NotAllowed, NotFound
from lms.core.paging import Page, take_page
from lms.library.door import open_store
from lms.library.permissions import KEEPERS
from lms.library.queries import tokens_of
from lms.library.shelves.models import Shelf
from lms.orgs.models import Org
from lms.orgs.permissions import is_everywhere
from lms.orgs.queries import get_org_by_id, get_orgs


@dataclass(frozen=True, slots=True)
class ShelfCard:
    """A shelf in a list: its first item is its cover."""

    shelf: Shelf
    title: str
    description: str
    place: str
    cover: Version | None


def can_curate(actor: Actor) -> bool:
    """Tell whether the actor keeps shelves anywhere: the librarians."""
    return actor.is_signed_in and actor.has_role(*KEEPERS)


def may_keep(actor: Actor, place: Org) -> bool:
    """Tell whether the actor keeps the shelves of a place."""
    return is_everywhere(actor) or actor.has_role_at(place.lineage_ids, *KEEPERS)


def list_curated_places(actor: Actor) -> list[Org]:
    """Return the places in whose name the actor makes shelves."""
    found = get_orgs(list(actor.org_ids(*KEEPERS))).values()
    return sorted((org for org in found if not org.is_closed), key=lambda org: (org.sort_key, org.id))


def list_shelves(actor: Actor, *, after: str | None = None, size: int = 24) -> Page[ShelfCard]:
    """Return the open shelves with anything for the actor, the latest opened first. Four queries."""
    cover = curating.first_shown(Collection.id, tokens_of(actor)).label("cover")
    page = take_page(
        db.session(),
        select(Shelf, Collection.title, Collection.description, cover)
        .join(Collection, Collection.uuid == Shelf.collection_uuid)
        .where(Shelf.opened_at.is_not(None), cover.is_not(None)),
        keys=[Shelf.opened_at, Shelf.id],
        row_key=lambda row: [row.Shelf.opened_at, row.Shelf.id],
        after=after,
        size=size,
        descending=True,
        scalars=False,
    )
    return Page(_cards(page.rows), page.next)


def list_kept_shelves(actor: Actor, *, after: str | None = None, size: int = 100) -> Page[ShelfCard]:
    """Return the shelves of the places the actor keeps, closed ones too, the latest made first."""
    statement = select(Shelf, Collection.title, Collection.description).join(
        Collection, Collection.uuid == Shelf.collection_uuid
    )
    if not is_everywhere(actor):
        statement = statement.where(Shelf.org_id.in_(actor.org_ids(*KEEPERS)))
    page = take_page(
        db.session(),
        statement,
        keys=[Shelf.id],
        row_key=lambda row: [row.Shelf.id],
        after=after,
        size=size,
        descending=True,
        scalars=False,
    )
    return Page(_cards(page.rows), page.next)


def _cards(rows: Iterable[Any]) -> list[ShelfCard]:
    found = list(rows)
    covers = [uuid for row in found if (uuid := getattr(row, "cover", None)) is not None]
    versions = open_store().get_many(covers) if covers else {}
    places = get_orgs(sorted({row.Shelf.org_id for row in found})) if found else {}
    return [
        ShelfCard(
            row.Shelf,
            row.title,
            row.description,
            places[row.Shelf.org_id].name,
            versions.get(getattr(row, "cover", None) or UUID(int=0)),
        )
        for row in found
    ]


def get_shelf(actor: Actor, uuid: UUID) -> tuple[Shelf, Collection, Org]:
    """Return a shelf that the actor keeps, or an open one with anything for the actor. Raises NotFound."""
    cover = curating.first_shown(Collection.id, tokens_of(actor)).label("cover")
    row = db.session.execute(
        select(Shelf, Collection, cover)
        .join(Collection, Collection.uuid == Shelf.collection_uuid)
        .where(Shelf.uuid == uuid)
    ).one_or_none()
    if row is None:
        raise NotFound()
    place = get_org_by_id(row.Shelf.org_id)
    is_seen = row.Shelf.opened_at is not None and row.cover is not None
    if not is_seen and not may_keep(actor, place):
        raise NotFound()
    return row.Shelf, row.Collection, place


def get_kept_shelf(actor: Actor, uuid: UUID) -> tuple[Shelf, Collection, Org]:
    """Return a shelf that the actor keeps. Raises NotFound, NotAllowed for one the actor only sees."""
    shelf, collection, place = get_shelf(actor, uuid)
    if not may_keep(actor, place):
        raise NotAllowed()
    return shelf, collection, place


def list_on_shelf(actor: Actor, collection: Collection) -> list[tuple[Version, str]]:
    """Return what the actor may see of a shelf in its order, with the words of each; nothing recalled."""
    rows = curating.list_with_words(db.session(), collection, audiences=tokens_of(actor))
    return [
        (version, words)
        for version, words in rows
        if version.recall is None and version.item.state == "published"
    ]
