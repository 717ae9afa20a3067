"""Pieces that go straight to the storage: good for exactly their bytes, and nothing counts before it was read."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from content_store import clock, direct, resumable
from content_store.blobs import Blobs, LocalBlobs, open_blobs
from content_store.direct import Piece, PieceSigner
from content_store.errors import BlobMissing, Conflict, ItemNotFound, RefusedFile, StoreError
from content_store.models import Base
from content_store.resumable import Resumable

MIB = 1024 * 1024
SIGNER = PieceSigner("a secret of this site")
OWNER = "user:lan"
DATA = os.urandom(MIB) * 11 + b"the end"


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as found:
        yield found
    engine.dispose()


@pytest.fixture
def blobs(s3_url: str) -> Blobs:
    bucket, query = s3_url.split("?")
    return open_blobs(f"{bucket}/{uuid4().hex}?{query}")


@pytest.fixture
def upload(session: Session) -> Resumable:
    return resumable.begin_upload(
        session, owner=OWNER, filename="phim.bin", length=len(DATA), limit=len(DATA)
    )


def piece_of(upload: Resumable, data: bytes, *, start: int = 0) -> Piece:
    return Piece(upload.uuid, start, len(data), hashlib.sha256(data).hexdigest())


def send(session: Session, blobs: Blobs, piece: Piece, data: bytes) -> str:
    name, link = direct.grant_piece(session, blobs, piece, owner=OWNER, signer=SIGNER)
    answer = httpx.put(link.url, content=data, headers=link.headers)
    assert answer.status_code == 200, answer.text
    return name


def send_all(session: Session, blobs: Blobs, upload: Resumable, size: int = 5 * MIB) -> None:
    while upload.offset < upload.length:
        data = DATA[upload.offset : upload.offset + size]
        piece = piece_of(upload, data, start=upload.offset)
        name = send(session, blobs, piece, data)
        direct.check_arrived(blobs, piece, name, signer=SIGNER)
        upload = direct.note_arrived(session, piece, name, owner=OWNER)


@pytest.mark.s3
@pytest.mark.parametrize("size", [5 * MIB, 20 * MIB, MIB + 1], ids=["pieces", "one", "too small to copy"])
def test_pieces_become_one_blob_and_leave_nothing(
    session: Session, blobs: Blobs, upload: Resumable, size: int
):
    send_all(session, blobs, upload, size)
    parts = resumable.list_parts(session, upload)
    with resumable.join_parts(blobs, parts, upload.length) as staged:
        assert (staged.origin is not None) == (size >= 5 * MIB)
        ref = staged.commit()
    assert ref.sha256 == hashlib.sha256(DATA).hexdigest()
    with blobs.open(ref.sha256) as stream:
        assert stream.read() == DATA
    resumable.drop_parts(blobs, [part.name for part in parts])
    assert list(blobs.list_parts()) == [] and list(blobs.list()) == [ref.sha256]


@pytest.mark.s3
def test_an_address_takes_no_other_bytes_no_other_length_and_no_other_name(
    session: Session, blobs: Blobs, upload: Resumable
):
    piece = piece_of(upload, DATA[:MIB])
    name, link = direct.grant_piece(session, blobs, piece, owner=OWNER, signer=SIGNER)
    other_digest = {**link.headers, "x-amz-checksum-sha256": "A" * 43 + "="}
    for url, data, headers in (
        (link.url, DATA[: MIB + 1], link.headers),
        (link.url, DATA[: MIB - 1], link.headers),
        (link.url, DATA[:MIB], other_digest),
        (link.url, DATA[:MIB], {}),
        (link.url.replace(name, name[::-1]), DATA[:MIB], link.headers),
        (link.url.replace("X-Amz-Expires=900", "X-Amz-Expires=9000"), DATA[:MIB], link.headers),
        (link.url[:-1] + ("0" if link.url[-1] != "0" else "1"), DATA[:MIB], link.headers),
    ):
        assert httpx.put(url, content=data, headers=headers).status_code in {400, 403}, url
    assert httpx.get(link.url).status_code == 403 and list(blobs.list_parts()) == []
    with pytest.raises(Conflict, match="not arrived"):
        direct.check_arrived(blobs, piece, name, signer=SIGNER)


@pytest.mark.s3
def test_an_address_ends_with_its_quarter_of_an_hour(session: Session, blobs: Blobs, upload: Resumable):
    name, link = direct.grant_piece(session, blobs, piece_of(upload, DATA[:MIB]), owner=OWNER, signer=SIGNER)
    assert "X-Amz-Expires=900" in link.url
    ended = blobs.part_link(name, size=1, sha256=hashlib.sha256(b"a").hexdigest(), expires_s=1)
    assert ended is not None
    day = clock.now().strftime("X-Amz-Date=%Y%m%dT")
    late = ended.url.replace(day, (clock.now() - timedelta(days=1)).strftime("X-Amz-Date=%Y%m%dT"))
    assert httpx.put(late, content=b"a", headers=ended.headers).status_code == 403


@pytest.mark.s3
def test_a_key_that_is_not_ours_puts_nothing(s3_url: str, session: Session, upload: Resumable, blobs: Blobs):
    account, rest = s3_url.removeprefix("s3://").split("@")
    stranger = open_blobs(f"s3://{account.split(':')[0]}:{'0' * 32}@{rest}")
    piece = piece_of(upload, DATA[:MIB])
    _name, link = direct.grant_piece(session, stranger, piece, owner=OWNER, signer=SIGNER)
    assert httpx.put(link.url, content=DATA[:MIB], headers=link.headers).status_code == 403


@pytest.mark.s3
def test_a_private_part_is_not_to_be_read_without_a_signature(
    session: Session, blobs: Blobs, upload: Resumable
):
    _name, link = direct.grant_piece(session, blobs, piece_of(upload, DATA[:MIB]), owner=OWNER, signer=SIGNER)
    assert httpx.put(link.url, content=DATA[:MIB], headers=link.headers).status_code == 200
    assert httpx.get(link.url.partition("?")[0]).status_code == 403


@pytest.mark.s3
def test_bytes_that_are_others_than_was_said_take_the_upload_back_to_their_place(
    session: Session, blobs: Blobs, upload: Resumable
):
    send_all(session, blobs, upload)
    parts = resumable.list_parts(session, upload)
    with blobs.stage() as staged:
        staged.write(bytes(parts[1].size))
        blobs.keep_part(parts[1].name, staged)  # a storage that lost what it had
    with pytest.raises(StoreError) as refused:
        resumable.join_parts(blobs, parts, upload.length)
    assert refused.value.code == "piece-damaged" and refused.value.params["start"] == parts[1].start
    names = resumable.rewind_upload(session, upload.uuid, start=parts[1].start)
    assert names == [part.name for part in parts[1:]]
    resumable.drop_parts(blobs, names)
    upload = resumable.find_upload(session, upload.uuid, owner=OWNER)
    assert upload.offset == parts[1].start
    send_all(session, blobs, upload)
    with resumable.join_parts(blobs, resumable.list_parts(session, upload), upload.length) as staged:
        assert staged.sha256 == hashlib.sha256(DATA).hexdigest()
    assert len(list(blobs.list_parts())) == 3, "only the pieces are kept, not what was made of them"


@pytest.mark.s3
def test_what_is_read_cannot_be_changed_by_who_still_has_an_address(
    session: Session, blobs: Blobs, upload: Resumable
):
    send_all(session, blobs, upload)
    parts = resumable.list_parts(session, upload)
    with resumable.join_parts(blobs, parts, upload.length) as staged:
        with blobs.stage() as other:
            other.write(bytes(parts[0].size))
            blobs.keep_part(parts[0].name, other)
        ref = staged.commit()
    with blobs.open(ref.sha256) as stream:
        assert stream.read() == DATA


def test_a_name_proves_what_it_was_given_for_and_for_how_long(monkeypatch: pytest.MonkeyPatch):
    piece = Piece(uuid4(), 0, 5, hashlib.sha256(b"piece").hexdigest())
    name = SIGNER.name(piece)
    assert SIGNER.knows(piece, name)
    for other in (
        replace(piece, start=1),
        replace(piece, size=6),
        replace(piece, upload=uuid4()),
        replace(piece, sha256="0" * 64),
    ):
        assert not SIGNER.knows(other, name)
    assert not PieceSigner("another secret").knows(piece, name)
    assert not SIGNER.knows(piece, uuid4().hex) and not SIGNER.knows(piece, "../../etc")
    late = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: late)
    assert not SIGNER.knows(piece, name)


@pytest.mark.s3
@pytest.mark.parametrize(
    "change",
    [{"size": 0}, {"size": len(DATA) + 1}, {"sha256": "../../x"}, {"sha256": "F" * 64}],
    ids=["empty", "longer than the file", "no digest", "upper case"],
)
def test_a_piece_that_cannot_be_is_refused(
    session: Session, blobs: Blobs, upload: Resumable, change: dict[str, object]
):
    piece = replace(piece_of(upload, DATA[:MIB]), **change)  # type: ignore[arg-type]
    with pytest.raises(RefusedFile):
        direct.grant_piece(session, blobs, piece, owner=OWNER, signer=SIGNER)
    with pytest.raises(RefusedFile):
        direct.check_arrived(blobs, piece, uuid4().hex, signer=SIGNER)


@pytest.mark.s3
def test_nobody_elses_upload_moves_and_no_piece_counts_twice(
    session: Session, blobs: Blobs, upload: Resumable
):
    piece = piece_of(upload, DATA[:MIB])
    with pytest.raises(ItemNotFound):
        direct.grant_piece(session, blobs, piece, owner="user:minh", signer=SIGNER)
    name = send(session, blobs, piece, DATA[:MIB])
    with pytest.raises(Conflict):
        direct.note_arrived(session, piece, name, owner="user:minh")
    assert direct.note_arrived(session, piece, name, owner=OWNER).offset == MIB
    with pytest.raises(Conflict):
        direct.note_arrived(session, piece, name, owner=OWNER)
    with pytest.raises(Conflict):
        direct.grant_piece(session, blobs, piece, owner=OWNER, signer=SIGNER)


def test_a_folder_takes_nothing_directly(session: Session, upload: Resumable, tmp_path):
    local = LocalBlobs(tmp_path)
    assert local.origin() is None and local.gather([("0" * 32, 1)]) is None
    with pytest.raises(StoreError, match="directly"):
        direct.grant_piece(session, local, piece_of(upload, DATA[:MIB]), owner=OWNER, signer=SIGNER)
    with pytest.raises(BlobMissing):
        local.size_of_part("0" * 32)


@pytest.mark.s3
def test_the_origin_of_a_bucket_is_no_wider_than_the_bucket(s3_url: str):
    endpoint = s3_url.partition("endpoint=")[2]
    assert open_blobs(s3_url).origin() == f"{endpoint}/benhoc/"
    outside = open_blobs(f"{s3_url}&public=https://tep.example.vn")
    assert outside.origin() == "https://tep.example.vn/benhoc/"
    link = outside.link("0" * 64, filename="a", media_type="text/plain", expires_s=60, disposition="inline")
    assert (link or "").startswith("https://tep.example.vn/benhoc/") and outside.check() is None
    in_the_name = open_blobs("s3://k:s@kho?region=ap-southeast-1&addressing=virtual").origin()
    assert in_the_name == "https://kho.s3.ap-southeast-1.amazonaws.com"


@pytest.mark.s3
def test_a_bucket_says_whether_pages_may_send_to_it(s3_url: str):
    blobs = open_blobs(s3_url)
    rule = {
        "AllowedOrigins": ["https://hoc.example.vn"],
        "AllowedMethods": ["GET", "HEAD", "PUT"],
        "AllowedHeaders": ["x-amz-checksum-sha256"],
    }
    blobs._client.put_bucket_cors(Bucket="benhoc", CORSConfiguration={"CORSRules": [rule]})
    try:
        assert blobs.refuses_page("https://hoc.example.vn") is False
        assert blobs.refuses_page("https://other.example.vn") is True
    finally:
        blobs._client.delete_bucket_cors(Bucket="benhoc")
    assert open_blobs("s3://k:s@kho?endpoint=http://127.0.0.1:9").refuses_page("https://x.vn") is True


@pytest.mark.s3
def test_a_download_is_good_for_its_file_its_name_and_its_way_of_showing(s3_url: str, blobs: Blobs):
    ref, other = (blobs.put(io.BytesIO(data)) for data in (b"<svg onload='alert(1)'/>", b"secret"))
    link = blobs.link(
        ref.sha256, filename="hinh.svg", media_type="image/svg+xml", expires_s=900, disposition="inline"
    )
    assert link is not None and "X-Amz-Expires=900" in link
    answer = httpx.get(link)
    assert answer.status_code == 200 and answer.headers["content-disposition"].startswith("attachment")
    for wrong in (
        link.replace("response-content-disposition=attachment", "response-content-disposition=inline"),
        link.replace("image%2Fsvg%2Bxml", "text%2Fhtml"),
        link.replace(ref.sha256, other.sha256),
        link.replace("X-Amz-Expires=900", "X-Amz-Expires=90000"),
        link.partition("?")[0],
    ):
        assert wrong != link and httpx.get(wrong).status_code == 403, wrong
    assert httpx.delete(link).status_code == 403 and httpx.put(link, content=b"x").status_code == 403
    assert blobs.exists(ref.sha256)
