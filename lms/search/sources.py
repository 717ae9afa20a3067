"""Where documents come from: rooms above register a loader for each kind of page they own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from content_store.search import Document as Document


@dataclass(frozen=True, slots=True)
class Source:
    """`load(uuids)` gives the documents of those that should be found; `all_uuids()` names every candidate."""

    kind: str
    load: Callable[[Sequence[str]], Iterable[Document]]
    all_uuids: Callable[[], Iterator[str]]


_sources: dict[str, Source] = {}


def register_source(source: Source) -> None:
    """Add the source of one kind of page."""
    _sources[source.kind] = source


def find_source(kind: str) -> Source | None:
    """Return the source of `kind`, None when its room is not wired."""
    return _sources.get(kind)


def all_sources() -> tuple[Source, ...]:
    """Return every registered source."""
    return tuple(_sources.values())
