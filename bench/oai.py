"""A whole harvest of 100,000 records over a real socket by Sickle, then by oaipmh-scythe, while items change underneath.

`missing` and `duplicates` count records: every item that everyone may see must arrive, and none twice in one state (an
item that changes after it was told is told again, with a new date: that is an update, not a duplicate).
`last_over_first` is the median time of the last twenty pages over that of the first twenty.
"""

from __future__ import annotations

import itertools
import logging
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from oaipmh_scythe import RetryConfig, Scythe
from sickle import Sickle
from sqlalchemy import insert, select
from werkzeug.serving import make_server

from bench.figures import Figure, is_asked
from content_store import clock
from content_store.models import Item, ItemAudience, Version
from content_store.oai.models import HarvestChange
from content_store.values import Metadata
from lms.app import create_app
from lms.core.config import Settings
from lms.core.db import db, write
from lms.core.migrate import upgrade_database
from lms.library.harvest import change_link, put_link, stamp_changes

SIZE = int(os.environ.get("BENCH_OAI_SIZE", "100000"))
AT_ONCE = 5000
PAGES = 20
PAUSE_S = 0.02  # between two changes underneath


class TimedSickle(Sickle):
    """Sickle, with the time that each answer took."""

    def __init__(self, url: str) -> None:
        super().__init__(url, max_retries=5, default_retry_after=1)
        self.seconds: list[float] = []

    def harvest(self, **asked: object) -> object:
        """Ask once."""
        with timed(self.seconds):
            return super().harvest(**asked)

    def records(self) -> Iterator[Any]:
        """Everything that is told."""
        return iter(self.ListRecords(metadataPrefix="oai_dc"))


class TimedScythe(Scythe):
    """oaipmh-scythe, with the time that each answer took."""

    def __init__(self, url: str) -> None:
        super().__init__(url, retry_config=RetryConfig(max_retries=5, default_retry_after=1))
        self.seconds: list[float] = []

    def harvest(self, query: dict[str, str]) -> Any:
        """Ask once."""
        with timed(self.seconds):
            return super().harvest(query)

    def records(self) -> Iterator[Any]:
        """Everything that is told."""
        return self.list_records(metadata_prefix="oai_dc")


CLIENTS: dict[str, type[TimedSickle | TimedScythe]] = {
    "oai.harvest_100k": TimedSickle,
    "oai.harvest_100k.scythe": TimedScythe,
}
FIGURES = ("missing", "duplicates", "last_over_first", "page_p95_ms", "s", "changed_underneath")


@contextmanager
def timed(seconds: list[float]) -> Iterator[None]:
    """Note how long the block took."""
    began = time.perf_counter()
    yield
    seconds.append(time.perf_counter() - began)


def measure() -> Iterator[Figure]:
    """Yield `oai.harvest_100k.missing`, `.duplicates`, `.last_over_first`, and how it went; `.scythe` by the other client."""
    logging.getLogger("werkzeug").setLevel(
        logging.WARNING
    )  # a line for each page would cost more than the page
    with tempfile.TemporaryDirectory(prefix="benhoc-oai-") as folder:
        app = open_site(Path(folder))
        with app.app_context():
            uuids = fill(SIZE)
            stamp_changes()
            for name, client in CLIENTS.items():
                if any(is_asked(f"{name}.{figure}") for figure in FIGURES):
                    yield from harvested(app, uuids, name, client)


def open_site(folder: Path) -> Flask:
    """A fresh site on SQLite, or on the database of `BENCH_DATABASE_URL`."""
    url = os.environ.get("BENCH_DATABASE_URL", f"sqlite:///{folder / 'benhoc.db'}")
    settings = Settings(
        data_dir=str(folder),
        database_url=url,
        queue_url="none:",
        mail_url="memory:",
        secret_key="bench",
        development=True,
    )
    app = create_app(settings, testing=True)
    with app.app_context():
        upgrade_database(db.engine)
    return app


def fill(size: int) -> list[UUID]:
    """Make public links, past the services: a hundred thousand of them one by one would take an hour."""
    uuids = []
    for start in range(0, size, AT_ONCE):
        rows = [clock.new_uuid() for _ in range(min(AT_ONCE, size - start))]
        with write() as session:
            given = {"owner": "system", "state": "published", "latest_number": 1, "published_number": 1}
            session.execute(insert(Item), [{"uuid": uuid, **given} for uuid in rows])
            ids = dict(session.execute(select(Item.uuid, Item.id).where(Item.uuid.in_(rows))).all())
            session.execute(
                insert(ItemAudience), [{"item_id": ids[uuid], "token": "public"} for uuid in rows]
            )
            session.execute(insert(Version), [version_of(ids[uuid], uuid) for uuid in rows])
            session.execute(insert(HarvestChange), [{"item_uuid": uuid} for uuid in rows])
        uuids += rows
    return uuids


def version_of(item_id: int, uuid: UUID) -> dict[str, object]:
    """One version as a row."""
    return {
        "item_id": item_id,
        "number": 1,
        "title": f"Học liệu {uuid}",
        "description": "Một bài đọc ngắn về phân số cho lớp 6. " * 5,
        "subject": "toan",
        "grades": [6],
        "type": "link",
        "license_id": "link-only",
        "authors": ["Nguyễn Thị Lan"],
        "keywords": ["phân số"],
        "source_url": "https://example.org/1",
        "created_by": "system",
    }


def harvested(
    app: Flask, uuids: list[UUID], name: str, client: type[TimedSickle | TimedScythe]
) -> Iterator[Figure]:
    """Harvest all of it while a writer changes old items and adds new ones and the worker stamps them.

    The new ones join `uuids`: the next harvest must tell them too.
    """
    is_over, made = threading.Event(), []

    def disturb() -> None:
        with app.app_context():
            for number in itertools.count():
                if is_over.wait(PAUSE_S):
                    return
                said = Metadata(f"Sửa {number}", license_id="link-only", source_url="https://example.org/2")
                with write():
                    change_link(uuids[number * 7919 % len(uuids)], said)
                    made.append(put_link(said, scope="public"))
                stamp_changes()

    server = make_server("127.0.0.1", 0, app, threaded=True)
    threads = [threading.Thread(target=server.serve_forever), threading.Thread(target=disturb)]
    for thread in threads:
        thread.start()
    app.extensions["rates"].storage.reset()
    harvester = client(f"http://127.0.0.1:{server.server_port}/oai")
    began = time.perf_counter()
    told = []
    for position, record in enumerate(harvester.records()):
        told.append(
            (record.header.identifier, record.header.datestamp, record.metadata.get("title", [""])[0])
        )
        if position > 3 * len(uuids):
            break
        if position == len(uuids) - 1:
            is_over.set()  # else the end would run ahead of the harvest
    seconds = time.perf_counter() - began
    is_over.set()
    threads[1].join()
    server.shutdown()
    threads[0].join()
    names = {identifier.rpartition(":")[2] for identifier, _, _ in told}
    yield Figure(f"{name}.missing", len({str(uuid) for uuid in uuids} - names), "records")
    yield Figure(f"{name}.duplicates", len(told) - len(set(told)), "records")
    pages = harvester.seconds
    ratio = statistics.median(pages[-PAGES - 1 : -1]) / statistics.median(pages[:PAGES])
    yield Figure(f"{name}.last_over_first", ratio, "x")
    yield Figure(f"{name}.page_p95_ms", sorted(pages)[int(len(pages) * 0.95)] * 1000, "ms")
    yield Figure(f"{name}.s", seconds, "s")
    yield Figure(f"{name}.changed_underneath", 2 * len(made), "records")
    uuids += made
