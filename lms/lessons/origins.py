"""The shared lessons that a lesson was made from: what it owes them, for as long as it is there."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from lms.core.db import db
from lms.lessons.sharing_models import LessonOrigin
from lms.library.queries import load_pinned
from lms.library.values import PinnedItem


def origin_pins(lesson_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return the pins of the shared lessons behind each of several lessons, in one query."""
    wanted = list(lesson_ids)
    rows = db.session.execute(
        select(LessonOrigin.lesson_id, LessonOrigin.pin)
        .where(LessonOrigin.lesson_id.in_(wanted))
        .order_by(LessonOrigin.lesson_id, LessonOrigin.pin)
    )
    found: dict[int, list[str]] = {}
    for lesson_id, pin in rows:
        found.setdefault(lesson_id, []).append(pin)
    return found


def list_origins(lesson_ids: Iterable[int]) -> list[PinnedItem]:
    """Return the shared lessons behind several lessons, each once; two queries at most."""
    pins = sorted({pin for found in origin_pins(lesson_ids).values() for pin in found})
    items = load_pinned(pins) if pins else {}
    return [items[pin] for pin in pins if pin in items]
