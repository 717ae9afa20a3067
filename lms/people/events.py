"""What happens to accounts and roles, for the rooms above. Announced inside the transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class UserCreated:
    """An account exists, made by the school or by its owner."""

    user_id: int


@dataclass(frozen=True, slots=True)
class RoleGranted:
    """A role begins on `valid_from`; `learner` at a class makes a member of the class."""

    user_id: int
    org_id: int
    role: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class RoleEnded:
    """A role no longer holds from `on`."""

    user_id: int
    org_id: int
    role: str
    on: date


@dataclass(frozen=True, slots=True)
class UsersMerged:
    """Two accounts of one person became one; rooms above move what belonged to `merged_id` and note what they moved."""

    merge_id: int
    kept_id: int
    merged_id: int


@dataclass(frozen=True, slots=True)
class UsersUnmerged:
    """A merge is taken back; rooms above restore the rows they noted under `merge_id`."""

    merge_id: int
    kept_id: int
    merged_id: int


@dataclass(frozen=True, slots=True)
class ClassEnding:
    """A class ends with its school year because of the plan `cause`; `ending` are all classes that end with it."""

    org_id: int
    cause: UUID
    ending: frozenset[int]
    on: date


@dataclass(frozen=True, slots=True)
class LearnersJoined:
    """Many learners became members of a class at once: what `RoleGranted` says of one."""

    org_id: int
    user_ids: tuple[int, ...]
    valid_from: date


@dataclass(frozen=True, slots=True)
class LearnersLeft:
    """Many learners are members no more: what `RoleEnded` says of one."""

    org_id: int
    user_ids: tuple[int, ...]
    on: date


@dataclass(frozen=True, slots=True)
class RolloverUndoing:
    """A rollover is about to be taken back and its new classes removed; a listener may refuse with a Conflict."""

    org_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RolloverUndone:
    """The rollover `cause` was taken back; what ended because of it goes on."""

    cause: UUID
