"""A share of the files is read again; what is wrong is remembered until it is mended."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from content_store import clock, verifying
from content_store.blobs import LocalBlobs
from content_store.errors import StoreError
from content_store.models import Base, Blob
from content_store.verifying import Choice


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as found:
        yield found
    engine.dispose()


@pytest.fixture
def blobs(tmp_path: Path) -> LocalBlobs:
    return LocalBlobs(tmp_path)


@pytest.fixture
def names(session: Session, blobs: LocalBlobs) -> list[str]:
    """Names of 150 files, the newest last."""
    found = []
    for number in range(150):
        ref = blobs.put(io.BytesIO(f"tệp {number}".encode()))
        made_at = clock.now() - timedelta(days=150 - number)
        session.add(Blob(sha256=ref.sha256, size=ref.size, created_at=made_at))
        found.append(ref.sha256)
    session.flush()
    return found


def chosen(session: Session, choice: Choice) -> list[str]:
    return [name for name, _size in verifying.choose_blobs(session, choice)]


def look(session: Session, blobs: LocalBlobs, choice: Choice) -> list[str]:
    looked = verifying.look_again(session, blobs, verifying.choose_blobs(session, choice))
    return [damage.code for damage in verifying.note_found(session, looked)]


def path_of(blobs: LocalBlobs, name: str) -> Path:
    return blobs.root / name[:2] / name[2:4] / name


def test_a_share_a_number_and_the_newest_are_chosen(session: Session, names: list[str]):
    assert len(chosen(session, Choice.read("1%"))) == 2, "a share is rounded up"
    assert len(chosen(session, Choice.read("100%"))) == 150
    assert len(chosen(session, Choice.read("7"))) == 7
    assert set(chosen(session, Choice.read(None, 3))) == set(names[-3:])
    assert set(names[-3:]) <= set(chosen(session, Choice.read("10%", 3)))
    assert chosen(session, Choice()) == sorted(names)


@pytest.mark.parametrize("said", ["", "0", "-1", "0%", "101%", "1.5", "nan%", "many", "%"])
def test_a_sample_that_means_nothing_is_refused(said: str):
    with pytest.raises(StoreError, match="such as 1%"):
        Choice.read(said)


def test_damage_is_told_once_read_each_time_and_forgotten_when_mended(
    session: Session, blobs: LocalBlobs, names: list[str]
):
    gone, changed = path_of(blobs, names[0]), path_of(blobs, names[1])
    kept = gone.read_bytes()
    gone.unlink()
    changed.chmod(0o640)
    changed.write_bytes(changed.read_bytes()[::-1])
    assert sorted(look(session, blobs, Choice())) == ["blob-damaged", "blob-missing"]
    assert verifying.count_damage(session) == 2
    assert look(session, blobs, Choice(newest=1)) == [], "what is known is no news"
    blobs.put(io.BytesIO(kept))
    assert look(session, blobs, Choice(newest=1)) == []
    assert verifying.count_damage(session) == 1, "known damage is looked at whatever else is chosen"
