"""From one storage to another: resumed after a kill, compared with the name, and nothing copied twice."""

from __future__ import annotations

import hashlib
import io
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from uuid import uuid4

import pytest

from content_store.blobs import Blobs, LocalBlobs, open_blobs
from content_store.copying import copy_blobs, copy_parts


@pytest.fixture
def source(tmp_path: Path) -> LocalBlobs:
    blobs = LocalBlobs(tmp_path / "from")
    for number in range(200):
        blobs.put(io.BytesIO(f"tệp số {number}".encode()))
    return blobs


@pytest.fixture(params=["local", pytest.param("s3", marks=pytest.mark.s3)])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    if request.param == "local":
        return LocalBlobs(tmp_path / "to")
    bucket, query = request.getfixturevalue("s3_url").split("?")
    return open_blobs(f"{bucket}/{uuid4().hex}?{query}")


def outcomes(source: Blobs, target: Blobs, **options: bool) -> Counter[str]:
    return Counter(one.outcome for one in copy_blobs(source, target, **options))


def path_of(blobs: LocalBlobs, name: str) -> Path:
    return blobs.root / name[:2] / name[2:4] / name


def spoil(blobs: LocalBlobs, name: str) -> None:
    path = path_of(blobs, name)
    path.chmod(0o640)
    path.write_bytes(path.read_bytes()[::-1])


def test_everything_is_copied_once_and_every_byte_is_right(source: LocalBlobs, target: Blobs):
    assert outcomes(source, target, dry_run=True) == {"missing": 200}
    assert list(target.list()) == []
    assert outcomes(source, target) == {"copied": 200}
    assert list(target.list()) == list(source.list())
    for name in list(target.list())[::20]:
        with target.open(name) as stream:
            assert hashlib.sha256(stream.read()).hexdigest() == name
    source.put(io.BytesIO(b"what came in meanwhile"))
    assert outcomes(source, target, dry_run=True) == {"there": 200, "missing": 1}
    assert outcomes(source, target) == {"there": 200, "copied": 1}


def test_a_copy_that_was_killed_goes_on_with_what_is_missing(source: LocalBlobs, tmp_path: Path):
    target = LocalBlobs(tmp_path / "to")
    script = f"""
import os, signal
from content_store.blobs import open_blobs
from content_store.copying import copy_blobs
for number, _one in enumerate(copy_blobs(open_blobs("file://{source.root}"), open_blobs("file://{target.root}"))):
    if number == 70:
        os.kill(os.getpid(), signal.SIGKILL)
"""
    ended = subprocess.run([sys.executable, "-c", script], check=False)
    assert ended.returncode == -signal.SIGKILL
    there = len(list(target.list()))
    assert 64 <= there < 200
    assert outcomes(source, target) == {"there": there, "copied": 200 - there}
    assert list(target.list()) == list(source.list())
    assert outcomes(source, target, verify=True) == {"there": 200}


def test_a_file_that_is_damaged_in_the_old_storage_is_not_copied(source: LocalBlobs, target: Blobs):
    names = list(source.list())
    spoil(source, names[3])
    assert outcomes(source, target) == {"copied": 199, "damaged": 1}
    assert not target.exists(names[3])


def test_verifying_puts_right_what_is_damaged_in_the_new_storage(source: LocalBlobs, tmp_path: Path):
    target = LocalBlobs(tmp_path / "to")
    names = list(source.list())
    assert outcomes(source, target) == {"copied": 200}
    spoil(target, names[5])
    assert outcomes(source, target) == {"there": 200}
    assert outcomes(source, target, verify=True, dry_run=True) == {"there": 199, "missing": 1}
    assert outcomes(source, target, verify=True) == {"there": 199, "copied": 1}
    spoil(source, names[6])
    spoil(target, names[6])
    assert outcomes(source, target, verify=True) == {"there": 199, "damaged": 1}
    assert target.exists(names[6]), "what cannot be mended is left as it is"


def test_a_file_that_goes_away_meanwhile_is_told(source: LocalBlobs, target: Blobs):
    listed = list(source.list())
    path_of(source, listed[0]).unlink()
    source.list = lambda: iter(listed)  # type: ignore[method-assign]
    assert outcomes(source, target) == {"gone": 1, "copied": 199}


def test_pieces_of_unfinished_uploads_come_along(source: LocalBlobs, target: Blobs):
    name = uuid4().hex
    with source.stage() as staged:
        staged.write(b"a piece")
        source.keep_part(name, staged)
    assert [one.outcome for one in copy_parts(source, target, dry_run=True)] == ["missing"]
    assert [one.outcome for one in copy_parts(source, target)] == ["copied"]
    assert [one.outcome for one in copy_parts(source, target)] == ["there"]
    with target.open_part(name) as stream:
        assert stream.read() == b"a piece"
