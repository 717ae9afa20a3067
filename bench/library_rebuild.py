"""Whether the library can be searched while its index is built anew at its full size.

`library.rebuild_<engine>`: another process rebuilds the kept index from all its records, as the worker does, while
this one asks the 200 questions of `library.search_<engine>` over and over, until the new index stands and once more
after it. `failed` counts questions that were refused or found another number of items than before: 0 is asked.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle

from bench._library_corpus import documents, searches
from bench.figures import Figure, is_asked
from bench.library_search import ENGINES, NAME, Times, opened
from content_store.search import Query, SearchIndex, open_index
from content_store.search.port import SearchUnavailable


@dataclass
class Asked:
    """What came of the questions asked meanwhile."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0

    def ask(self, index: SearchIndex, query: Query, total: int) -> None:
        """Ask one question whose number of matches is known."""
        began = time.perf_counter()
        try:
            self.failed += index.search(query).total != total
        except SearchUnavailable:
            self.failed += 1
        self.seconds.append(time.perf_counter() - began)


def measure() -> Iterator[Figure]:
    """Yield `library.rebuild_<engine>.s`, `.asked`, `.failed` and `.p95_ms`."""
    for engine, size in ENGINES.items():
        name = f"library.rebuild_{engine}"
        figures = [f"{name}.{figure}" for figure in ("s", "asked", "failed", "p95_ms")]
        if not any(map(is_asked, figures)):
            continue
        with opened(engine, size) as (index, url):
            took, found = rebuilt_under(index, url, size)
        values = (took, len(found.seconds), found.failed, Times.late(found.seconds))
        for figure, value, unit in zip(figures, values, ("s", "questions", "questions", "ms"), strict=True):
            yield Figure(figure, value, unit)


def rebuilt_under(index: SearchIndex, url: str, size: int) -> tuple[float, Asked]:
    """Build an index anew in another process and search it meanwhile; return the seconds and what was found."""
    known = [(query, index.search(query).total) for query in searches(size)]
    worker = multiprocessing.get_context("spawn").Process(target=rebuild, args=(url, size))
    asked, began = Asked(), time.monotonic()
    worker.start()
    for query, total in cycle(known):
        if not worker.is_alive():
            break
        asked.ask(index, query, total)
    took = time.monotonic() - began
    if worker.exitcode:
        raise RuntimeError(f"the rebuild ended with {worker.exitcode}")
    for query, total in known:
        asked.ask(index, query, total)
    return took, asked


def rebuild(url: str, size: int) -> None:
    """What the other process does."""
    index = open_index(url, name=NAME)
    index.rebuild(documents(size))
    index.close()
