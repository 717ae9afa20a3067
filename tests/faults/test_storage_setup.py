"""S3 set up wrongly under a running site: an upload is refused before its bytes, in words, and nothing is lost."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from content_store.blobs import open_blobs
from content_store.blobs.port import Staged
from lms.core.checks import check_engines
from tests.factories.people import PASSWORD
from tests.faults.dying import make_settings
from tests.faults.founded import founded_site
from tests.faults.test_storage import JSON, content_of, look, send, told

pytestmark = pytest.mark.s3
TUS = {"Tus-Resumable": "1.0.0", "Upload-Length": "500", **JSON}


@pytest.fixture
def site(s3_url: str, tmp_path: Path) -> Iterator[Flask]:
    with founded_site(make_settings(str(tmp_path), storage_url=s3_url)) as app:
        yield app


@pytest.fixture
def browser(site: Flask) -> FlaskClient:
    found = site.test_client()
    assert found.post("/sign-in", data={"login": "lan", "password": PASSWORD}).status_code == 303
    return found


def spoil(url: str, mistake: str) -> str:
    """The storage URL with one mistake in it."""
    account, rest = url.removeprefix("s3://").split("@")
    key, secret = account.split(":")
    if mistake == "bucket":
        return url.replace("@benhoc?", f"@khong-co-{uuid4().hex[:8]}?")
    key, secret = (key[::-1], secret) if mistake == "key" else (key, secret[::-1])
    return f"s3://{key}:{secret}@{rest}"


@pytest.mark.parametrize(
    ("number", "mistake", "words", "finding"),
    [
        (50, "bucket", "Không tìm thấy kho chứa tệp", "There is no bucket"),
        (60, "key", "không nhận khóa truy cập", "does not know the access key"),
        (70, "secret", "không nhận khóa truy cập", "secret does not belong"),
    ],
)
def test_an_upload_is_refused_at_its_start_and_nothing_is_lost(
    site: Flask,
    browser: FlaskClient,
    s3_url: str,
    monkeypatch: pytest.MonkeyPatch,
    number: int,  # the bucket is shared: every test sends bytes of its own
    mistake: str,
    words: str,
    finding: str,
):
    first = send(browser, number)
    monkeypatch.setitem(site.extensions, "blobs", open_blobs(spoil(s3_url, mistake)))
    taken: list[int] = []
    monkeypatch.setattr(Staged, "write", lambda _self, data: taken.append(len(data)) or len(data))
    whole = {"file": (io.BytesIO(content_of(number + 1)), "bai.md")}
    answers = [
        browser.post("/library/upload", data=whole, headers=JSON),
        browser.post("/library/tus/", headers=TUS),
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert all(words in answer.json["message"] for answer in answers), [answer.text for answer in answers]
    assert taken == []
    assert any(finding in found.text for found in check_engines(site))
    monkeypatch.undo()
    again = send(browser, number + 1)
    assert again["ok"] is True
    assert look(site, told(number, first), told(number + 1, again)) == []
