"""Wake-ups: tell a worker at once that a job row waits. A port with engines by URL; losing a wake-up loses nothing."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import structlog
from flask import Flask, current_app

if TYPE_CHECKING:
    from huey import Huey

log = structlog.get_logger("jobs")
DRIVERS = {
    "redis": "Redis",
    "psycopg": "psycopg",
}  # module -> what huey.storage calls it, None when it had none


def open_queue(url: str, secret: str) -> Huey | None:
    """Open the queue of `url` (sqlite:///file, redis://..., postgresql://...); None for `none:` (polling only)."""
    if url == "none:":
        return None
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        engine, options = _storages().SqliteStorage, {"filename": str(path), "fsync": False}
    elif url.startswith("redis"):
        engine, options = _storages("redis").RedisStorage, {"url": url}
    elif url.startswith("postgresql"):
        plain = url.replace("postgresql+psycopg://", "postgresql://")
        engine, options = _storages("psycopg").PostgresStorage, {"dsn": plain}
    else:
        raise ValueError(f"QUEUE_URL cannot be understood: {url.split('@')[-1]!r}")
    from huey import Huey  # after _storages
    from huey.serializer import SignedSerializer

    serializer = SignedSerializer(secret=secret, salt="benhoc-queue")
    return Huey("benhoc", storage_class=engine, results=False, serializer=serializer, utc=True, **options)


def _storages(driver: str = "") -> ModuleType:
    """Return huey's storages, with the driver that is needed and no other.

    Huey loads every driver that is installed: 14 MB which a site on SQLite would never use.
    """
    spared = [name for name in DRIVERS if name != driver and name not in sys.modules]
    sys.modules.update(dict.fromkeys(spared))  # type: ignore[arg-type]  # None: as if it were not installed
    try:
        storages = importlib.import_module("huey.storage")
        if driver and getattr(storages, DRIVERS[driver]) is None:
            storages = importlib.reload(storages)
    finally:
        for name in spared:
            del sys.modules[name]
    return storages


def init_app(app: Flask, url: str, secret: str, run: Callable[[int], bool]) -> None:
    """Open the queue and declare its one task, which runs a job by id inside `app`, or hands it to a worker's runners."""
    queue = open_queue(url, secret)
    app.extensions["queue"] = queue
    if queue is None:
        return

    @queue.task(name="run_job")  # type: ignore[untyped-decorator]
    def run_in_context(job_id: int) -> None:
        with app.app_context():
            app.extensions.get("take_job", run)(job_id)

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
