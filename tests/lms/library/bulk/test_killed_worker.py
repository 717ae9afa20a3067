"""A worker that is killed for real in the middle of an import: the next one takes every row, and none twice."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from content_store.models import Version
from lms.app import create_app
from lms.core import clock
from lms.core.config import Settings
from lms.core.db import db, write
from lms.core.jobs import Job
from lms.core.migrate import upgrade_database
from lms.library.bulk import services as bulk_imports
from lms.library.bulk.models import LibraryImport
from lms.library.door import open_store
from tests.cast import build_cast
from tests.workers import Start, wait_for, workers_on

pytestmark = pytest.mark.slow

ROWS, READ, STOPPED_AT = 7, 2, 4  # the first worker stops before its third reading
STOPPING_WORKER = [
    sys.executable,
    "-c",
    f"""
import sys, threading
from content_store import importing
from lms.cli import main

importing.READ_TOGETHER = {READ}
prepare, calls = importing.prepare_rows, []

def stopping(store, rows, source):
    calls.append(rows)
    if len(calls) > {STOPPED_AT // READ}:
        threading.Event().wait()  # here it is killed
    return prepare(store, rows, source)

importing.prepare_rows = stopping
sys.argv = ["lms", "worker"]
main()
""",
]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Flask]:
    """An installation with its tables, whose queue is the one a worker listens to."""
    app = create_app(
        Settings(
            data_dir=str(tmp_path),
            queue_url=f"sqlite:///{tmp_path / 'queue.db'}",
            mail_url="memory:",
            secret_key="s" * 40,
        )
    )
    with app.app_context():
        upgrade_database(db.engine)
        db.session.remove()
        yield app
        for name in ("item_index", "page_index"):
            app.extensions[name].close()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a worker on the installation; whatever still runs is ended afterwards."""
    with workers_on(tmp_path) as starting:
        yield starting


def wait_until_at(import_id: int, row: int, log: Path) -> None:
    """Look again until so many rows are written."""

    def is_there() -> bool:
        db.session.rollback()
        at = db.session.scalar(select(LibraryImport.next_row).where(LibraryImport.id == import_id))
        return at == row

    assert wait_for(is_there), log.read_text()[-4000:]


def confirm(folder: Path) -> LibraryImport:
    """An import that waits for the worker."""
    path = folder / "bai.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(1, ROWS + 1):
            archive.writestr(f"{number}.md", f"# Số {number}\n\nNội dung bài {number}.\n")
    lan = build_cast().lan.actor
    with open_store().blobs.stage() as archive:
        archive.write(path.read_bytes())
        rows, problems, known = bulk_imports.read_files(lan, archive, None)
        name = bulk_imports.keep_archive(archive)
    with write():
        draft = bulk_imports.draft_import(
            lan, rows=rows, problems=problems, known=known, archive=name, file_name="bai.zip", home=None
        )
        return bulk_imports.confirm_import(lan, draft.uuid)


def test_a_worker_killed_in_the_middle_leaves_every_row_to_the_next_one_and_none_comes_twice(
    home: Flask, start: Start, tmp_path: Path
):
    draft = confirm(tmp_path)
    import_id, job_id = draft.id, draft.job_id
    worker = start(STOPPING_WORKER)
    wait_until_at(import_id, STOPPED_AT, tmp_path / "worker.log")
    worker.kill()
    worker.wait(timeout=30)
    with write():  # the next worker would end it by itself, half a minute later (`test_leases`)
        assert db.session.scalar(select(Job.state).where(Job.id == job_id)) == "running"
        lapsed = clock.now() - timedelta(seconds=1)
        db.session.execute(update(Job).where(Job.id == job_id).values(lease_until=lapsed))
    start()
    wait_until_at(import_id, ROWS, tmp_path / "worker.log")
    done = db.session.get_one(LibraryImport, import_id)
    assert (done.state, done.created, done.updated, done.problems) == ("done", ROWS, 0, [])
    titles = db.session.scalars(select(Version.title)).all()
    assert sorted(titles) == [f"Số {number}" for number in range(1, ROWS + 1)]
