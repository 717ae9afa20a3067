"""What happens to accounts and roles, for the rooms above. Announced inside the transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


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
