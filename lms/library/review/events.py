"""What review announces. Ids and the title only: whoever listens reads the rest for whom it may concern."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReviewAsked:
    """A version stands in the queue, or was given to a certain reviewer."""

    review_uuid: str
    title: str
    assigned_to: int | None = None


@dataclass(frozen=True, slots=True)
class ReviewAnswered:
    """Something was said or decided; `kind` is that of the step, `scope` the circle that was shown it by this, if any."""

    review_uuid: str
    step_uuid: str
    title: str
    kind: str
    author_id: int
    scope: str = ""


@dataclass(frozen=True, slots=True)
class AuthorReplied:
    """The author said something in a review, also in one that asked for changes."""

    review_uuid: str
    step_uuid: str
    title: str
