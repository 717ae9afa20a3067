"""A disk without room: what is refused is said so, what was acknowledged stays, reading goes on, room heals it."""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.core.db import db
from lms.core.jobs import Job, run_due_jobs
from tests.factories.people import PASSWORD
from tests.faults.dying import make_settings
from tests.faults.founded import founded_site
from tests.faults.invariants import tell_halves

JSON = {"Accept": "application/json"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 32 MB."""
    if os.name == "nt" or os.geteuid() != 0:
        pytest.skip("needs root, to mount a small disk of its own: run it as root, as CI does")
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(folder)], capture_output=True
    )
    if done.returncode:
        pytest.skip("needs the right to mount a small disk of its own (docker run --privileged)")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def site(small_disk: Path) -> Iterator[Flask]:
    settings = make_settings(str(small_disk))
    with founded_site(settings) as app:
        yield app


def fill(disk: Path) -> Path:
    """Take the last block."""
    filler = disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as stream:
        for size in (1_000_000, 4096, 1):
            with suppress(OSError):
                while True:
                    stream.write(b"x" * size)
    return filler


def enter(app: Flask) -> FlaskClient:
    browser = app.test_client()
    assert browser.post("/sign-in", data={"login": "lan", "password": PASSWORD}).status_code == 303
    return browser


def send(browser: FlaskClient, number: int, size: int = 1):
    content = f"# Bài {number}\n\n{'Một đoạn văn. ' * size}".encode()
    data = {"file": (io.BytesIO(content), f"bai-{number}.md")}
    return browser.post("/library/upload", data=data, content_type="multipart/form-data", headers=JSON)


def items_of(answers: list[object]) -> list[str]:
    return [answer.json["files"][0]["item"] for answer in answers]  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [10, 20_000], ids=["in-the-buffer", "while-writing"])
def test_an_upload_without_room_is_refused_whole_and_the_rest_stays(site: Flask, small_disk: Path, size: int):
    """Cures: `Staged.abort` removes the file although closing it fails (without: half a file stays and keeps the disk
    full); `_on_os_error` says 507 (without: a crash)."""
    browser = enter(site)
    kept = send(browser, 1)
    assert kept.status_code == 200
    filler = fill(small_disk)
    refused = send(browser, 2, size=size)
    assert (refused.status_code, refused.json["error"]) == (507, "disk_full")
    assert list((small_disk / "files" / "incoming").glob("incoming-*")) == []
    assert browser.get("/library/mine").status_code == 200
    filler.unlink()
    again = send(browser, 2, size=1000)
    assert again.status_code == 200
    run_due_jobs()
    db.session.rollback()
    assert list(tell_halves(site)) == []
    for item in items_of([kept, again]):
        assert browser.get(f"/library/{item}").status_code == 200


def test_a_database_without_room_refuses_and_goes_on_when_there_is_room(site: Flask, small_disk: Path):
    """Cure: one transaction for one deed, and OperationalError is 503: nothing half is kept, nothing is claimed."""
    browser = enter(site)
    filler = fill(small_disk)
    answers = [
        browser.post("/library/collections", data={"title": "T" * 200}).status_code for _try in range(12)
    ]
    assert set(answers[-3:]) <= {503, 507}
    assert browser.get("/learn").status_code == 200
    filler.unlink()
    assert browser.post("/library/collections", data={"title": "Sau"}).status_code == 303
    db.session.rollback()
    assert list(tell_halves(site)) == []


def test_an_index_that_found_no_room_is_written_when_there_is_some(site: Flask, small_disk: Path):
    """Cure: `max_attempts=PATIENT`. Without it the job fails for good after five tries in half an hour."""
    browser = enter(site)
    assert send(browser, 3).status_code == 200
    index = site.extensions["item_index"]
    put = index.put
    index.put = lambda documents: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    for _try in range(7):
        run_due_jobs()
        with db.engine.begin() as connection:
            connection.execute(db.text("UPDATE job SET run_after = '2000-01-01' WHERE state = 'queued'"))
    index.put = put
    db.session.rollback()
    assert (
        db.session.scalar(db.select(Job.state).where(Job.name == "index_items").order_by(Job.id.desc()))
        == "queued"
    )
    run_due_jobs()
    db.session.rollback()
    assert list(tell_halves(site)) == []
