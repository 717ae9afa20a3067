"""The shown version of an item for a page that only looks at it: one statement of plain columns, no session behind it.

To load a version with item, files, readings and audiences as rows of a session costs several times what the database
takes to find them. What comes from here is a `Version` with all that belongs to it, but it can't be changed, and what is
long (the text of a reading, its HTML) is not in it: asking it for that raises, so ask `read_html` and `load_passages`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, func, inspect, select
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict, set_committed_value

from content_store.catalogue import is_shown
from content_store.models import Base, Item, ItemAudience, Reading, Recall, Version, VersionFile

Model = TypeVar("Model", bound=Base)
BETWEEN = "\n"  # no token has a line break in it
_PARTS: tuple[type[Base], ...] = (Item, Version, Recall, VersionFile, Reading)


def find_shown(session: Session, uuid: UUID) -> Version | None:
    """The version that readers see: the published one, or a draft's newest; None where there is no such item."""
    rows = session.connection().execute(_select_shown(), {"uuid": uuid}).all()
    return _put_together(rows) if rows else None


def read_html(session: Session, reading_id: int) -> str | None:
    """The sanitized HTML of a reading, to be read in place."""
    return session.scalar(select(Reading.reading_html).where(Reading.id == reading_id))


def load_passages(session: Session, reading_ids: Iterable[int]) -> dict[int, list[list[str]]]:
    """The passages of readings (the lines of captions with their moments), in one query."""
    found = session.execute(select(Reading.id, Reading.passages).where(Reading.id.in_(list(reading_ids))))
    return {row.id: row.passages for row in found}


@lru_cache(maxsize=1)
def _columns() -> Mapping[type[Base], tuple[str, ...]]:
    """The columns of each model that come with its rows; those that are loaded when asked for are left out."""
    return {
        model: tuple(column.key for column in inspect(model).column_attrs if not column.deferred)
        for model in _PARTS
    }


@lru_cache(maxsize=1)
def _select_shown() -> Select[*tuple[Any, ...]]:
    """A row for each file, one without a file for what is only a link; put together once."""
    tokens = (
        select(func.aggregate_strings(ItemAudience.token, BETWEEN))
        .where(ItemAudience.item_id == Item.id)
        .correlate(Item)
        .scalar_subquery()
    )
    columns = [getattr(model, name) for model, names in _columns().items() for name in names]
    return (
        select(tokens.label("tokens"), *columns)
        .select_from(Item)
        .join(Version, and_(Version.item_id == Item.id, is_shown()))
        .outerjoin(Recall, Recall.version_id == Version.id)
        .outerjoin(VersionFile, VersionFile.version_id == Version.id)
        .outerjoin(Reading, Reading.id == VersionFile.reading_id)
        .where(Item.uuid == bindparam("uuid"))
        .order_by(VersionFile.position)
    )


def _put_together(rows: Sequence[Row[*tuple[Any, ...]]]) -> Version:
    first = _split(rows[0])
    item, version = _make(Item, first[Item]), _make(Version, first[Version])
    recall = _make(Recall, first[Recall]) if first[Recall]["version_id"] is not None else None
    files = [_file(_split(row), version) for row in rows if first[VersionFile]["id"] is not None]
    tokens = rows[0][0].split(BETWEEN) if rows[0][0] else ()
    audiences = [_make(ItemAudience, {"item_id": item.id, "token": token}) for token in tokens]
    set_committed_value(item, "audience_rows", audiences)
    set_committed_value(version, "item", item)
    set_committed_value(version, "recall", recall)
    set_committed_value(version, "files", files)
    return version


def _split(row: Row[*tuple[Any, ...]]) -> dict[type[Base], dict[str, Any]]:
    values, at = {}, 1
    for model, names in _columns().items():
        values[model] = dict(zip(names, row[at : at + len(names)], strict=True))
        at += len(names)
    return values


def _file(parts: dict[type[Base], dict[str, Any]], version: Version) -> VersionFile:
    file = _make(VersionFile, parts[VersionFile])
    set_committed_value(file, "version", version)
    set_committed_value(file, "reading", _make(Reading, parts[Reading]))
    return file


def _make(model: type[Model], values: dict[str, Any]) -> Model:
    """A row of no session: what it has not been given raises when it is asked for, and never answers with None."""
    row = model()
    instance_dict(row).update(values)
    make_transient_to_detached(row)
    return row
