"""Keyset paging: the next page starts after the last row seen, so page 1,000 costs what page 1 costs."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import tuple_
from sqlalchemy.orm import Session

from lms.core.errors import NotFound

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `next` is the opaque cursor of the following one, None at the end."""

    rows: Sequence[T]
    next: str | None = None
    total: int | None = None


def encode_cursor(values: Sequence[object]) -> str:
    """Pack the sort values of the last row into a URL-safe text."""
    raw = json.dumps([str(value) if not isinstance(value, int | float) else value for value in values])
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, size: int) -> list[Any]:
    """Unpack a cursor of `size` values. Raises NotFound for a forged or broken one."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise NotFound() from error
    if not isinstance(values, list) or len(values) != size:
        raise NotFound()
    return values


def take_page(
    session: Session,
    statement: Any,
    *,
    keys: Sequence[Any],
    after: str | None = None,
    size: int = 25,
    descending: bool = False,
    row_key: Callable[[Any], Sequence[object]] | None = None,
    scalars: bool = True,
) -> Page[Any]:
    """Run `statement` ordered by `keys` (columns that are unique together and not null) and cut one page.

    `row_key` gives the values of `keys` for a row (default: the attributes of the same names). One query.
    """
    if after:
        values = [
            _coerce(key, value) for key, value in zip(keys, decode_cursor(after, len(keys)), strict=True)
        ]
        left, right = tuple_(*keys), tuple_(*values)
        statement = statement.where(left < right if descending else left > right)
    order = [key.desc() if descending else key.asc() for key in keys]
    result = session.execute(statement.order_by(*order).limit(size + 1))
    rows = list(result.scalars() if scalars else result)
    more, rows = len(rows) > size, rows[:size]
    pick = row_key or (lambda row: [getattr(row, key.key) for key in keys])
    return Page(rows, encode_cursor(pick(rows[-1])) if more else None)


def _coerce(key: Any, value: object) -> object:
    python_type = key.type.python_type
    if isinstance(value, python_type):
        return value
    try:
        if hasattr(python_type, "fromisoformat"):
            return python_type.fromisoformat(value)
        return python_type(value)
    except (TypeError, ValueError) as error:
        raise NotFound() from error
