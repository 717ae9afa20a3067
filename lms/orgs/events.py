"""What happens to the tree, for the rooms above. Announced inside the transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class OrgClosed:
    """The node ended; roles held at it end with it."""

    org_id: int
    on: date


@dataclass(frozen=True, slots=True)
class OrgMerged:
    """The node went into another one; roles held at it continue there. `OrgClosed` follows."""

    org_id: int
    into_id: int
    on: date
