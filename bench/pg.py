"""`pg.page.*`: the pages of `page` on PostgreSQL, as a city runs it (fsync on, search in the database)."""

from __future__ import annotations

from collections.abc import Iterator

from bench.figures import Figure
from bench.page import measure_engine


def measure() -> Iterator[Figure]:
    """Yield the figures that were asked for."""
    yield from measure_engine("postgres", "pg.page")
