"""A changed course changes its card."""

from lms.core.clock import now
from lms.core.events import listens_to
from lms.courses.events import CourseChanged
from lms.mooc.queries import find_by_course
from lms.search.services import mark_dirty


@listens_to(CourseChanged)
def refresh_card(event: CourseChanged) -> None:
    """Mark the public face stale, so that search finds the new words."""
    found = find_by_course(event.course_id)
    if found is not None:
        found.updated_at = now()
        mark_dirty("course", found.uuid)
