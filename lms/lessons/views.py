"""All pages of the room; importing this module also enters its kinds and listeners."""

from lms.lessons import (
    attribution_views,
    editor_library_views,
    editor_preview_views,
    editor_views,
    item_kinds,
    learn_views,
    listeners,
    outline_views,
    player_views,
    question_kind,
    record_views,
    run_views,
    text_kind,
)
from lms.lessons.blueprint import bp

__all__ = [
    "attribution_views",
    "bp",
    "editor_library_views",
    "editor_preview_views",
    "editor_views",
    "item_kinds",
    "learn_views",
    "listeners",
    "outline_views",
    "player_views",
    "question_kind",
    "record_views",
    "run_views",
    "text_kind",
]
