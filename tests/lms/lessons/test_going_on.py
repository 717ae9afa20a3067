"""Where a learner goes on: where he was, unless that is done."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from lms.lessons.snapshots import FrozenActivity, Snapshot

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


@pytest.mark.parametrize(
    ("at", "done", "place"),
    [
        (None, set(), ONE),
        (TWO, set(), TWO),
        (TWO, {TWO}, THREE),
        (THREE, {TWO, THREE}, ONE),
        (THREE, {ONE, TWO, THREE}, THREE),
        (UUID(int=9), {ONE}, TWO),
    ],
    ids=[
        "at the start",
        "where he was",
        "the next one",
        "what was left out",
        "all done",
        "a place that went",
    ],
)
def test_the_next_thing_to_do_is_named(at: UUID | None, done: set[UUID], place: UUID):
    activities = cast(
        tuple[FrozenActivity, ...], tuple(SimpleNamespace(uuid=one) for one in (ONE, TWO, THREE))
    )
    empty: Any = None
    snapshot = Snapshot("", ONE, "", "", empty, activities)
    assert snapshot.go_on_from(at, done).uuid == place
