"""Events: the only way up. A room announces what happened; rooms above listen, in the same transaction."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

E = TypeVar("E")
_listeners: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def listens_to(event_type: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register the decorated function as a listener of `event_type`; registering twice changes nothing."""

    def register(listener: Callable[[E], None]) -> Callable[[E], None]:
        if listener not in _listeners[event_type]:
            _listeners[event_type].append(listener)
        return listener

    return register


def announce(event: object) -> None:
    """Call every listener of the event's type, in the order in which the rooms were wired."""
    for listener in _listeners[type(event)]:
        listener(event)
