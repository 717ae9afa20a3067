"""What must happen again and again: every hour, every few minutes. Rows, not memory.

Rooms say `every("due_soon", minutes=60)` when they are imported. The worker's sweep looks at the table `schedule`;
the node that moves a row on is the one that enqueues the job, so any number of nodes makes one job. A site that was
away does the missed work once, not once for every hour away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.clock import now
from lms.core.db import Base, db, write
from lms.core.insertion import insert_if_new
from lms.core.jobs import enqueue

CLOCKS_APART = timedelta(minutes=1)  # nodes never agree to the millisecond


class Schedule(Base):
    """When a repeated job is due next."""

    __tablename__ = "schedule"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(default=now)


@dataclass(frozen=True, slots=True)
class Repeated:
    """A registered repetition. `has_work` is a cheap look whether the job would find anything to do."""

    name: str
    interval: timedelta
    has_work: Callable[[], bool] | None

    def latest(self, moment: datetime) -> datetime:
        """The furthest next turn that can be right; one beyond it was set by a clock that ran ahead."""
        return moment + self.interval + CLOCKS_APART


_repeated: dict[str, Repeated] = {}


def every(name: str, *, minutes: int, has_work: Callable[[], bool] | None = None) -> None:
    """Enqueue the job `name` every so many minutes, and with `has_work` only when that says so."""
    _repeated[name] = Repeated(name, timedelta(minutes=minutes), has_work)


def enqueue_repeated() -> int:
    """Enqueue what is due; return how many jobs. One query when nothing is."""
    due_from = {row.name: row.next_at for row in db.session.scalars(select(Schedule))}
    db.session.rollback()
    moment, made = now(), 0
    for repeated in _repeated.values():
        if not moment < due_from.get(repeated.name, moment) <= repeated.latest(moment):
            made += _take_turn(repeated, moment)
    return made


def _take_turn(repeated: Repeated, moment: datetime) -> bool:
    has_work = repeated.has_work is None or repeated.has_work()
    with write():
        insert_if_new(Schedule, name=repeated.name, next_at=moment)
        moved = db.session.execute(
            update(Schedule)
            .where(
                Schedule.name == repeated.name,
                or_(Schedule.next_at <= moment, Schedule.next_at > repeated.latest(moment)),
            )
            .values(next_at=moment + repeated.interval)
            .execution_options(synchronize_session=False)
        )
        is_ours = moved.rowcount == 1  # type: ignore[attr-defined]
        if is_ours and has_work:
            enqueue(repeated.name, key=f"every:{repeated.name}")
        return is_ours and has_work
