"""What a merge would move, told by every room that has rows of people. Reading only.

A room above registers one function for what it holds, so that the preview is whole without imports going up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lms.core.i18n import LazyText


@dataclass(frozen=True, slots=True)
class MergeLine:
    """One line of the preview: how many of what; `note` is set where both accounts have the same thing."""

    words: LazyText | str
    count: int
    note: str = ""


Preview = Callable[[int, int], list[MergeLine]]
_previews: list[Preview] = []


def previews_merge(preview: Preview) -> Preview:
    """Register the decorated function, called with the ids of the account kept and the account merged."""
    if preview not in _previews:
        _previews.append(preview)
    return preview


def preview_merge(kept_id: int, merged_id: int) -> list[MergeLine]:
    """Return what would move, room by room, without the lines that count nothing."""
    return [line for preview in _previews for line in preview(kept_id, merged_id) if line.count]
