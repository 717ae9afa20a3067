"""All pages of the room; importing this module also enters its kinds and listeners."""

from lms.lessons import (
    attribution_views,
    editor_library_views,
    editor_preview_views,
    editor_views,
    item_kinds,
    learn_views,
    listeners,
    offer_views,
    outline_views,
    player_links,
    player_views,
    question_kind,
    recalled,
    record_views,
    run_views,
    text_kind,
    uses,
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
    "offer_views",
    "outline_views",
    "player_links",
    "player_views",
    "question_kind",
    "recalled",
    "record_views",
    "run_views",
    "text_kind",
    "uses",
]
