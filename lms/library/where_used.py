"""The hook by which rooms above tell where an item is used: the library itself knows of no lesson."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ScalarSelect

from content_store.models import Item
from lms.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Use:
    """One place that uses an item, seen by someone who may know its name; `numbers` are the versions it uses.

    `editor` is the endpoint, with the same values, where whoever wrote the place puts another item there.
    """

    title: str
    within: str
    endpoint: str
    values: Mapping[str, object]
    numbers: tuple[int, ...]
    editor: str = ""


@dataclass(frozen=True, slots=True)
class Uses:
    """The places someone may see by name, how many there are of those, and how many others."""

    seen: Sequence[Use] = ()
    named: int = 0
    others: int = 0


Finder = Callable[[Actor, Sequence[str]], Uses]
Counter = Callable[[], ScalarSelect[int]]
_finders: dict[str, Finder] = {}
_counters: dict[str, Counter] = {}


def register_uses(name: str, finder: Finder, counter: Counter) -> None:
    """Enter a finder of uses, and what selects how many there are of `:pins`; the same name replaces."""
    _finders[name], _counters[name] = finder, counter


def select_uses() -> list[ScalarSelect[int]]:
    """Select how many places use one of `:pins`, a number for each kind. They ride along with others of the page."""
    return [counter() for counter in _counters.values()]


def pins_of(item: Item) -> list[str]:
    """Return every pin of an item: stored pins are then found by equality, which any index serves."""
    return [f"{item.uuid}@{number}" for number in range(1, item.latest_number + 1)]


def find_uses(actor: Actor, item: Item) -> Uses:
    """Return where an item is used, as far as the actor may know it."""
    pins = pins_of(item)
    found = [finder(actor, pins) for finder in _finders.values()]
    return Uses(
        [use for one in found for use in one.seen],
        sum(one.named for one in found),
        sum(one.others for one in found),
    )
