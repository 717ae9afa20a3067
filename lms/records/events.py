"""What the room announces. Listeners of StatementRecorded must be pure projections: replay calls them again."""

from dataclasses import dataclass

from lms.records.models import Statement


@dataclass(frozen=True, slots=True)
class StatementRecorded:
    """A statement was written (or is told again by a replay)."""

    statement: Statement


@dataclass(frozen=True, slots=True)
class ReplayStarted:
    """All projections must forget what they hold; every statement follows in order."""


@dataclass(frozen=True, slots=True)
class ReplayEnded:
    """The last statement has been told."""

    count: int
