"""Snapshots: the frozen content of a lesson as plain JSON, and the value the player reads it through.

A snapshot never changes, so its parsed form is kept in this process, by digest.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from uuid import UUID

FORMAT = 1
_KEPT = 256
_parsed: OrderedDict[str, Snapshot] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, slots=True)
class FrozenActivity:
    """One activity as it was published; `body` is what its kind froze."""

    uuid: UUID
    kind: str
    title: str
    scored: bool
    points: float
    pin: str | None
    body: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A published lesson."""

    digest: str
    lesson_uuid: UUID
    title: str
    goal: str
    minutes: int | None
    activities: tuple[FrozenActivity, ...]

    def find(self, uuid: UUID) -> FrozenActivity | None:
        """Return the activity of this uuid."""
        return next((activity for activity in self.activities if activity.uuid == uuid), None)

    def go_on_from(self, at: UUID | None, done: Collection[UUID]) -> FrozenActivity:
        """Return where a learner who was last at `at` goes on: there, or at the next one not done, or the first such."""
        place = next((index for index, one in enumerate(self.activities) if one.uuid == at), 0)
        ahead = (*self.activities[place:], *self.activities[:place])
        return next((one for one in ahead if one.uuid not in done), self.activities[place])

    def place_of(self, uuid: UUID) -> int:
        """Return the place of an activity, the first being 0."""
        return next(index for index, activity in enumerate(self.activities) if activity.uuid == uuid)


def canonical_json(data: dict[str, Any]) -> str:
    """Return the one way of writing `data`: sorted keys, no spaces, letters as they are."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest_of(data: dict[str, Any]) -> str:
    """Return the SHA-256 of the canonical JSON."""
    return hashlib.sha256(canonical_json(data).encode()).hexdigest()


def parse_snapshot(data: dict[str, Any], digest: str) -> Snapshot:
    """Return the value of stored snapshot data."""
    lesson = data["lesson"]
    return Snapshot(
        digest=digest,
        lesson_uuid=UUID(lesson["uuid"]),
        title=lesson["title"],
        goal=lesson["goal"],
        minutes=lesson["minutes"],
        activities=tuple(
            FrozenActivity(
                uuid=UUID(row["uuid"]),
                kind=row["kind"],
                title=row["title"],
                scored=row["scored"],
                points=row["points"],
                pin=row["pin"],
                body=row["body"],
            )
            for row in data["activities"]
        ),
    )


def remembered(digest: str) -> Snapshot | None:
    """Return the snapshot of this digest if this process has read it lately."""
    with _lock:
        found = _parsed.get(digest)
        if found is not None:
            _parsed.move_to_end(digest)
        return found


def remember(snapshot: Snapshot) -> Snapshot:
    """Keep a parsed snapshot; the one longest unused makes room."""
    with _lock:
        _parsed[snapshot.digest] = snapshot
        while len(_parsed) > _KEPT:
            _parsed.popitem(last=False)
    return snapshot
