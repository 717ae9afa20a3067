"""How long a search takes: 200 different questions of each kind, one after another, no cache of results.

Beside five kinds of searches there are suggestions while typing (`suggest`) and likeness (`alike`).

`whoosh_20k` is the embedded engine at the size it is meant for, `postgres_100k` the other at five times that. The index
is built anew when the engine or the chapters changed and kept in `var/bench/` otherwise; PostgreSQL runs from its
wheel, with the buffers it has by default, and is thrown away afterwards.

`cpu_p95_ms` is the time the question really worked, here and in PostgreSQL's process: on a machine that is also busy
otherwise it is what the wall clock would show on a quiet one. Linux only.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import psycopg

from bench._search_corpus import KINDS, ROOT, Corpus, samples_folder
from bench.figures import Figure, is_asked
from content_store.search import Query, SearchIndex, open_index
from tests import fixtures_postgres

WHOOSH_SIZE, POSTGRES_SIZE = 20_000, 100_000
KEPT = ROOT / "var" / "bench" / "search"
BACKENDS: list[int] = []
Asking = Callable[[SearchIndex, Query], object]
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


def names(name: str, kind: str) -> list[str]:
    """Name the figures of one kind of question."""
    return [f"search.{name}.{kind}.{figure}" for figure in ("p50_ms", "p95_ms", "cpu_p95_ms")]


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
    fixtures_postgres._SETTINGS["shared_buffers"] = "128MB"  # PostgreSQL's own default; tests have less
    with fixtures_postgres.postgres_server() as server:
        index = open_index(fixtures_postgres.fresh_database(server), name="bench")
        yield built("postgres_100k", index, corpus)
        index.search(WARM_UP)
        BACKENDS[:] = backends(server)
        yield from asked("postgres_100k", index, corpus)
        BACKENDS.clear()
        index.close()


def backends(server: str) -> list[int]:
    """Return the processes of PostgreSQL that answer our pool."""
    with psycopg.connect(server.replace("+psycopg", "")) as connection:
        rows = connection.execute("SELECT pid FROM pg_stat_activity WHERE datname LIKE 'test_%'").fetchall()
    return [int(pid) for (pid,) in rows]


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
        if any(map(is_asked, names(name, kind))):
            times = [seconds(ASKING.get(kind, searching), index, query) for query in corpus.queries(kind)]
            wall, worked = sorted(time for time, _ in times), sorted(time for _, time in times)
            late = len(times) * 95 // 100
            values = wall[len(times) // 2], wall[late], worked[late]
            for figure, value in zip(names(name, kind), values, strict=True):
                yield Figure(figure, 1000 * value, "ms")


def searching(index: SearchIndex, query: Query) -> object:
    """Ask a question."""
    return index.search(query)


def alike(index: SearchIndex, query: Query) -> object:
    """Ask for the records like the one whose number is the text."""
    return index.similar(("item", str(UUID(int=int(query.text)))), query)


ASKING: dict[str, Asking] = {
    "suggest": lambda index, query: index.suggest(query),
    "alike": alike,
}


def seconds(asking: Asking, index: SearchIndex, query: Query) -> tuple[float, float]:
    """Ask one question; return how long it took and how long it worked."""
    started, worked = time.perf_counter(), worked_s()
    asking(index, query)
    return time.perf_counter() - started, worked_s() - worked


def worked_s() -> float:
    """CPU seconds of this process and of every backend of its PostgreSQL, to the nanosecond."""
    return time.process_time() + sum(
        int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9 for pid in BACKENDS
    )


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
