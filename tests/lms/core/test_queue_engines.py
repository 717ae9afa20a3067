"""The wake-up queue and the rate counters keep their promise on every engine, the real one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from flask import Flask

from lms.core import rates, wakeup
from lms.core.errors import TooMany
from tests.fixtures_postgres import fresh_database
from tests.fixtures_redis import redis_server

ENGINES = ["sqlite", "redis", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with redis_server() as url:
        yield url


@pytest.fixture(params=ENGINES)
def queue_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'queue.db'}"
    if request.param == "redis":
        return str(request.getfixturevalue("redis_url"))
    return fresh_database(request.getfixturevalue("postgres_url"))


@pytest.fixture
def offered(queue_url: str) -> Iterator[tuple[Flask, list[int]]]:
    ran: list[int] = []

    def run(job_id: int) -> bool:
        ran.append(job_id)
        return True

    app = Flask("queue")
    wakeup.init_app(app, queue_url, "secret", run)
    with app.app_context():
        yield app, ran
    app.extensions["queue"].storage.close()


def test_a_wake_up_reaches_a_worker_once(offered: tuple[Flask, list[int]]) -> None:
    app, ran = offered
    for job_id in (7, 8):
        wakeup.wake(job_id)
    queue = app.extensions["queue"]
    while (task := queue.dequeue()) is not None:
        queue.execute(task)
    assert ran == [7, 8]
    assert queue.dequeue() is None


def test_a_wake_up_signed_with_another_secret_is_not_run(
    offered: tuple[Flask, list[int]], queue_url: str
) -> None:
    app, ran = offered
    forger = Flask("forger")
    wakeup.init_app(forger, queue_url, "another secret", lambda job_id: True)
    with forger.app_context():
        wakeup.wake(9)
    with pytest.raises(ValueError, match="[Ss]ignature"):
        app.extensions["queue"].dequeue()
    assert ran == []
    forger.extensions["queue"].storage.close()


def test_a_queue_that_is_down_loses_no_request() -> None:
    app = Flask("down")
    wakeup.init_app(app, "redis://127.0.0.1:1/0", "secret", lambda job_id: True)
    with app.app_context(), structlog.testing.capture_logs() as told:
        wakeup.wake(1)
    assert [line["event"] for line in told] == ["queue.unreachable"]


def test_an_unknown_queue_is_named_without_its_password() -> None:
    with pytest.raises(ValueError, match="QUEUE_URL") as refusal:
        wakeup.open_queue("amqp://user:hush@host/x", "secret")
    assert "hush" not in str(refusal.value)


@pytest.mark.parametrize("engine", ["memory", "redis"])
def test_a_limit_counts_each_key_apart(engine: str, request: pytest.FixtureRequest) -> None:
    url = "memory:" if engine == "memory" else str(request.getfixturevalue("redis_url"))
    app = Flask("rates")
    rates.init_app(app, url)
    with app.app_context():
        for _try in range(3):
            rates.limit_rate("sign-in", "3/minute", "minh", "10.0.0.1")
        with pytest.raises(TooMany) as refusal:
            rates.limit_rate("sign-in", "3/minute", "minh", "10.0.0.1")
        rates.limit_rate("sign-in", "3/minute", "an", "10.0.0.1")
        rates.limit_rate("sign-in", "3/minute", "minh", "10.0.0.2")
    assert 0 < refusal.value.retry_s <= 60


def test_when_the_counters_are_away_each_process_counts_by_itself() -> None:
    """Cure: `rates_here`. Without it nobody can sign in while Redis is away."""
    app = Flask("rates")
    with redis_server() as url:
        rates.init_app(app, url)
    with app.app_context(), structlog.testing.capture_logs() as told:
        for _try in range(3):
            rates.limit_rate("sign-in", "3/minute", "minh", "10.0.0.1")
        with pytest.raises(TooMany):
            rates.limit_rate("sign-in", "3/minute", "minh", "10.0.0.1")
    assert {line["event"] for line in told} == {"rates.counters_away"}
