"""What the room announces."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VersionsRecalled:
    """Versions of an item were withdrawn: no address of their files is given out any more."""

    item_uuid: str
    numbers: tuple[int, ...]
    title: str
    moment: str


@dataclass(frozen=True, slots=True)
class RecallLifted:
    """Withdrawn versions may be used again."""

    item_uuid: str
    numbers: tuple[int, ...]
    title: str
    moment: str


@dataclass(frozen=True, slots=True)
class ItemShown:
    """A version of an item is what its readers see from now on; `is_first` when they saw none before."""

    item_uuid: str
    number: int
    title: str
    is_first: bool
