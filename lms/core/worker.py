"""The worker process: takes wake-ups from the queue, sweeps for rows that nobody woke, and hands both to its runners."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from lms.core.apart import Seed, plant_seed
from lms.core.checks import Finding, deployment_check
from lms.core.children import name_process
from lms.core.db import db
from lms.core.heaps import give_back, keep_few_heaps
from lms.core.jobs import due_job_ids, find_standstill, perform, renew_leases, run_job
from lms.core.leases import RENEW_S, LeaseWatch
from lms.core.runners import Runners
from lms.core.schedule import enqueue_repeated

SWEEP_S = 3.0
FINISH_S = 15.0
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


def sweep(app: Flask, take: Callable[[int], object] = run_job) -> int:
    """Have every due job run once: in this thread, or by whoever takes it. Return how many there were."""
    with app.app_context():
        ids = due_job_ids()
        db.session.rollback()
        for job_id in ids:
            take(job_id)
        return len(ids)


def keep_sweeping(app: Flask, stopping: threading.Event, take: Callable[[int], object]) -> None:
    """Sweep until told to stop, what is due by the clock first; a database that is away is waited for, not died of."""
    while not stopping.wait(SWEEP_S):
        try:
            with app.app_context():
                enqueue_repeated()
            sweep(app, take)
            give_back()  # what a job read is large, and small again a moment later
        except Exception as error:  # whatever breaks, the next sweep must come
            log.warning("worker.sweep_failed", error=type(error).__name__)


def keep_leases(app: Flask, stopping: threading.Event) -> None:
    """Renew the leases of what this process works on, and end those of the dead, until told to stop."""
    watch = LeaseWatch()
    while not stopping.wait(RENEW_S):
        try:
            with app.app_context():
                renew_leases()
                watch.end_dead()
        except Exception as error:  # whatever breaks, the leases must be renewed
            log.warning("worker.renewal_failed", error=type(error).__name__)


def run_worker(app: Flask, threads: int = 2) -> None:
    """Work until SIGTERM or SIGINT, then finish the job in hand and leave.

    `threads` is how many quick jobs run at a time; those that take minutes have threads of their own.
    """
    name_process("lms worker")
    keep_few_heaps()
    runners = Runners(app, threads, _apart(plant_seed(app, perform)))
    app.extensions["take_job"] = runners.offer
    stopping = threading.Event()
    queue = app.extensions["queue"]
    for name, work in (("sweeper", partial(keep_sweeping, take=runners.offer)), ("leases", keep_leases)):
        threading.Thread(target=work, args=(app, stopping), name=name, daemon=True).start()
    log.info("worker.started", threads=threads)
    if queue is None:
        signal.signal(signal.SIGTERM, lambda *_: stopping.set())
        while not stopping.is_set():
            time.sleep(0.5)
    else:
        queue.create_consumer(workers=1, periodic=False, check_worker_health=True).run()
    runners.stop(FINISH_S)  # their leases are renewed until then
    stopping.set()
    log.info("worker.stopped")


def _apart(seed: Seed | None) -> Callable[[int], None]:
    """What runs a job in a process of its own; in the thread itself where that cannot be."""

    def run(job_id: int) -> None:
        if seed is not None:
            try:
                return seed.run(job_id)
            except OSError as error:
                log.warning("worker.no_seed", error=type(error).__name__)
        return perform(job_id)

    return run
