"""The pace of writing the index, on a clock of our own."""

from __future__ import annotations

import pytest

from content_store.pacing import LONGEST_S, TIMES, Pace


class Hours:
    """A clock that goes on when somebody works or sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture
def pace(hours: Hours) -> Pace:
    return Pace(hours, hours.sleep)


def write(pace: Pace, hours: Hours, seconds: float) -> None:
    with pace.writing():
        hours.now += seconds


def test_the_first_write_does_not_wait(pace: Pace, hours: Hours) -> None:
    assert pace.rest() is False
    assert hours.slept == []


def test_a_rest_is_some_times_as_long_as_the_write_before(pace: Pace, hours: Hours) -> None:
    write(pace, hours, 0.4)
    assert pace.rest() is True
    assert hours.slept == [pytest.approx(TIMES * 0.4)]
    assert pace.rest() is False


def test_time_that_went_by_is_rest_as_well(pace: Pace, hours: Hours) -> None:
    write(pace, hours, 0.4)
    hours.now += 1.0
    pace.rest()
    assert hours.slept == [pytest.approx(TIMES * 0.4 - 1.0)]
    write(pace, hours, 0.4)
    hours.now += 60.0
    assert pace.rest() is False


def test_a_long_write_is_not_followed_by_a_long_rest(pace: Pace, hours: Hours) -> None:
    write(pace, hours, 30.0)
    pace.rest()
    assert hours.slept == [pytest.approx(LONGEST_S)]


def test_a_short_write_needs_no_rest(pace: Pace, hours: Hours) -> None:
    write(pace, hours, 0.05)
    assert pace.rest() is False


def test_a_write_that_fails_is_followed_by_a_rest_too(pace: Pace, hours: Hours) -> None:
    with pytest.raises(OSError), pace.writing():
        hours.now += 0.5
        raise OSError
    assert pace.left_s() == pytest.approx(TIMES * 0.5)


def test_items_that_arrive_three_at_a_time_are_written_in_fewer_passes(pace: Pace, hours: Hours) -> None:
    arrivals = [100.0 + second for second in range(13) for _ in range(3)]
    passes, taken, waited = 0, 0, []
    while taken < len(arrivals):
        hours.now = max(hours.now, arrivals[taken])
        pace.rest()
        waiting = [at for at in arrivals[taken:] if at <= hours.now]
        write(pace, hours, 0.4 + 0.05 * len(waiting))
        waited += [hours.now - at for at in waiting]
        taken, passes = taken + len(waiting), passes + 1
    assert passes <= 7
    assert max(waited) < 4.0
