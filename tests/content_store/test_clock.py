"""Identifiers that follow time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import time_machine

from content_store.clock import new_uuid, now


def test_identifiers_rise_and_are_never_equal():
    made = [new_uuid() for _ in range(5000)]
    assert made == sorted(set(made))
    assert {(uuid.version, uuid.variant) for uuid in made} == {(7, "specified in RFC 4122")}


def test_identifiers_rise_even_when_the_clock_is_set_back():
    first = new_uuid()
    with time_machine.travel("2001-01-01T00:00:00Z"):
        assert new_uuid() > first


def test_threads_never_share_an_identifier():
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: new_uuid(), range(2000)))
    assert len(set(made)) == len(made)


def test_now_is_aware():
    assert now().utcoffset() is not None
