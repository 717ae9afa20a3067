"""What the room announces."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LessonPublished:
    """A lesson has a new revision, taken by the runs named."""

    lesson_id: int
    revision_id: int
    run_ids: tuple[int, ...]
