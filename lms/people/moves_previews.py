"""What a pupil's move means in the rooms above, told before it is made. Reading only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lms.core.i18n import LazyText


@dataclass(frozen=True, slots=True)
class MoveLine:
    """One line of the preview: what is left or joined, by its names."""

    words: LazyText | str
    names: tuple[str, ...]


Preview = Callable[[int, int, int | None], list[MoveLine]]
_previews: list[Preview] = []


def previews_move(preview: Preview) -> Preview:
    """Register the decorated function, called with the ids of the pupil, the old class and the new one."""
    if preview not in _previews:
        _previews.append(preview)
    return preview


def preview_move(user_id: int, from_id: int, to_id: int | None) -> list[MoveLine]:
    """Return what the move would end and begin, without empty lines."""
    return [line for preview in _previews for line in preview(user_id, from_id, to_id) if line.names]
