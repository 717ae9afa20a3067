"""Wake-ups: tell a worker at once that a job row waits. A port with engines by URL; losing a wake-up loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, current_app
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.serializer import SignedSerializer

log = structlog.get_logger("jobs")


def open_queue(url: str, secret: str) -> Huey | None:
    """Open the queue of `url` (sqlite:///file, redis://..., postgresql://...); None for `none:` (polling only)."""
    serializer = SignedSerializer(secret=secret, salt="benhoc-queue")
    common: dict[str, Any] = {"results": False, "serializer": serializer, "utc": True}
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey("benhoc", filename=str(path), fsync=False, **common)
    if url.startswith("redis"):
        return RedisHuey("benhoc", url=url, **common)
    if url.startswith("postgresql"):
        return PostgresHuey("benhoc", dsn=url.replace("postgresql+psycopg://", "postgresql://"), **common)
    if url == "none:":
        return None
    raise ValueError(f"QUEUE_URL cannot be understood: {url.split('@')[-1]!r}")


def init_app(app: Flask, url: str, secret: str, run: Callable[[int], bool]) -> None:
    """Open the queue and declare its one task, which runs a job by id inside `app`."""
    queue = open_queue(url, secret)
    app.extensions["queue"] = queue
    if queue is None:
        return

    @queue.task(name="run_job")  # type: ignore[untyped-decorator]
    def run_in_context(job_id: int) -> None:
        with app.app_context():
            run(job_id)

    app.extensions["wake"] = run_in_context


def wake(job_id: int) -> None:
    """Offer the job to the workers. A queue that is down is logged, never raised: the sweeper will find the row."""
    task = current_app.extensions.get("wake")
    if task is None:
        return
    try:
        task(job_id)
    except Exception as error:  # any queue engine, any network error: the committed row is what counts
        log.warning("queue.unreachable", error=type(error).__name__)
