"""Web processes share new connections: who is busy hesitates."""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Iterator
from unittest.mock import MagicMock

import pytest
from gunicorn.config import Config

from lms.core import web_process
from lms.core.web_process import LONGEST_S, FairWorker


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr(web_process.time, "sleep", slept.append)
    return slept


@pytest.fixture
def worker() -> Iterator[FairWorker]:
    made = FairWorker(1, 1, [], MagicMock(), 30, Config(), MagicMock())
    made.enqueue_req = MagicMock()  # the pool of threads is gunicorn's own
    yield made
    made.tmp.close()


def accept_one(worker: FairWorker) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()):
        worker.accept(listener)
        worker.enqueue_req.call_args.args[0].sock.close()


def test_an_idle_process_takes_a_connection_at_once(worker: FairWorker, pauses: list[float]):
    accept_one(worker)
    assert worker.nr_conns == 1
    assert pauses == []


def test_the_more_it_has_in_hand_the_longer_it_hesitates_up_to_a_limit(
    worker: FairWorker, pauses: list[float]
):
    for _ in range(7):
        accept_one(worker)
    assert pauses[:3] == sorted(pauses[:3]) and pauses[0] < pauses[2]
    assert max(pauses) == pauses[-1] == LONGEST_S


def test_connections_that_ask_nothing_are_no_work(worker: FairWorker, pauses: list[float]):
    worker.nr_conns, worker.keepalived_conns, worker.pending_conns = 3, deque([1, 2]), deque([3])
    accept_one(worker)
    assert pauses == []
