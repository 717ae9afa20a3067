"""Background jobs that cannot be lost.

A `Job` row is written in the business transaction; huey only carries its id as a wake-up. A sweeper offers queued
rows and expired leases again, so a lost wake-up, a killed worker or a restored queue costs seconds, not work.
Every job is safe to repeat. Jobs of one lane never run at the same time, on any node: an index has one writer, and
a document read before a change must not be written after it. While a job runs, its worker renews the lease (`leases`).
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import JSON, ColumnElement, Index, String, Text, and_, exists, func, or_, select, update
from sqlalchemy.orm import Mapped, aliased, mapped_column

from lms.core.apart import FailedApart
from lms.core.clock import now
from lms.core.db import Base, Rooted, after_commit, db, is_sqlite, write
from lms.core.errors import NotFound, Refusal
from lms.core.events import announce
from lms.core.wakeup import wake

LEASE = timedelta(minutes=2)
STANDSTILL = timedelta(minutes=5)  # so long a working worker leaves nothing undone
SKEW = timedelta(minutes=2)  # so far the clocks of several nodes may be apart
BACKOFF = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=30))
log = structlog.get_logger("jobs")


class Job(Rooted, Base):
    """One piece of slow work: what, with which arguments, how far, how it ended."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_due", "state", "run_after"),
        Index("ix_job_latest", "created_at", "id"),
        Index("ix_job_lane", "lane", "state"),
    )

    name: Mapped[str] = mapped_column(String(80))
    args: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(12), default="queued")  # queued running done failed
    key: Mapped[str | None] = mapped_column(String(160), index=True)
    lane: Mapped[str | None] = mapped_column(String(40))  # of one lane only one job runs at a time
    attempts: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int] = mapped_column(default=5)
    run_after: Mapped[datetime] = mapped_column(default=now)
    lease_until: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    user_id: Mapped[int | None] = mapped_column(index=True)  # who asked; core knows no User table


@dataclass(frozen=True, slots=True)
class JobKind:
    """A registered job: its name, the function, how often to try, the lane it keeps to, and where it runs."""

    name: str
    run: Callable[..., None]
    max_attempts: int
    lane: str | None
    is_long: bool
    is_apart: bool


@dataclass(frozen=True, slots=True)
class JobFailed:
    """Announced: a job will not be tried again. `user_id` is who asked for it, None for the site itself."""

    job_id: int
    name: str
    user_id: int | None


_kinds: dict[str, JobKind] = {}
_in_hand: set[int] = set()


def job(
    name: str,
    *,
    max_attempts: int = 5,
    lane: str | None = None,
    is_long: bool = False,
    is_apart: bool = False,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register the decorated function as the job `name`. It opens its own `write()` steps.

    Jobs that name the same `lane` never run at the same time. What takes minutes `is_long`: it holds up nothing that is
    quick. What needs much memory or processor time `is_apart`: a worker gives it a process of its own.
    """

    def register(run: Callable[..., None]) -> Callable[..., None]:
        _kinds[name] = JobKind(name, run, max_attempts, lane, is_long, is_apart)
        return run

    return register


def registered_jobs() -> tuple[str, ...]:
    """Return the names of all jobs, for the documents and their test."""
    return tuple(sorted(_kinds))


def enqueue(
    name: str,
    *,
    key: str | None = None,
    delay: timedelta | None = None,
    user_id: int | None = None,
    **args: Any,
) -> Job:
    """Write a job row in the present transaction; the worker is woken after the commit.

    With `key`, a job of that key that is still queued is reused instead of making a second one. It is locked until
    the commit, so that no worker runs it before it can see what this transaction changed.
    """
    kind = _kinds[name]
    if key is not None:
        waiting = select(Job).where(Job.key == key, Job.state == "queued").limit(1).with_for_update(read=True)
        if (found := db.session.scalar(waiting)) is not None:
            return found
    row = Job(
        name=name,
        args=args,
        key=key,
        lane=kind.lane,
        run_after=now() + (delay or timedelta()),
        max_attempts=kind.max_attempts,
        user_id=user_id,
    )
    db.session.add(row)
    db.session.flush()
    after_commit(lambda: wake(row.id))
    return row


def _may_run(moment: datetime) -> ColumnElement[bool]:
    """Queued and due, or left behind by a dead worker; and nobody else is at work in its lane.

    A row from the future (the clock was wrong and has been set back) is due at once: it must not wait a day.
    """
    other = aliased(Job)
    far = moment + 2 * LEASE  # no living worker holds a lease so long
    busy = exists().where(
        other.lane == Job.lane,
        other.state == "running",
        other.lease_until.between(moment, far),
        other.id != Job.id,
    )
    from_the_future = or_(Job.created_at > moment + SKEW, Job.started_at > moment + SKEW)
    is_left = and_(Job.state == "running", or_(Job.lease_until < moment, Job.lease_until > far))
    return and_(
        or_(
            and_(Job.state == "queued", or_(Job.run_after <= moment, from_the_future)),
            is_left,
        ),
        or_(Job.lane.is_(None), ~busy),
    )


def claim_job(job_id: int) -> Job | None:
    """Take the lease of a due job; None when another worker has it, its lane is busy, or it is not due."""
    moment = now()
    with write():
        if not is_sqlite():  # two claims in one lane would not see each other
            db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext("job lanes"))))
        taken = db.session.execute(
            update(Job)
            .where(Job.id == job_id, _may_run(moment))
            .values(state="running", lease_until=moment + LEASE, started_at=moment, attempts=Job.attempts + 1)
            .execution_options(synchronize_session=False)
        )
        if taken.rowcount != 1:  # type: ignore[attr-defined]
            return None
        return db.session.get_one(Job, job_id, populate_existing=True)


def renew_leases() -> int:
    """Renew the leases of the jobs that this process has in hand; return how many there are."""
    held = tuple(_in_hand)
    if held:
        with write():
            mine = update(Job).where(Job.id.in_(held), Job.state == "running")
            db.session.execute(mine.values(lease_until=now() + LEASE))
    return len(held)


def release_leases() -> int:
    """Let go of every job in hand: after a restore nobody is at work on it. Return how many there were."""
    held = update(Job).where(Job.state == "running").values(lease_until=now())
    return int(db.session.execute(held).rowcount)  # type: ignore[attr-defined]


def is_long(job_id: int) -> bool:
    """Tell whether a job is of a kind that takes minutes."""
    kind = _kinds.get(db.session.scalar(select(Job.name).where(Job.id == job_id)) or "")
    db.session.rollback()
    return kind is not None and kind.is_long


def perform(job_id: int) -> None:
    """Do the work of a job that was claimed, in this process, whatever comes of it."""
    row = db.session.get_one(Job, job_id)
    kind, args = _kinds[row.name], dict(row.args)
    db.session.rollback()
    kind.run(**args)


def run_job(job_id: int, apart: Callable[[int], None] = perform) -> bool:
    """Claim and run one job; True when it ran and succeeded. Errors are kept in the row and tried again later.

    `apart` does the work of kinds that want a process of their own.
    """
    row = claim_job(job_id)
    if row is None:
        return False
    kind = _kinds.get(row.name)
    _in_hand.add(job_id)
    try:
        if kind is None:
            raise LookupError(f"no job is registered as {row.name!r}")
        if row.attempts > row.max_attempts:
            raise LookupError("the worker died each time that it ran this job")
        if kind.is_apart:
            apart(job_id)
        else:
            kind.run(**row.args)
    except Exception as error:  # the worker must outlive any job; the row keeps what happened
        db.session.rollback()
        _put_back(job_id, error)
        return False
    finally:
        _in_hand.discard(job_id)
    with write():
        db.session.execute(
            update(Job)
            .where(Job.id == job_id)
            .values(state="done", finished_at=now(), lease_until=None, error=None)
        )
        after_commit(lambda: _wake_lane(row.lane))
    log.info("job.done", job=row.name, id=job_id)
    return True


def _wake_lane(lane: str | None) -> None:
    """Offer the next job of a lane that has become free."""
    if lane is not None:
        following = select(Job.id).where(Job.lane == lane, _may_run(now())).order_by(Job.id).limit(1)
        if (job_id := db.session.scalar(following)) is not None:
            wake(job_id)
        db.session.rollback()


def _put_back(job_id: int, error: Exception) -> None:
    with write():
        row = db.session.get_one(Job, job_id)
        hopeless = isinstance(error, Refusal | LookupError) or row.attempts >= row.max_attempts
        told = "".join(traceback.format_exception_only(error)).strip()
        if isinstance(error, FailedApart):
            hopeless, told = hopeless or error.is_hopeless, str(error)
        row.error = told[:2000]
        row.lease_until = None
        if hopeless:
            row.state, row.finished_at = "failed", now()
            announce(JobFailed(job_id, row.name, row.user_id))
        else:
            row.state = "queued"
            row.run_after = now() + BACKOFF[min(row.attempts, len(BACKOFF)) - 1]
        name, state, attempts = row.name, row.state, row.attempts
    log.warning("job.error", job=name, id=job_id, state=state, attempts=attempts, exc_info=error)


def report_progress(job_id: int, done: int, total: int | None = None) -> None:
    """Note how far a long job is and renew its lease."""
    with write():
        values: dict[str, Any] = {"done": done, "lease_until": now() + LEASE}
        if total is not None:
            values["total"] = total
        db.session.execute(update(Job).where(Job.id == job_id).values(**values))


def due_job_ids(limit: int = 100) -> list[int]:
    """Return ids of jobs that should be running and are not: due, or with a lease that ran out; of free lanes."""
    due = select(Job.id).where(_may_run(now()))
    return list(db.session.scalars(due.order_by(Job.id).limit(limit)))


def find_standstill() -> datetime | None:
    """Return since when due jobs have waited while nobody worked, None where somebody does or it was not for long."""
    moment = now()
    works = or_(
        and_(Job.state == "running", Job.lease_until >= moment),
        Job.finished_at >= moment - STANDSTILL,
        and_(Job.state == "queued", Job.attempts > 0, Job.started_at >= moment - STANDSTILL),
    )
    if db.session.scalar(select(Job.id).where(works).limit(1)) is not None:
        return None
    waiting = select(func.min(Job.run_after)).where(Job.state.in_(("queued", "running")))
    since = db.session.scalar(waiting)
    return since if since is not None and since < moment - STANDSTILL else None


def is_at_work(name: str, *, asked_within: timedelta) -> bool:
    """Tell whether a job of this name that was asked for so lately waits or runs."""
    wanted = select(Job.id).where(
        Job.name == name, Job.state.in_(("queued", "running")), Job.created_at > now() - asked_within
    )
    return db.session.scalar(wanted.limit(1)) is not None


def run_due_jobs(limit: int = 1000) -> int:
    """Run everything that is due in this process and return how many succeeded (tests, `lms jobs run`)."""
    succeeded = 0
    for _ in range(limit):
        ids = due_job_ids(limit=1)
        db.session.rollback()
        if not ids:
            return succeeded
        succeeded += run_job(ids[0])
    return succeeded


def retry_job(job_id: int) -> Job:
    """Queue a failed job again, from the jobs page. Raises NotFound."""
    row = db.session.get(Job, job_id)
    if row is None or row.state != "failed":
        raise NotFound()
    row.state, row.attempts, row.run_after, row.error, row.finished_at = "queued", 0, now(), None, None
    db.session.flush()
    after_commit(lambda: wake(job_id))
    return row
