"""Pages are cut by key; a cursor is only what we gave out."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms.core.actor import SYSTEM
from lms.core.audit import AuditEntry, record_audit
from lms.core.db import db, write
from lms.core.errors import NotFound
from lms.core.paging import decode_cursor, encode_cursor, take_page

KEYS = (AuditEntry.at, AuditEntry.id)


def fill(count: int) -> None:
    with write():
        for number in range(count):
            record_audit(SYSTEM, "read", "thing", number)


def read_all(keys: tuple[Any, ...], *, descending: bool) -> list[int]:
    seen: list[int] = []
    after = None
    for _page in range(20):
        page = take_page(
            db.session(), select(AuditEntry), keys=keys, after=after, size=3, descending=descending
        )
        seen += [row.id for row in page.rows]
        if (after := page.next) is None:
            break
    return seen


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    "keys",
    [(AuditEntry.id,), (AuditEntry.action, AuditEntry.id), KEYS],
    ids=["id", "text", "moment"],
)
def test_every_row_comes_once_and_in_order(act: Flask, keys: tuple[Any, ...], descending: bool):
    fill(7)
    seen = read_all(keys, descending=descending)
    assert seen == sorted(set(seen), reverse=descending) and len(seen) == 7


def test_a_full_last_page_has_no_next(act: Flask):
    fill(3)
    assert take_page(db.session(), select(AuditEntry), keys=KEYS, size=3).next is None


def test_a_row_that_comes_meanwhile_shifts_nothing(act: Flask):
    fill(4)
    first = take_page(db.session(), select(AuditEntry), keys=KEYS, size=2, descending=True)
    fill(2)
    second = take_page(db.session(), select(AuditEntry), keys=KEYS, after=first.next, size=2, descending=True)
    assert {row.id for row in first.rows}.isdisjoint({row.id for row in second.rows})


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "%%%",
        "AAAA",
        encode_cursor(["2026-01-01T00:00:00+00:00"]),
        encode_cursor(["no day", 1]),
        encode_cursor(["2026-01-01T00:00:00+00:00", "no number"]),
        encode_cursor(["2026-01-01T00:00:00+00:00", 1, 2]),
        base64.urlsafe_b64encode(json.dumps({"a": 1}).encode()).decode(),
        base64.urlsafe_b64encode(json.dumps([["x"], None]).encode()).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe\xfd").decode(),
    ],
)
def test_a_forged_cursor_is_not_found(act: Flask, cursor: str):
    with pytest.raises(NotFound):
        take_page(db.session(), select(AuditEntry), keys=KEYS, after=cursor)


def test_a_cursor_brings_its_values_back():
    assert decode_cursor(encode_cursor(["Ấ.4", 12, 1.5]), 3) == ["Ấ.4", 12, 1.5]
