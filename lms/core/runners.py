"""The threads of a worker that run jobs: some for what is quick, some for what takes minutes.

Wake-ups and the sweep offer ids and never wait; whoever is free takes the next. The row decides: a job that another
worker claimed meanwhile, or whose lane is busy, is left to it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from queue import SimpleQueue

import structlog
from flask import Flask

from lms.core.jobs import is_long, run_job

LONG = 2
"""So many jobs that take minutes run at a time."""

Offers = SimpleQueue[int | None]
log = structlog.get_logger("worker")


class Runners:
    """Threads that run what they are offered, each job once."""

    def __init__(self, app: Flask, quick: int, apart: Callable[[int], None]) -> None:
        """Start them."""
        self._app, self._apart = app, apart
        self._lock, self._offered, self._stopping = threading.Lock(), set[int](), False
        self._quick: Offers = SimpleQueue()
        self._long: Offers = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, args=(offers,), name=name, daemon=True)
            for offers, name, count in ((self._quick, "quick", quick), (self._long, "long", LONG))
            for _ in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def offer(self, job_id: int) -> None:
        """Have a job run as soon as somebody is free, unless it is offered or at work already."""
        with self._lock:
            if job_id in self._offered:
                return
            self._offered.add(job_id)
        self._quick.put(job_id)

    def stop(self, within_s: float) -> None:
        """Take nothing more, and wait for what is in hand."""
        self._stopping = True
        for thread in self._threads:
            (self._long if thread.name == "long" else self._quick).put(None)
        end = time.monotonic() + within_s
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def _work(self, offers: Offers) -> None:
        while (job_id := offers.get()) is not None and not self._stopping:
            try:
                with self._app.app_context():
                    if offers is self._quick and is_long(job_id):
                        self._long.put(job_id)
                        continue
                    run_job(job_id, self._apart)
            except Exception as error:  # the database is away: the row waits, and the sweep finds it again
                log.warning("worker.job_failed", id=job_id, error=type(error).__name__)
            with self._lock:
                self._offered.discard(job_id)
