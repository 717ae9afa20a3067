"""All pages of the room; importing this module also enters its kinds and listeners."""

from lms.lessons import listeners, question_kind, text_kind
from lms.lessons.blueprint import bp

__all__ = ["bp", "listeners", "question_kind", "text_kind"]
