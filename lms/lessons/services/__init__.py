"""What people do with lessons: write drafts, publish them, learn by them."""

from lms.lessons.services.drafts import (
    add_activity,
    create_lesson,
    move_activity,
    move_lesson,
    restore_activity,
    restore_lesson,
    trash_activity,
    trash_lesson,
    update_activity,
    update_lesson,
)
from lms.lessons.services.learning import (
    answer_question,
    complete_activity,
    try_question,
    view_activity,
)
from lms.lessons.services.publishing import publish_lesson, schedule_lesson, take_lessons

__all__ = [
    "add_activity",
    "answer_question",
    "complete_activity",
    "create_lesson",
    "move_activity",
    "move_lesson",
    "publish_lesson",
    "restore_activity",
    "restore_lesson",
    "schedule_lesson",
    "take_lessons",
    "trash_activity",
    "trash_lesson",
    "try_question",
    "update_activity",
    "update_lesson",
    "view_activity",
]
