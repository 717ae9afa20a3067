"""`memory.*`: PSS of web (two processes), worker and file server together, at rest and under fifty connections."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench._load import fire
from bench._pages import request_of
from bench._processes import PeakMemory, pss_mb
from bench._site import installation, served
from bench.figures import Figure
from bench.page import COUNT

CONNECTIONS = 50
PAGES = ("catalog", "learn", "course", "lesson", "participants", "answer", "search")
REST_S = 5


def measure() -> Iterator[Figure]:
    """Yield the memory at rest, then the most while fifty connections read and answer."""
    with installation("sqlite") as place:
        seats = place.sign_in()
        with served(place) as site:
            time.sleep(REST_S)
            yield Figure("memory.idle_pss_mb", pss_mb(site.pid), "MB")
            with PeakMemory(site.pid) as peak:
                for name in PAGES:
                    fire(
                        site.port,
                        lambda connection, number, name=name: request_of(name, seats, connection, number),  # type: ignore[misc]
                        connections=CONNECTIONS,
                        count=COUNT,
                    )
            yield Figure("memory.peak_pss_mb", peak.mb, "MB")
