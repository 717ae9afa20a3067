"""`page.*`: what the main pages cost on SQLite, and how fast they are, on the corpus of a thousand learners.

Caches are off except where the name says `cached`. CPU is that of the web processes and the database's.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator

from bench._load import Request, Run, fire
from bench._pages import PAGES, Seats, request_of, same_user
from bench._processes import cpu_seconds
from bench._site import Installation, Served, installation, served
from bench.figures import Figure, is_asked

COUNT = int(os.environ.get("BENCH_COUNT", "2000"))
WARM = min(300, COUNT)
OTHERS = ("lms files:", "lms worker:")  # processes that no page waits for
FIGURES = (
    "cpu_ms",
    "queries",
    "rps_c1",
    "rps_c10",
    "rps_c50",
    "p50_c10_ms",
    "p95_c10_ms",
    "p99_c10_ms",
    "kb",
)


def measure() -> Iterator[Figure]:
    """Yield the figures that were asked for."""
    yield from measure_engine("sqlite", "page")


def measure_engine(engine: str, prefix: str) -> Iterator[Figure]:
    """Yield `<prefix>.<page>.<figure>` of every page asked for, on one database engine."""
    asked = [name for name in PAGES if any(is_asked(f"{prefix}.{name}.{figure}") for figure in FIGURES)]
    with installation(engine) as place:
        seats = place.sign_in()
        for is_cached in (False, True):
            names = [name for name in asked if name.endswith("_cached") == is_cached]
            same = not is_cached and is_asked(f"{prefix}.same_user.rps_ratio")
            if not names and not same:
                continue
            cache = "memory:" if is_cached else "none:"
            queries = place.ask("queries", {"seats": vars(seats), "names": names}, CACHE_URL=cache)
            with served(place, CACHE_URL=cache) as site:
                for name in names:
                    print(f"# {prefix}.{name}", file=sys.stderr, flush=True)
                    yield from _measure_page(place, site, seats, prefix, name, queries[name])
                    if name == "library" and engine == "sqlite":
                        given = {"seats": vars(seats), "name": name, "count": 2 * min(COUNT, 300)}
                        spent = place.ask("engine", given, CACHE_URL=cache)
                        yield Figure(f"{prefix}.{name}.engine_cpu_ms", spent, "ms")
                if same:
                    yield Figure(f"{prefix}.same_user.rps_ratio", _same_user_ratio(site, seats), "x")


def _measure_page(
    place: Installation, site: Served, seats: Seats, prefix: str, name: str, queries: int
) -> Iterator[Figure]:
    before = place.ask("answered") if name == "answer" else 0
    used = 0

    def load(connections: int, count: int, *, check_all: bool = False) -> Run:
        nonlocal used
        start, used = used, used + count
        make = _numbered(name, seats, start)
        return fire(site.port, make, connections=connections, count=count, check_all=check_all)

    load(10, WARM, check_all=True)
    alone = load(1, COUNT)
    cpu = cpu_seconds(*site.measured, without=OTHERS)
    ten = load(10, COUNT)
    cpu = cpu_seconds(*site.measured, without=OTHERS) - cpu
    fifty = load(50, COUNT)
    if name == "answer" and place.ask("answered") - before != used:
        raise RuntimeError(
            f"{used} answers were acknowledged, {place.ask('answered') - before} are on record"
        )
    values = (
        (1000 * cpu / COUNT, "ms"),
        (float(queries), ""),
        (alone.rate, "req/s"),
        (ten.rate, "req/s"),
        (fifty.rate, "req/s"),
        (ten.percentile_ms(50), "ms"),
        (ten.percentile_ms(95), "ms"),
        (ten.percentile_ms(99), "ms"),
        (ten.received / COUNT / 1000, "kB"),
    )
    for figure, (value, unit) in zip(FIGURES, values, strict=True):
        yield Figure(f"{prefix}.{name}.{figure}", value, unit)


def _numbered(name: str, seats: Seats, start: int) -> Callable[[int, int], Request]:
    """Number the requests of one page on through all its runs: each first view and first answer is used once."""
    return lambda connection, number: request_of(name, seats, connection, start + number)


def _same_user_ratio(site: Served, seats: Seats) -> float:
    """Return the rate of ten parallel requests of one user by that of ten users."""
    rates = {"one": 0.0, "ten": 0.0}
    for _turn in range(
        2
    ):  # alternating, the better of two, so that a busy moment of the machine does not decide
        for who, page in (("ten", PAGES["course"]), ("one", same_user)):
            make = _shared(page, seats)
            rates[who] = max(rates[who], fire(site.port, make, connections=10, count=COUNT // 2).rate)
    return rates["one"] / rates["ten"]


def _shared(page: Callable[[Seats, int, int], Request], seats: Seats) -> Callable[[int, int], Request]:
    return lambda connection, number: page(seats, connection, number)
