"""The worker process: takes wake-ups from the queue and sweeps for rows that nobody woke."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterable

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from lms.core.checks import Finding, deployment_check
from lms.core.children import name_process
from lms.core.db import db
from lms.core.heaps import give_back, keep_few_heaps
from lms.core.jobs import due_job_ids, find_standstill, renew_leases, run_job
from lms.core.schedule import enqueue_repeated

SWEEP_S = 3.0
RENEW_S = 20.0
log = structlog.get_logger("worker")


@deployment_check
def check_worker(app: Flask) -> Iterable[Finding]:
    """Say that work waits and nobody does it."""
    try:
        since = find_standstill()
    except SQLAlchemyError:  # of the database another check tells
        since = None
    finally:
        db.session.rollback()
    if since is not None:
        yield Finding(
            f"Background work has waited since {since:%Y-%m-%d %H:%M} UTC: no worker runs. Start `lms serve` or `lms worker`."
        )


def sweep(app: Flask) -> int:
    """Run every due job once, in this thread; return how many were tried."""
    with app.app_context():
        ids = due_job_ids()
        db.session.rollback()
        for job_id in ids:
            run_job(job_id)
        return len(ids)


def keep_sweeping(app: Flask, stopping: threading.Event, on_tick: Callable[[], None] | None = None) -> None:
    """Sweep until told to stop, what is due by the clock first; a database that is away is waited for, not died of."""
    while not stopping.wait(SWEEP_S):
        try:
            with app.app_context():
                enqueue_repeated()
            sweep(app)
            give_back()  # what a job read is large, and small again a moment later
            if on_tick is not None:
                on_tick()
        except Exception as error:  # whatever breaks, the next sweep must come
            log.warning("worker.sweep_failed", error=type(error).__name__)


def keep_leases(app: Flask, stopping: threading.Event) -> None:
    """Renew the leases of what this process works on, until told to stop; a job may take hours."""
    while not stopping.wait(RENEW_S):
        try:
            with app.app_context():
                renew_leases()
        except Exception as error:  # whatever breaks, the leases must be renewed
            log.warning("worker.renewal_failed", error=type(error).__name__)


def run_worker(app: Flask, threads: int = 2) -> None:
    """Work until SIGTERM or SIGINT, then finish the job in hand and leave."""
    name_process("lms worker")
    keep_few_heaps()
    stopping = threading.Event()
    queue = app.extensions["queue"]
    sweeper = threading.Thread(target=keep_sweeping, args=(app, stopping), name="sweeper", daemon=True)
    sweeper.start()
    threading.Thread(target=keep_leases, args=(app, stopping), name="leases", daemon=True).start()
    log.info("worker.started", threads=threads)
    if queue is None:
        signal.signal(signal.SIGTERM, lambda *_: stopping.set())
        while not stopping.is_set():
            time.sleep(0.5)
    else:
        consumer = queue.create_consumer(workers=threads, periodic=False, check_worker_health=True)
        consumer.run()
        stopping.set()
    sweeper.join(timeout=20)
    log.info("worker.stopped")
