"""All pages of the room; importing this module also enters its kinds and listeners."""

from lms.lessons import item_kinds, learn_views, listeners, player_views, question_kind, run_views, text_kind
from lms.lessons.blueprint import bp

__all__ = [
    "bp",
    "item_kinds",
    "learn_views",
    "listeners",
    "player_views",
    "question_kind",
    "run_views",
    "text_kind",
]
