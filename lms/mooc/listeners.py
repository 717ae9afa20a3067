"""A changed course, and a lesson it newly teaches, change its card."""

from lms.core.clock import now
from lms.core.events import listens_to
from lms.courses.events import CourseChanged
from lms.lessons.events import LessonPublished
from lms.mooc.queries import find_by_course, find_by_run
from lms.search.services import mark_dirty


@listens_to(CourseChanged)
def refresh_card(event: CourseChanged) -> None:
    """Mark the public face stale, so that search finds the new words."""
    found = find_by_course(event.course_id)
    if found is not None:
        found.updated_at = now()
        mark_dirty("course", found.uuid)


@listens_to(LessonPublished)
def refresh_words(event: LessonPublished) -> None:
    """Let search find the course by the title of a lesson that its open run teaches now."""
    for run_id in event.run_ids:
        found = find_by_run(run_id)
        if found is not None:
            mark_dirty("course", found.uuid)
