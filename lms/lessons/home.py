"""What a learner finds at home: where to go on, what is due, how far each course is, what came out lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import groupby

from sqlalchemy import Select, bindparam, case, distinct, func, select

from lms.core.actor import Actor
from lms.core.clock import CITY, now, today
from lms.core.db import db
from lms.courses.models import Run
from lms.courses.queries import LearningRun, list_learning
from lms.lessons.permissions import has_begun
from lms.lessons.queries import Stop, list_done, list_stops, load_snapshot
from lms.lessons.snapshots import FrozenActivity, Snapshot
from lms.people.merges import accounts_of
from lms.records.models import Statement

DAYS_AHEAD = 7
DAYS_A_WEEK, MOST_PETALS = 7, 5
MOST_STOPS = 12


@dataclass(frozen=True)
class CourseCard:
    """One course a learner is in."""

    run: Run | LearningRun
    stops: list[Stop]
    current: Stop | None

    @property
    def units(self) -> list[tuple[str, list[Stop]]]:
        """The lessons by unit, both in order."""
        return [
            (stops[0].unit_title, stops)
            for _id, group in groupby(self.stops, key=lambda stop: stop.unit_id)
            if (stops := list(group))
        ]

    @cached_property
    def percent(self) -> int:
        """How much of what is published is done."""
        total = sum(stop.total for stop in self.stops)
        done = sum(min(stop.done, stop.total) for stop in self.stops if stop.progress)
        return 100 * done // total if total else 0


@dataclass(frozen=True, slots=True)
class NextStep:
    """The exact activity to go on with."""

    run: Run | LearningRun
    stop: Stop
    snapshot: Snapshot
    activity: FrozenActivity
    place: int
    done: tuple[bool, ...]

    @property
    def river(self) -> tuple[bool, ...]:
        """The stops of the river, at most twelve: filled where everything up to the next one is done."""
        count = len(self.done)
        stops = min(count, MOST_STOPS)
        return tuple(
            all(self.done[stop * count // stops : (stop + 1) * count // stops]) for stop in range(stops)
        )

    @property
    def river_place(self) -> int:
        """At which stop of the river the learner is."""
        return self.place * len(self.river) // len(self.done)

    @property
    def minutes_left(self) -> int | None:
        """About how long the rest of the lesson takes."""
        if not self.stop.minutes:
            return None
        left = self.stop.total - self.stop.done
        return max(1, round(self.stop.minutes * left / max(1, self.stop.total)))


@dataclass(frozen=True, slots=True)
class DueLesson:
    """A lesson that should be done soon, or should have been."""

    run: Run | LearningRun
    stop: Stop
    day: date

    @property
    def is_late(self) -> bool:
        """True once its time is over."""
        return self.stop.due_at is not None and self.stop.due_at < now()


@dataclass(frozen=True, slots=True)
class Result:
    """A lesson that is through, with what it gave."""

    run: Run | LearningRun
    stop: Stop


@dataclass(frozen=True, slots=True)
class Home:
    """The learner's home page."""

    step: NextStep | None
    due: list[DueLesson]
    cards: list[CourseCard]
    results: list[Result]
    days_learnt: int


def load_home(actor: Actor) -> Home:
    """Return the learner's home, in a few queries whatever the number of courses."""
    runs = list_learning(actor)
    stops = list_stops([run.id for run in runs], actor.user_id)
    cards = [CourseCard(run, stops[run.id], _current(run, stops[run.id])) for run in runs]
    return Home(
        step=_next_step(cards, actor.user_id),
        due=_due(cards),
        cards=cards,
        results=list_results(cards)[:3],
        days_learnt=count_days_learnt(actor),
    )


def load_course_card(actor: Actor, run: Run) -> CourseCard:
    """Return one course with the learner's progress."""
    stops = list_stops([run.id], actor.user_id)[run.id]
    return CourseCard(run, stops, _current(run, stops))


def list_results(cards: list[CourseCard]) -> list[Result]:
    """Return the lessons that are through, the latest first."""
    found = [Result(card.run, stop) for card in cards for stop in card.stops if stop.is_complete]
    return sorted(found, key=lambda result: _completed_at(result.stop), reverse=True)


def count_days_learnt(actor: Actor) -> int:
    """Count the days of this week (Monday first) on which the learner did something; at most five are asked for."""
    monday = today() - timedelta(days=today().weekday())
    days = (monday + timedelta(days=number) for number in range(DAYS_A_WEEK))
    starts = {
        f"day{number}": datetime(day.year, day.month, day.day, tzinfo=CITY) for number, day in enumerate(days)
    }
    return min(MOST_PETALS, db.session.scalar(_days_learnt(), {"user_id": actor.user_id, **starts}) or 0)


@lru_cache(maxsize=1)
def _days_learnt() -> Select[int]:
    """The statement of `count_days_learnt`: the deeds since `day0`, by the last day that had begun."""
    deed = Statement.__table__.c
    starts = [bindparam(f"day{number}", type_=deed.at.type) for number in range(DAYS_A_WEEK)]
    day = case(*((deed.at >= starts[number], number) for number in range(DAYS_A_WEEK - 1, 0, -1)), else_=0)
    return select(func.count(distinct(day))).where(
        deed.account.in_(accounts_of([bindparam("user_id")])), deed.at >= starts[0]
    )


def _completed_at(stop: Stop) -> datetime:
    if stop.progress is None or stop.progress.completed_at is None:
        raise ValueError("not completed")
    return stop.progress.completed_at


def _current(run: Run | LearningRun, stops: list[Stop]) -> Stop | None:
    """The lesson to go on with: the one seen last if it is not done, else the first open one not done."""
    begun = [stop for stop in stops if stop.is_begun and _is_open(run, stop)]
    if begun:
        return max(begun, key=lambda stop: stop.progress.last_at if stop.progress else now())
    return next((stop for stop in stops if not stop.is_complete and _is_open(run, stop)), None)


def _is_open(run: Run | LearningRun, stop: Stop) -> bool:
    return has_begun(run, stop.opens_at, now(), today())


def _next_step(cards: list[CourseCard], user_id: int | None) -> NextStep | None:
    waiting = [(card.run, card.current) for card in cards if card.current is not None]
    if not waiting:
        return None
    begun = [(run, stop) for run, stop in waiting if stop.progress is not None]
    run, stop = (
        max(begun, key=lambda pair: pair[1].progress.last_at if pair[1].progress else now())
        if begun
        else waiting[0]
    )
    snapshot = load_snapshot(stop.revision_id, stop.digest)
    through = list_done(run.id, user_id, stop.lesson_id) if stop.progress else frozenset()
    activity = snapshot.go_on_from(stop.progress.at_activity if stop.progress else None, through)
    done = tuple(one.uuid in through for one in snapshot.activities)
    return NextStep(run, stop, snapshot, activity, snapshot.place_of(activity.uuid), done)


def _due(cards: list[CourseCard]) -> list[DueLesson]:
    """Return what is not done and due within a week, or late, soonest first."""
    latest = today() + timedelta(days=DAYS_AHEAD)
    found = []
    for card in cards:
        for stop in card.stops:
            if stop.due_at is None or stop.is_complete:
                continue
            day = stop.due_at.astimezone(CITY).date()
            if day <= latest:
                found.append(DueLesson(card.run, stop, day))
    return sorted(found, key=lambda due: due.day)
