"""Which version of an item is published now: what lessons that pin an older one may be offered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from content_store.catalogue import is_shown, visible_to
from content_store.models import Item, Version
from lms.core.actor import Actor
from lms.core.db import db
from lms.library.queries import tokens_of


@dataclass(frozen=True, slots=True)
class Newer:
    """The version of an item that is in use, and what its author says changed."""

    number: int
    title: str
    note: str


def find_newer(actor: Actor, item_uuids: Iterable[UUID]) -> dict[UUID, Newer]:
    """Return the published version of each item that the actor may see, in one query."""
    query = (
        select(Item.uuid, Version.number, Version.title, Version.note)
        .join(Version, Version.item_id == Item.id)
        .where(Item.uuid.in_(list(item_uuids)), Item.state == "published", is_shown())
        .where(visible_to(tokens_of(actor)))
    )
    return {row.uuid: Newer(row.number, row.title, row.note) for row in db.session.execute(query)}
