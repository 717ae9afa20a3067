"""Streamed multipart uploads: whole, hostile, and cut off."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content_store.blobs import LocalBlobs
from content_store.errors import RefusedFile, StoreError, TooLarge
from content_store.uploads import Upload, UploadLimits, stream_multipart

BOUNDARY = "----lan"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def part(name: str, value: bytes, filename: str | None = None) -> bytes:
    shown = f'; filename="{filename}"' if filename is not None else ""
    kind = "\r\nContent-Type: application/pdf" if filename is not None else ""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{shown}{kind}\r\n\r\n'
    return head.encode() + value + b"\r\n"


def body(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def split(data: bytes, places: list[int]) -> list[bytes]:
    cuts = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[start:end] for start, end in pairwise(cuts)]


@pytest.fixture
def blobs(tmp_path: Path) -> LocalBlobs:
    return LocalBlobs(tmp_path)


def send(blobs: LocalBlobs, data: bytes, **limits: int) -> Upload:
    return stream_multipart([data], TYPE, stage=blobs.stage, limits=UploadLimits(**limits))


def left_behind(blobs: LocalBlobs) -> list[str]:
    return [path.name for path in (blobs.root / "incoming").iterdir()]


FORM = body(
    part("title", "Phân số và đường thẳng".encode()),
    part("file", b"\r\n--not the boundary\r\n%PDF" + bytes(range(256)), "bài 1.pdf"),
    part("grade", b"6"),
    part("grade", b"7"),
    part("file", b"x" * 5000, "../../x.txt"),
    part("nothing", b"", ""),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 10_000), max_size=60))
def test_a_form_is_the_same_however_the_network_cuts_it(places: list[int]):
    with tempfile.TemporaryDirectory() as folder:
        blobs = LocalBlobs(Path(folder))
        upload = stream_multipart(split(FORM, places), TYPE, stage=blobs.stage)
        assert upload.value("title") == "Phân số và đường thẳng"
        assert upload.values("grade") == ["6", "7"]
        assert [file.filename for file in upload.files] == ["bài 1.pdf", "x.txt"]
        assert [file.field for file in upload.files] == ["file", "file"]
        contents = [b"\r\n--not the boundary\r\n%PDF" + bytes(range(256)), b"x" * 5000]
        assert [file.staged.path.read_bytes() for file in upload.files] == contents
        assert [file.staged.sha256 for file in upload.files] == [
            hashlib.sha256(c).hexdigest() for c in contents
        ]
        upload.discard()
        assert left_behind(blobs) == []


def test_every_single_byte_of_a_form_may_arrive_alone(blobs: LocalBlobs):
    pieces = [FORM[place : place + 1] for place in range(len(FORM))]
    with stream_multipart(pieces, TYPE, stage=blobs.stage) as upload:
        assert len(upload.files) == 2


def test_a_received_file_becomes_a_blob_without_being_written_again(blobs: LocalBlobs):
    with send(blobs, FORM) as upload:
        inode = upload.files[0].staged.path.stat().st_ino
        ref = upload.files[0].staged.commit()
        stored = next(blobs.root.glob(f"*/*/{ref.sha256}"))
        assert stored.stat().st_ino == inode
    assert blobs.exists(ref.sha256)
    assert left_behind(blobs) == []


@pytest.mark.parametrize("end", [10, 150, 400, len(FORM) - 30, len(FORM) - 5])
def test_a_lost_connection_leaves_nothing(blobs: LocalBlobs, end: int):
    with pytest.raises(RefusedFile) as caught:
        send(blobs, FORM[:end])
    assert caught.value.code == "upload-cut"
    assert left_behind(blobs) == []


def test_an_error_of_the_line_itself_leaves_nothing(blobs: LocalBlobs):
    def chunks() -> Iterator[bytes]:
        yield FORM[:600]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        stream_multipart(chunks(), TYPE, stage=blobs.stage)
    assert left_behind(blobs) == []


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"total_bytes": 1000}, "upload-too-large"),
        ({"file_bytes": 4999}, "file-too-large"),
        ({"files": 1}, "too-many-files"),
        ({"fields": 2}, "too-many-fields"),
        ({"field_bytes": 10}, "fields-too-large"),
    ],
)
def test_whatever_is_over_a_limit_is_refused_and_forgotten(
    blobs: LocalBlobs, limits: dict[str, int], code: str
):
    with pytest.raises(TooLarge) as caught:
        send(blobs, FORM, **limits)
    assert caught.value.code == code
    assert left_behind(blobs) == []


def test_a_file_of_exactly_the_limit_is_taken(blobs: LocalBlobs):
    with send(blobs, FORM, file_bytes=5000) as upload:
        assert upload.files[1].staged.size == 5000


def test_endless_headers_are_refused(blobs: LocalBlobs):
    with pytest.raises(RefusedFile) as caught:
        send(blobs, body(part("file", b"x", "a" * 40_000)))
    assert caught.value.code in ("header-too-long", "bad-upload")


def test_an_empty_file_is_refused_by_name(blobs: LocalBlobs):
    with pytest.raises(RefusedFile, match=r"“rỗng\.pdf” is empty") as caught:
        send(blobs, body(part("file", b"x", "a.pdf"), part("file", b"", "rỗng.pdf")))
    assert (caught.value.code, caught.value.params["filename"]) == ("empty-file", "rỗng.pdf")
    assert left_behind(blobs) == []


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "multipart/form-data",
        "multipart/mixed; boundary=x",
        f"multipart/form-data; boundary={'x' * 999}",
    ],
)
def test_a_body_that_is_no_form_is_refused(blobs: LocalBlobs, content_type: str):
    with pytest.raises(RefusedFile) as caught:
        stream_multipart([FORM], content_type, stage=blobs.stage)
    assert caught.value.code == "not-multipart"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400), st.integers(0, len(FORM)))
def test_garbage_is_refused_and_never_breaks_the_server(garbage: bytes, place: int):
    with tempfile.TemporaryDirectory() as folder:
        blobs = LocalBlobs(Path(folder))
        try:
            stream_multipart([FORM[:place], garbage, FORM[place:]], TYPE, stage=blobs.stage).discard()
        except StoreError:
            pass
        assert left_behind(blobs) == []
