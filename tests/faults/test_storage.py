"""S3 that is down, slow, or breaks off in the middle: refused plainly, nothing half kept, well again by itself."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from content_store.blobs import S3Blobs
from lms.core.db import db
from lms.core.jobs import run_due_jobs
from tests.factories.people import PASSWORD
from tests.faults.dying import make_settings
from tests.faults.founded import founded_site
from tests.faults.invariants import tell_halves, tell_losses
from tests.faults.proxy import Weather, proxy_before

pytestmark = pytest.mark.s3
JSON = {"Accept": "application/json"}


@pytest.fixture
def storage(s3_url: str) -> Iterator[tuple[str, Weather]]:
    with proxy_before(s3_url) as found:
        yield found


@pytest.fixture
def site(storage: tuple[str, Weather], tmp_path: Path) -> Iterator[Flask]:
    settings = make_settings(str(tmp_path), storage_url=storage[0])
    with founded_site(settings) as app:
        yield app


@pytest.fixture
def browser(site: Flask) -> FlaskClient:
    found = site.test_client()
    assert found.post("/sign-in", data={"login": "lan", "password": PASSWORD}).status_code == 303
    return found


def content_of(number: int, size: int = 50_000) -> bytes:
    """Text that does not shrink, so that a cut falls into its middle."""
    words = random.Random(number)
    return f"# Bài {number}\n\n{' '.join(words.randbytes(4).hex() for _word in range(size // 9))}\n".encode()


def send(browser: FlaskClient, number: int) -> dict[str, object]:
    data = {"file": (io.BytesIO(content_of(number)), f"bai-{number}.md")}
    answer = browser.post("/library/upload", data=data, content_type="multipart/form-data", headers=JSON)
    assert answer.status_code == 200, answer.text
    row: dict[str, object] = answer.json["files"][0]
    return row


def told(number: int, row: dict[str, object]) -> dict[str, object]:
    return {"deed": "upload", "item": row["item"], "sha256": hashlib.sha256(content_of(number)).hexdigest()}


def look(site: Flask, *acknowledged: dict[str, object]) -> list[object]:
    run_due_jobs()
    db.session.rollback()
    return [*tell_losses(site, acknowledged), *tell_halves(site)]


@pytest.mark.parametrize(
    ("number", "weather"),
    [(10, {"is_down": True}), (20, {"cut_after": 20_000})],
    ids=["down", "breaks-off-in-the-middle"],
)
def test_an_upload_that_the_storage_does_not_take_leaves_nothing(
    site: Flask,
    browser: FlaskClient,
    storage: tuple[str, Weather],
    number: int,  # the bucket is shared: every test sends bytes of its own
    weather: dict[str, object],
):
    """Cure: bytes are stored before any row is written, and an error of the storage is a sentence, not a crash."""
    first = send(browser, number)
    for name, value in weather.items():
        setattr(storage[1], name, value)
    refused = send(browser, number + 1)
    assert refused["ok"] is False and refused["message"]
    assert browser.get("/library/mine").status_code == 200
    storage[1].is_down, storage[1].cut_after = False, None
    again = send(browser, number + 1)
    assert (again["ok"], again["duplicate"]) == (True, False)
    assert look(site, told(number, first), told(number + 1, again)) == []


def test_a_slow_storage_is_waited_for(site: Flask, browser: FlaskClient, storage: tuple[str, Weather]):
    storage[1].delay_s = 0.15
    row = send(browser, 3)
    assert row["ok"] is True
    storage[1].delay_s = 0.0
    assert look(site, told(3, row)) == []


def test_a_half_written_object_under_the_right_name_is_put_again(site: Flask, browser: FlaskClient):
    """Cure: `S3Blobs._is_kept` compares the size. Without it the half object would be taken for the whole."""
    blobs = site.extensions["blobs"]
    assert isinstance(blobs, S3Blobs)
    sha256 = hashlib.sha256(content_of(4)).hexdigest()
    key = f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
    blobs._client.put_object(Bucket=blobs.bucket, Key=key, Body=content_of(4)[:1000])
    row = send(browser, 4)
    assert look(site, told(4, row)) == []


def test_rows_written_before_their_bytes_are_seen_as_half(
    site: Flask, browser: FlaskClient, storage: tuple[str, Weather], monkeypatch: pytest.MonkeyPatch
):
    """The cure taken away: an error of the storage that nobody hears of."""
    monkeypatch.setattr(S3Blobs, "_keep", lambda _self, _staged: None)
    row = send(browser, 5)
    assert row["ok"] is True
    assert look(site, told(5, row)) != []
