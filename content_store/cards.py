"""What lists of results show of items: plain columns of the shown versions, with no rows of the models behind them.

A page of results shows twenty items, and to load each with item, files, readings and audiences costs more than to find
them. One statement, put together once, brings what a card needs and leaves out whatever these tokens may not see.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, exists, select
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from content_store import rights
from content_store.catalogue import is_shown
from content_store.models import Derivative, Item, ItemAudience, Reading, Recall, Version, VersionFile
from content_store.store import SECTOR_TOKENS

OF_FILES = 12  # the columns of a row from here on are those of a file


@dataclass(frozen=True, slots=True)
class CardItem:
    """The item a card is of."""

    uuid: UUID


@dataclass(frozen=True, slots=True)
class ItemCard:
    """The shown version of a published item, as one who may find it sees it in a list; named as `Version` names it."""

    item: CardItem
    number: int
    title: str
    description: str
    subject: str | None
    grades: tuple[int, ...]
    type: str
    license_id: str
    authors: tuple[str, ...]
    pages: int | None
    duration_s: float | None
    preview: Derivative | None
    recall: int | None  # not None where it was withdrawn
    relation: rights.Relation

    @property
    def license(self) -> rights.License:
        """What may be done with it."""
        return rights.get_license(self.license_id)

    def may_use(self, action: rights.Action) -> rights.Verdict:
        """May those who asked for the card do this with the version?"""
        return rights.may(self.relation, action, self.license)


def list_cards(
    session: Session,
    uuids: Iterable[UUID],
    audiences: Collection[str],
    *,
    sector_tokens: Collection[str] = SECTOR_TOKENS,
) -> dict[UUID, ItemCard]:
    """The cards of those of the items that are published and that someone with these tokens may see, in one query."""
    wanted, tokens = list(uuids), frozenset(audiences)
    if not wanted:
        return {}
    asked = {"uuids": wanted, "tokens": sorted(tokens)}
    files: dict[UUID, list[Row[*tuple[Any, ...]]]] = {}
    for row in session.connection().execute(_select_cards(), asked):
        files.setdefault(row[0], []).append(row)
    in_sector = not tokens.isdisjoint(sector_tokens)
    found = (_card(rows, tokens, in_sector) for rows in files.values())
    return {card.item.uuid: card for card in found if card.relation.in_audience or card.relation.is_owner}


def _card(rows: list[Row[*tuple[Any, ...]]], tokens: frozenset[str], in_sector: bool) -> ItemCard:
    """Put a card together from a row for each file; an item that is only a link has one row without a file.

    Rows are taken apart by place, as `_select_cards` has them: twenty rows of sixteen names would cost a millisecond.
    """
    uuid, owner, in_audience, recalled, number, title, description, subject, grades = rows[0][: OF_FILES - 3]
    kind, license_id, authors = rows[0][OF_FILES - 3 : OF_FILES]
    files = [row[OF_FILES:] for row in rows]  # (role, pages, duration, preview)
    main = next((file for file in files if file[0] == "main"), files[0])
    pictures = [file for file in files if file[3]]
    pictures.sort(key=lambda file: (file[0] != "poster", file[0] != "main"))
    return ItemCard(
        item=CardItem(uuid),
        number=number,
        title=title,
        description=description,
        subject=subject,
        grades=tuple(grades),
        type=kind,
        license_id=license_id,
        authors=tuple(authors),
        pages=main[1],
        duration_s=main[2],
        preview=Derivative(pictures[0][3], "preview.webp", "image/webp") if pictures else None,
        recall=recalled,
        relation=rights.Relation(
            state="published",
            is_owner=owner in tokens,
            in_audience=bool(in_audience),
            in_sector=in_sector,
            is_recalled=recalled is not None,
        ),
    )


@lru_cache(maxsize=1)
def _select_cards() -> Select[*tuple[Any, ...]]:
    """The statement, which is the same for everybody: only its values differ."""
    shared = exists().where(
        ItemAudience.item_id == Item.id, ItemAudience.token.in_(bindparam("tokens", expanding=True))
    )
    return (
        select(
            Item.uuid,
            Item.owner,
            shared.label("in_audience"),
            Recall.version_id.label("recalled"),
            Version.number,
            Version.title,
            Version.description,
            Version.subject,
            Version.grades,
            Version.type,
            Version.license_id,
            Version.authors,
            VersionFile.role,
            Reading.pages,
            Reading.duration_s,
            Reading.preview_sha256,
        )
        .join(Version, and_(Version.item_id == Item.id, is_shown()))
        .outerjoin(Recall, Recall.version_id == Version.id)
        .outerjoin(VersionFile, VersionFile.version_id == Version.id)
        .outerjoin(Reading, Reading.id == VersionFile.reading_id)
        .where(Item.uuid.in_(bindparam("uuids", expanding=True)), Item.state == "published")
        .order_by(Item.id, VersionFile.position)
    )
