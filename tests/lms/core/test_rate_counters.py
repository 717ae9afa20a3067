"""The counters of this process: a moving window, no threads, and nothing kept of those who are gone."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lms.core import rate_counters
from lms.core.rate_counters import FEWEST_SWEPT, HereCounters


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    moments = [1000.0]
    monkeypatch.setattr(rate_counters.time, "time", lambda: moments[0])
    return moments


def test_the_window_moves_with_the_time(clock: list[float]) -> None:
    counters = HereCounters()
    taken = []
    for moment in (1000.0, 1030.0, 1059.0, 1060.5, 1061.0, 1090.5):
        clock[0] = moment
        taken.append(counters.acquire_entry("key", 2, 60))
    assert taken == [True, True, False, True, False, True]
    assert counters.get_moving_window("key", 2, 60) == (1060.5, 2)


def test_keys_count_apart_and_can_be_forgotten(clock: list[float]) -> None:
    counters = HereCounters()
    assert counters.acquire_entry("minh", 1, 60) and counters.acquire_entry("mai", 1, 60)
    counters.clear("minh")
    assert counters.acquire_entry("minh", 1, 60) and not counters.acquire_entry("mai", 1, 60)
    assert counters.reset() == 2
    assert counters.get_moving_window("mai", 1, 60) == (1000.0, 0)


def test_more_than_the_limit_at_once_is_refused_and_not_counted(clock: list[float]) -> None:
    counters = HereCounters()
    assert not counters.acquire_entry("key", 2, 60, amount=3)
    assert counters.acquire_entry("key", 2, 60, amount=2)


def test_keys_that_are_over_are_let_go(clock: list[float]) -> None:
    counters = HereCounters()
    for number in range(FEWEST_SWEPT):
        counters.acquire_entry(str(number), 5, 60)
    clock[0] += 30
    counters.acquire_entry("alive", 5, 3600)
    clock[0] += 40
    for number in range(FEWEST_SWEPT):
        counters.acquire_entry(f"late {number}", 5, 60)
    assert counters.get_moving_window("alive", 5, 3600)[1] == 1
    assert counters.reset() <= 2 * FEWEST_SWEPT


def test_counting_starts_no_thread_and_loses_no_count() -> None:
    counters = HereCounters()
    counters.timer.join()
    before = threading.active_count()
    assert counters.acquire_entry("key", 500, 60)
    assert threading.active_count() == before
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: counters.acquire_entry("key", 500, 60), range(1000)))
    assert sum(taken) == 499
