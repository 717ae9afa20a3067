"""How fast the library finds at its full size: 100,000 records with full text, 200 different questions with facets.

`library.search_whoosh_20k` is the embedded engine at the size it is meant for, the two others hold five times as much.
`library.suggest` is that of the slowest of the three, asked as somebody types. Records and indexes are made once and
kept in `var/bench/library`: an index takes some minutes, and is made anew when its format or the terms of documents change.

`library.freshness_s` is how long a published item takes to be found on a site with its worker, the worst of five.
`cpu_p95_ms` is what a question worked, here and in PostgreSQL; on a busy machine the clock shows more. Linux only.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

from bench import search
from bench._library_corpus import KEPT, documents, searches, suggestions
from bench._site import installation, served
from bench.figures import Figure, is_asked
from content_store.search import Query, SearchIndex, open_index
from content_store.search.terms import FORMAT, analyze, tidy
from tests import fixtures_postgres
from tests.browser.live import run_module

NAME = "bench"
ENGINES = {"whoosh_20k": 20_000, "tantivy_100k": 100_000, "pg_100k": 100_000}
SUGGEST, FRESHNESS = "library.suggest.p95_ms", "library.freshness_s"
_TRIED = 20  # documents that tell how all are taken apart


@dataclass(frozen=True)
class Times:
    """Seconds by the clock and of work, of every question."""

    wall: list[float]
    worked: list[float]

    @staticmethod
    def late(times: list[float]) -> float:
        """The 95th of a hundred, in milliseconds."""
        return 1000 * sorted(times)[len(times) * 95 // 100]

    @staticmethod
    def middle(times: list[float]) -> float:
        """The 50th of a hundred, in milliseconds."""
        return 1000 * sorted(times)[len(times) // 2]


def measure() -> Iterator[Figure]:
    """Yield `library.search_<engine>.*`, `library.suggest.p95_ms` and `library.freshness_s`."""
    suggested: dict[str, float] = {}
    for engine, size in ENGINES.items():
        name = f"library.search_{engine}"
        figures = [f"{name}.p95_ms", f"{name}.p50_ms", f"{name}.cpu_p95_ms", f"{name}.suggest_p95_ms"]
        if not any(map(is_asked, (*figures, SUGGEST))):
            continue
        with opened(engine, size) as (index, _):
            if any(map(is_asked, figures)):
                times = asked(index, searches(size), search.searching)
                late, middle = times.late(times.wall), times.middle(times.wall)
                for figure, value in zip(figures, (late, middle, times.late(times.worked)), strict=False):
                    yield Figure(figure, value, "ms")
            if is_asked(figures[-1]) or is_asked(SUGGEST):
                suggested[engine] = Times.late(asked(index, suggestions(size), suggesting).wall)
                yield Figure(figures[-1], suggested[engine], "ms")
    if suggested and is_asked(SUGGEST):
        yield Figure(SUGGEST, max(suggested.values()), "ms")
    if is_asked(FRESHNESS):
        yield Figure(FRESHNESS, max(freshness()), "s")


def asked(index: SearchIndex, queries: list[Query], asking: search.Asking) -> Times:
    """Ask every question once, after one that opens the index."""
    index.search(search.WARM_UP)
    pairs = [search.seconds(asking, index, query) for query in queries]
    return Times([wall for wall, _ in pairs], [worked for _, worked in pairs])


def suggesting(index: SearchIndex, query: Query) -> object:
    """Ask how it goes on."""
    return index.suggest(query)


@contextmanager
def opened(engine: str, size: int) -> Iterator[tuple[SearchIndex, str]]:
    """Give an engine its records, and say where it lies; what was kept is used when it is whole and of this recipe."""
    product = engine.partition("_")[0]
    home = KEPT / f"{engine}-{recipe()}"
    for old in KEPT.glob(f"{engine}-*"):
        if old != home or not (home / "whole").exists():
            shutil.rmtree(old)
    if product != "pg":
        url = f"{product}://{home.as_posix()}"
        index = open_index(url, name=NAME)
        filled(index, home, size)
        yield index, url
        index.close()
        return
    fixtures_postgres._SETTINGS["shared_buffers"] = "128MB"  # PostgreSQL's own default; tests have less
    with fixtures_postgres.postgres_server(kept=home) as server:
        url = database(server, fresh=not (home / "whole").exists())
        index = open_index(url, name=NAME)
        filled(index, home, size)
        index.search(search.WARM_UP)
        search.BACKENDS[:] = search.backends(server)
        yield index, url
        search.BACKENDS.clear()
        index.close()


def database(server: str, *, fresh: bool) -> str:
    """Return the database of the index; its name is told by a fresh one only once."""
    note = KEPT / "pg-database"
    if fresh:
        note.write_text(str(make_url(fixtures_postgres.fresh_database(server)).database))
    return make_url(server).set(database=note.read_text()).render_as_string(hide_password=False)


def filled(index: SearchIndex, home: Path, size: int) -> None:
    """Build the index unless it is kept."""
    if (home / "whole").exists():
        return
    print(f"# building {home.name}: some minutes", file=sys.stderr, flush=True)
    started = time.monotonic()
    index.rebuild(documents(size))
    print(f"# built in {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    (home / "whole").touch()


def recipe() -> str:
    """Name what an index depends on: the number of its format, and what some documents are taken apart into."""
    digest = hashlib.sha256(str(FORMAT).encode())
    for document in documents(_TRIED):
        analysis = analyze(tidy(document))
        for terms in (analysis.exact, analysis.folded, analysis.pairs):
            digest.update(repr(sorted((term, found.number) for term, found in terms.items())).encode())
        digest.update(repr((analysis.title_order, analysis.facets)).encode())
    return digest.hexdigest()[:12]


def freshness() -> Iterator[float]:
    """Publish items on a site with its worker, and look for each until it is found, as anyone would."""
    with installation("sqlite") as place, served(place) as site:
        told = run_module("bench._freshness", f"http://127.0.0.1:{site.port}", environ=place.environ)
        yield from map(float, json.loads(told.splitlines()[-1]))
