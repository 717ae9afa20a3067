"""What an item's page tells of it in numbers, and the titles of what is alike: one statement for all of it.

Each of these is a few index entries; asked one by one, putting the questions costs more than answering them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, select, true

from content_store.models import Version
from lms.core.actor import Actor
from lms.core.db import db
from lms.core.i18n import show_number
from lms.library.nearby import find_alike, select_alike
from lms.library.queries import tokens_of
from lms.library.remixes.family import Ties, select_ties
from lms.library.voices.ratings import select_said
from lms.library.where_used import pins_of, select_uses


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of an item in numbers: how many rated it, the mean in words, one's own stars, how many comments."""

    count: int = 0
    mean: str = ""
    own: int | None = None
    comments: int = 0


@dataclass(frozen=True, slots=True)
class Around:
    """What lies around an item: its ties, what is said of it, how many places use it, (uuid, title) of what is alike."""

    ties: Ties
    voices: Said
    uses: int
    alike: tuple[tuple[UUID, str], ...]


def count_around(actor: Actor, version: Version) -> Around:
    """Return what lies around an item that the actor was given.

    Which items are alike may be remembered; whether they may be seen, and their titles, are of this moment.
    """
    wanted = find_alike(actor, version)
    asked = {
        "item_id": version.item_id,
        "item_uuid": version.item.uuid,
        "number": version.number,
        "pins": pins_of(version.item),
        "tokens": sorted(tokens_of(actor)),
        "user_id": actor.user_id or 0,
        "uuids": list(wanted),
    }
    rows = db.session.connection().execute(_select_around(), asked).all()
    titles = {row.alike_uuid: row.alike_title for row in rows}
    above, below, waiting, count, stars, own, comments, *uses = rows[0][:-2]
    return Around(
        ties=Ties(above or 0, below or 0, waiting or 0),
        voices=Said(count, str(show_number(round(stars / count, 1))) if count else "", own, comments or 0),
        uses=sum(uses),
        alike=tuple((uuid, titles[uuid]) for uuid in wanted if uuid in titles),
    )


@lru_cache(maxsize=1)
def _select_around() -> Select[*tuple[Any, ...]]:
    """The numbers in one row, beside each item that is alike; put together once, when all rooms have entered theirs."""
    numbers: list[ScalarSelect[Any]] = [*select_ties(), *select_said(), *select_uses()]
    told = select(*(one.label(f"number_{place}") for place, one in enumerate(numbers))).cte("told")
    alike = select_alike().subquery("alike")
    columns = (alike.c.uuid.label("alike_uuid"), alike.c.title.label("alike_title"))
    return select(*told.c, *columns).select_from(told.outerjoin(alike, true()))
