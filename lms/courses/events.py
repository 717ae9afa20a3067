"""What the room announces."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CourseChanged:
    """Title, outline or state of a course changed; search and catalogue may look again."""

    course_id: int


@dataclass(frozen=True, slots=True)
class RunCreated:
    """A new delivery of a course exists."""

    run_id: int


@dataclass(frozen=True, slots=True)
class LearnerEnrolled:
    """A learner got a place in a run, by whatever way."""

    run_id: int
    user_id: int
