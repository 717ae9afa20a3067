"""What the room announces. Listeners of StatementRecorded must be pure projections: replay calls them again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID


class RecordedStatement(Protocol):
    """A statement as listeners may read it; `lms.records.models.Statement` describes the columns."""

    @property
    def id(self) -> int: ...
    @property
    def uuid(self) -> UUID: ...
    @property
    def at(self) -> datetime: ...
    @property
    def account(self) -> UUID: ...
    @property
    def verb(self) -> str: ...
    @property
    def object_kind(self) -> str: ...
    @property
    def object_uuid(self) -> UUID: ...
    @property
    def context_uuid(self) -> UUID | None: ...
    @property
    def revision_uuid(self) -> UUID | None: ...
    @property
    def score(self) -> float | None: ...
    @property
    def max_score(self) -> float | None: ...
    @property
    def success(self) -> bool | None: ...
    @property
    def completion(self) -> bool | None: ...
    @property
    def duration_ms(self) -> int | None: ...
    @property
    def attempt(self) -> int | None: ...
    @property
    def body(self) -> dict[str, Any]: ...
    @property
    def response_digest(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class StatementRecorded:
    """A statement was written (or is told again by a replay).

    `user_id` is for whom it counts, where that is known already; a replay leaves it to be looked up.
    """

    statement: RecordedStatement
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReplayStarted:
    """All projections must forget what they hold; every statement follows in order."""


@dataclass(frozen=True, slots=True)
class AccountReplayStarted:
    """Projections must forget what they hold of these users; the statements that count for them follow in order."""

    user_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReplayEnded:
    """The last statement has been told."""

    count: int
