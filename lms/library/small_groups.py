"""Numbers of people made safe to show: no small group, and none that can be found by taking one number from another.

Pure. A group below `LEAST` is shown neither by itself nor as what a total leaves over: what is held back is always
`LEAST` people at least, else the smallest group that could be shown is held back with it. Numbers are rounded down to
steps of `LEAST`, so that tomorrow's number does not tell of the one who came today.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEAST = 5


@dataclass(frozen=True, slots=True)
class Group:
    """The exact numbers of one group."""

    name: str
    people: int
    done: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of a group: at least so many people, and how many of them did it.

    `done` is one of `few` (fewer than LEAST), `most` (fewer than LEAST are missing) or `some`, with `done_people` then.
    """

    name: str
    people: int
    done: str
    done_people: int = 0


@dataclass(frozen=True, slots=True)
class Guarded:
    """All groups together, those that may be shown, and those held back, together; None where they are too few."""

    total: Shown | None = None
    groups: Sequence[Shown] = ()
    rest: Shown | None = None


def guard_groups(groups: Iterable[Group]) -> Guarded:
    """Return what may be shown of the groups."""
    known = sorted((one for one in groups if one.people > 0), key=lambda one: (-one.people, one.name))
    shown = [one for one in known if one.people >= LEAST]
    held = [one for one in known if one.people < LEAST]
    while held and shown and _people(held) < LEAST:
        held.insert(0, shown.pop())
    if _people(known) < LEAST:
        return Guarded()
    return Guarded(
        total=_show(_sum("", known)),
        groups=tuple(map(_show, shown)),
        rest=_show(_sum("", held)) if held else None,
    )


def _people(groups: Iterable[Group]) -> int:
    return sum(one.people for one in groups)


def _sum(name: str, groups: Sequence[Group]) -> Group:
    return Group(name, _people(groups), sum(one.done for one in groups))


def _show(group: Group) -> Shown:
    people = round_down(group.people)
    if group.done < LEAST:
        return Shown(group.name, people, "few")
    if group.people - group.done < LEAST:
        return Shown(group.name, people, "most")
    return Shown(group.name, people, "some", round_down(group.done))


def round_down(people: int) -> int:
    """Return a number of people in whole steps; 0 for a group too small to be told of."""
    return people // LEAST * LEAST
