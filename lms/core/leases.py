"""Leases that stand still: a worker that was killed renews none, and what it held goes on within half a minute.

Clocks of several nodes differ, so no lease is compared with this node's time here. A living worker's lease moves every
few seconds; one that does not for so long, by this process's own count, is taken from it, if it has not moved until
that very moment.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import select, update

from lms.core.clock import now
from lms.core.db import db, write
from lms.core.jobs import Job

RENEW_S = 5.0
STILL_S = 22.0
log = structlog.get_logger("worker")


class LeaseWatch:
    """What one process has seen of the leases of all workers."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing seen."""
        self._seconds = seconds
        self._seen: dict[int, tuple[datetime | None, float]] = {}

    def end_dead(self) -> int:
        """Look at all leases; end those that have stood still for too long. Return how many."""
        rows = db.session.execute(select(Job.id, Job.lease_until).where(Job.state == "running")).all()
        db.session.rollback()
        moment, before = self._seconds(), self._seen
        self._seen = {
            job_id: before[job_id] if before.get(job_id, (None,))[0] == until else (until, moment)
            for job_id, until in rows
        }
        still = {job_id: until for job_id, (until, since) in self._seen.items() if moment - since >= STILL_S}
        return sum(_end(job_id, until) for job_id, until in still.items())


def _end(job_id: int, until: datetime | None) -> bool:
    """End a lease that is still the one that was seen."""
    moment = now()
    if until is None or until < moment:
        return False  # it has ended by itself
    stands = (Job.id == job_id, Job.state == "running", Job.lease_until == until)
    with write():
        ended = db.session.execute(update(Job).where(*stands).values(lease_until=moment)).rowcount  # type: ignore[attr-defined]
    if ended:
        log.warning("job.left", id=job_id)
    return bool(ended)
