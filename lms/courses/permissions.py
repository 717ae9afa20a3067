"""Who may do what with courses and runs: pure arithmetic on the actor, the rows and their places in the tree."""

from __future__ import annotations

from collections.abc import Iterable

from lms.core.actor import Actor
from lms.courses.models import Course, Enrollment

AUTHORS = ("teacher", "editor", "school_admin", "org_admin", "sysadmin")
KEEPERS = ("editor", "school_admin", "org_admin", "sysadmin")
OVERSEERS = ("school_admin", "org_admin", "sysadmin")


def can_create_course(actor: Actor, lineage: Iterable[int]) -> bool:
    """Anyone who teaches or looks after the place may start a course there."""
    return actor.has_role_at(lineage, *AUTHORS)


def can_edit_course(actor: Actor, course: Course, lineage: Iterable[int]) -> bool:
    """The owner while still an author there, and those who keep the place's courses."""
    lineage = tuple(lineage)
    if actor.has_role_at(lineage, *KEEPERS):
        return True
    return actor.user_id == course.owner_id and actor.has_role(*AUTHORS)


def can_read_course(actor: Actor, course: Course, lineage: Iterable[int]) -> bool:
    """Colleagues of the place may look at a course's design."""
    lineage = tuple(lineage)
    return can_edit_course(actor, course, lineage) or actor.has_role_at(lineage, *AUTHORS)


def can_manage_run(actor: Actor, course: Course, lineage: Iterable[int], place: Enrollment | None) -> bool:
    """The run's teachers, the course's owner, and those who oversee the place."""
    if place is not None and place.role == "teacher" and place.status == "active":
        return True
    if actor.has_role_at(lineage, *OVERSEERS):
        return True
    return actor.user_id == course.owner_id and actor.has_role(*AUTHORS)


def can_enroll_self(run_kind: str, run_state: str) -> bool:
    """Open runs take anyone with an account."""
    return run_kind == "open" and run_state == "open"
