"""The contract of the Blobs port, run over every engine."""

from __future__ import annotations

import hashlib
import io
import os
import time
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from content_store.blobs import Blobs, LocalBlobs, open_blobs
from content_store.errors import BlobMissing, StoreError

TEXT = "Bài học đầu tiên".encode()
ABSENT = hashlib.sha256(b"never stored").hexdigest()
PART = 8 * 1024 * 1024


def s3_blobs(url: str) -> Blobs:
    """Blobs under a prefix of their own, so that tests do not see each other's."""
    bucket, query = url.split("?")
    return open_blobs(f"{bucket}/{uuid4().hex}?{query}")


@pytest.fixture(params=[pytest.param("local"), pytest.param("s3", marks=pytest.mark.s3)])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    if request.param == "local":
        return open_blobs(f"file://{tmp_path}/blobs")
    return s3_blobs(request.getfixturevalue("s3_url"))


def test_what_is_put_can_be_read_back(blobs: Blobs):
    ref = blobs.put(io.BytesIO(TEXT))
    assert ref.sha256 == hashlib.sha256(TEXT).hexdigest()
    assert ref.size == blobs.size(ref.sha256) == len(TEXT)
    with blobs.open(ref.sha256) as stream:
        assert stream.read() == TEXT


def test_the_same_bytes_are_stored_once(blobs: Blobs):
    assert blobs.put(io.BytesIO(TEXT)) == blobs.put(io.BytesIO(TEXT))
    assert list(blobs.list()) == [hashlib.sha256(TEXT).hexdigest()]


@pytest.mark.parametrize(
    ("start", "end"), [(0, 3), (2, 5), (5, None), (0, 10_000), (len(TEXT), None), (4, 4), (10_000, 10_001)]
)
def test_a_range_gives_exactly_its_bytes(blobs: Blobs, start: int, end: int | None):
    ref = blobs.put(io.BytesIO(TEXT))
    with blobs.open(ref.sha256, start=start, end=end) as stream:
        assert stream.read() == TEXT[start:end]


def test_a_file_of_several_parts_comes_back_whole(blobs: Blobs):
    data = os.urandom(1024) * (2 * PART // 1024) + b"tail"
    ref = blobs.put(io.BytesIO(data))
    with blobs.open(ref.sha256, start=PART - 2, end=PART + 2) as stream:
        assert stream.read() == data[PART - 2 : PART + 2]
    with blobs.open(ref.sha256) as stream:
        assert hashlib.file_digest(stream, "sha256").hexdigest() == ref.sha256


def test_a_name_that_is_not_there_is_missing(blobs: Blobs):
    assert not blobs.exists(ABSENT)
    with pytest.raises(BlobMissing):
        blobs.open(ABSENT)
    with pytest.raises(BlobMissing):
        blobs.size(ABSENT)


@pytest.mark.parametrize("name", ["../../etc/passwd", "ab", "", ABSENT.upper(), ABSENT + "\n"])
def test_a_name_that_is_no_hash_never_becomes_a_path(blobs: Blobs, name: str):
    with pytest.raises(BlobMissing):
        blobs.open(name)


def test_a_deleted_blob_is_gone_and_deleting_again_is_harmless(blobs: Blobs):
    ref = blobs.put(io.BytesIO(TEXT))
    blobs.delete(ref.sha256)
    blobs.delete(ref.sha256)
    assert not blobs.exists(ref.sha256)
    assert list(blobs.list()) == []


def test_a_staged_file_can_be_read_before_it_is_kept_and_vanishes_when_aborted(blobs: Blobs):
    with blobs.stage() as staged:
        staged.write(TEXT)
        staged.finish()
        assert staged.path.read_bytes() == TEXT
    assert not staged.path.exists()
    assert list(blobs.list()) == []


def test_an_upload_that_breaks_off_leaves_nothing(blobs: Blobs):
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise ConnectionError("the line went dead")
            return super().read(3)

    with pytest.raises(ConnectionError):
        blobs.put(Broken(TEXT))
    assert list(blobs.list()) == []


def test_putting_a_blob_tells_when(blobs: Blobs):
    ref = blobs.put(io.BytesIO(TEXT))
    assert abs(blobs.stored_at(ref.sha256).timestamp() - time.time()) < 60


def test_a_healthy_storage_says_nothing(blobs: Blobs):
    assert blobs.check() is None


def test_a_folder_leaves_links_to_the_file_server(tmp_path: Path):
    local = LocalBlobs(tmp_path)
    assert (
        local.link(ABSENT, filename="a", media_type="text/plain", expires_s=60, disposition="inline") is None
    )


def test_half_written_files_of_a_crash_are_swept_after_a_day(tmp_path: Path):
    LocalBlobs(tmp_path)
    abandoned, fresh = tmp_path / "incoming" / "incoming-old", tmp_path / "incoming" / "incoming-new"
    abandoned.write_bytes(b"half")
    fresh.write_bytes(b"half")
    os.utime(abandoned, (time.time() - 90_000,) * 2)
    LocalBlobs(tmp_path)
    assert not abandoned.exists()
    assert fresh.exists()


def test_putting_the_bytes_again_heals_a_damaged_file(tmp_path: Path):
    local = LocalBlobs(tmp_path)
    ref = local.put(io.BytesIO(TEXT))
    path = next(tmp_path.glob(f"*/*/{ref.sha256}"))
    path.chmod(0o640)
    path.write_bytes(TEXT[::-1])
    local.put(io.BytesIO(TEXT))
    assert path.read_bytes() == TEXT


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path):
    local = LocalBlobs(tmp_path / "blobs")
    (tmp_path / "blobs" / "incoming").rmdir()
    (tmp_path / "blobs" / "incoming").write_text("a file where a folder was")
    assert "cannot be written" in (local.check() or "")


def test_an_unknown_storage_names_the_known_ones():
    with pytest.raises(StoreError, match="file://"):
        open_blobs("ftp://example.org/x")


@pytest.mark.s3
def test_a_presigned_link_gives_the_file_with_its_name_and_ranges(s3_url: str):
    blobs = s3_blobs(s3_url)
    ref = blobs.put(io.BytesIO(TEXT))
    link = blobs.link(
        ref.sha256, filename="Bài 1.pdf", media_type="application/pdf", expires_s=60, disposition="inline"
    )
    answer = httpx.get(link or "", headers={"Range": "bytes=0-2"})
    assert (answer.status_code, answer.content) == (206, TEXT[:3])
    assert answer.headers["content-type"] == "application/pdf"
    assert "B%C3%A0i%201.pdf" in answer.headers["content-disposition"]
    assert httpx.get((link or "").replace("Expires=60", "Expires=600")).status_code == 403


@pytest.mark.s3
def test_a_presigned_link_to_a_page_is_always_a_download(s3_url: str):
    blobs = s3_blobs(s3_url)
    ref = blobs.put(io.BytesIO(b"<script>alert(1)</script>"))
    link = blobs.link(
        ref.sha256, filename="a.html", media_type="text/html", expires_s=60, disposition="inline"
    )
    assert httpx.get(link or "").headers["content-disposition"].startswith("attachment")


@pytest.mark.s3
def test_a_bucket_lists_its_own_blobs_not_those_of_a_folder_in_it(s3_url: str):
    bucket, query = s3_url.split("?")
    above = f"{bucket}/{uuid4().hex}"
    outer, inner = open_blobs(f"{above}?{query}"), open_blobs(f"{above}/inner?{query}")
    mine, theirs = outer.put(io.BytesIO(TEXT)).sha256, inner.put(io.BytesIO(TEXT * 2)).sha256
    assert (list(outer.list()), list(inner.list())) == ([mine], [theirs])


def test_a_wrong_key_is_told_without_the_secret(s3_url: str):
    account, rest = s3_url.removeprefix("s3://").split("@")
    key, secret = account.split(":")
    blobs = open_blobs(f"s3://{key}:{secret[::-1]}@{rest}")
    sentence = blobs.check()
    assert sentence
    assert secret[::-1] not in sentence
    with pytest.raises(StoreError, match="The secret does not belong"):
        blobs.put(io.BytesIO(TEXT))


def test_pieces_of_an_unfinished_upload_are_kept_apart_from_blobs(blobs: Blobs):
    first, second = "0" * 31 + "1", "0" * 31 + "2"
    for name in (first, second):
        with blobs.stage() as staged:
            staged.write(name.encode())
            blobs.keep_part(name, staged)
    with blobs.open_part(first) as stream:
        assert stream.read() == first.encode()
    assert list(blobs.list_parts()) == [first, second] and list(blobs.list()) == []
    blobs.drop_part(first)
    blobs.drop_part(first)
    assert list(blobs.list_parts()) == [second]
    with pytest.raises(BlobMissing):
        blobs.open_part(first)
    with pytest.raises(BlobMissing):
        blobs.open_part("../outside")
