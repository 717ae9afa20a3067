"""Followers read every statement once, in order, whatever is killed, repeated or committed late."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import insert, select

from lms.core.clock import new_uuid, now
from lms.core.db import db, is_sqlite, write
from lms.records import cursors
from lms.records.cursors import Cursor, find_settled_id, follow_statements, has_unread
from lms.records.models import Statement

NAME = "test.follower"


def values(**more: object) -> dict[str, object]:
    return {
        "uuid": new_uuid(),
        "at": now(),
        "account": uuid4(),
        "verb": "viewed",
        "object_kind": "activity",
        "object_uuid": uuid4(),
        "body": {},
        **more,
    }


def record(count: int = 1) -> None:
    with write():
        db.session.execute(insert(Statement), [values() for _ in range(count)])


class Reader:
    """Keeps the ids it was given."""

    def __init__(self) -> None:
        self.ids: list[int] = []

    def __call__(self, statements: Sequence[Statement]) -> None:
        self.ids += [one.id for one in statements]


def test_a_new_follower_begins_with_what_comes_from_now_on(act: Flask) -> None:
    record(3)
    reader = Reader()
    assert follow_statements(NAME, reader) == 0
    record(2)
    assert has_unread(NAME)
    assert follow_statements(NAME, reader) == 2
    assert reader.ids == [4, 5]
    assert not has_unread(NAME)
    assert follow_statements(NAME, reader) == 0


def test_a_follower_may_begin_at_the_start_and_reads_in_batches(
    act: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cursors, "BATCH", 2)
    record(5)
    reader = Reader()
    assert follow_statements(NAME, reader, from_start=True) == 5
    assert reader.ids == [1, 2, 3, 4, 5]


def test_a_follower_that_fails_in_a_batch_has_done_nothing_of_it_and_goes_on_there(
    act: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cursors, "BATCH", 2)
    record(4)

    def handle(statements: Sequence[Statement]) -> None:
        with write():
            db.session.add(Cursor(name=f"mark{statements[0].id}", position=0))
            db.session.flush()
        if statements[0].id == 3:
            raise OSError("killed")

    with pytest.raises(OSError, match="killed"):
        follow_statements(NAME, handle, from_start=True)
    kept = set(db.session.scalars(select(Cursor.name)))
    assert kept == {NAME, "mark1"}, "the second batch left nothing behind"
    reader = Reader()
    assert follow_statements(NAME, reader) == 2
    assert reader.ids == [3, 4]


def test_a_statement_committed_late_with_a_lower_id_is_not_passed_over(
    act: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL ids are given before the commit; SQLite has one writer, so there the case cannot arise."""
    if is_sqlite():
        record(2)
        assert find_settled_id() == 2
        return
    monkeypatch.setattr(cursors, "PATIENCE_S", 0.1)
    reader = Reader()
    follow_statements(NAME, reader)
    with db.engine.connect() as slow:
        slow.execute(insert(Statement).values(**values()))
        record()
        assert find_settled_id() is None, "somebody may still bring a lower id"
        assert follow_statements(NAME, reader) == 0
        slow.commit()
    assert follow_statements(NAME, reader) == 2
    assert reader.ids == [1, 2]
