"""A storage that was set up wrongly: which mistake it is has its own code, and a sentence that says what to set."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from botocore.stub import Stubber

from content_store.blobs import S3Blobs
from content_store.errors import BlobMissing, StoreError

BUCKET, SECRET = "tep-cua-truong", "bi-mat-khong-noi"
SHA256 = "ab" * 32


@pytest.fixture
def stubbed() -> Iterator[tuple[S3Blobs, Stubber]]:
    """A bucket that no request ever reaches: each answer is given beforehand."""
    blobs = S3Blobs.from_url(f"s3://khoa:{SECRET}@{BUCKET}?endpoint=https://s3.vd.test&region=ap-southeast-1")
    with Stubber(blobs._client) as stub:
        yield blobs, stub


def well(stub: Stubber) -> None:
    """Answer as a storage does that writes, reads and removes."""
    stub.add_response("put_object", {})
    stub.add_response("get_object", {"Body": io.BytesIO(b"check")})
    stub.add_response("delete_object", {})


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ("PermanentRedirect", "storage-wrong-region", "does not lie in the region ap-southeast-1"),
        ("AuthorizationHeaderMalformed", "storage-wrong-region", "set region="),
        ("IllegalLocationConstraintException", "storage-wrong-region", "set region="),
        ("NoSuchBucket", "storage-no-bucket", f"no bucket {BUCKET} at https://s3.vd.test"),
        ("InvalidAccessKeyId", "storage-wrong-keys", "does not know the access key"),
        ("SignatureDoesNotMatch", "storage-wrong-keys", "secret does not belong"),
        ("AccessDenied", "storage-not-allowed", "s3:PutObject"),
        ("RequestTimeTooSkewed", "storage-wrong-clock", "NTP"),
        ("SlowDown", "storage-unavailable", "cannot be used"),
    ],
)
def test_each_mistake_has_its_code_and_says_what_to_set(
    stubbed: tuple[S3Blobs, Stubber], answer: str, code: str, words: str
):
    blobs, stub = stubbed
    stub.add_client_error("head_bucket", "403")
    stub.add_client_error("put_object", answer)
    sentence = blobs.check() or ""
    assert words in sentence and SECRET not in sentence
    stub.add_client_error("head_bucket", "403")
    stub.add_client_error("put_object", answer)
    with pytest.raises(StoreError) as refused:
        blobs.require_ready()
    assert refused.value.code == code
    stub.add_client_error("get_object", answer)
    with pytest.raises(StoreError) as refused:
        blobs.open(SHA256)
    assert refused.value.code == code
    stub.add_client_error("head_object", "404")
    stub.add_client_error("put_object", answer)
    with pytest.raises(StoreError) as refused:
        blobs.put(io.BytesIO(b"bytes"))
    assert refused.value.code == code
    stub.add_client_error("head_object", "403")
    stub.add_client_error("get_object", answer)
    with pytest.raises(StoreError) as refused:
        blobs.size(SHA256)
    assert refused.value.code == code


def test_the_region_that_the_storage_names_is_the_one_to_set(stubbed: tuple[S3Blobs, Stubber]):
    blobs, stub = stubbed
    headers = {"HTTPHeaders": {"x-amz-bucket-region": "eu-west-1"}}
    stub.add_client_error("head_bucket", "301", response_meta=headers)
    stub.add_client_error("put_object", "PermanentRedirect", response_meta=headers)
    assert "set region=eu-west-1" in (blobs.check() or "")


def test_a_region_that_only_browsers_would_miss_is_told_as_well(stubbed: tuple[S3Blobs, Stubber]):
    blobs, stub = stubbed
    for region, told in (("eu-west-1", True), ("ap-southeast-1", False)):
        stub.add_response(
            "head_bucket", {"ResponseMetadata": {"HTTPHeaders": {"x-amz-bucket-region": region}}}
        )
        well(stub)
        assert ("set region=eu-west-1" in (blobs.check() or "")) is told


def test_a_storage_that_was_well_is_not_tried_out_at_every_upload(stubbed: tuple[S3Blobs, Stubber]):
    blobs, stub = stubbed
    stub.add_client_error("head_bucket", "403")
    well(stub)
    blobs.require_ready()
    blobs.require_ready()
    stub.assert_no_pending_responses()


@pytest.mark.s3
def test_uploads_that_begin_together_do_not_disturb_each_others_try(s3_url: str):
    several = [S3Blobs.from_url(s3_url) for _ in range(6)]  # as many processes would

    def begin(blobs: S3Blobs) -> None:
        for _upload in range(8):
            blobs._good_until = 0.0
            blobs.require_ready()

    with ThreadPoolExecutor(len(several)) as pool:
        list(pool.map(begin, several))  # raises what any of them was refused with
    assert [blobs.check() for blobs in several] == [None] * len(several)


@pytest.mark.s3
def test_a_bucket_that_is_not_there_is_no_missing_file(s3_url: str):
    blobs = S3Blobs.from_url(s3_url.replace("@benhoc?", f"@khong-co-{uuid4().hex[:8]}?"))
    assert "There is no bucket khong-co-" in (blobs.check() or "")
    for deed in (blobs.require_ready, lambda: blobs.size(SHA256), lambda: blobs.open(SHA256)):
        with pytest.raises(StoreError) as refused:
            deed()
        assert refused.value.code == "storage-no-bucket"
    with pytest.raises(BlobMissing):
        S3Blobs.from_url(s3_url).size(SHA256)


@pytest.mark.s3
@pytest.mark.parametrize("wrong", ["key", "secret"])
def test_wrong_keys_are_told_as_such_and_never_shown(s3_url: str, wrong: str):
    account, rest = s3_url.removeprefix("s3://").split("@")
    key, secret = account.split(":")
    key, secret = (key[::-1], secret) if wrong == "key" else (key, secret[::-1])
    blobs = S3Blobs.from_url(f"s3://{key}:{secret}@{rest}")
    sentence = blobs.check() or ""
    assert ("does not know the access key" if wrong == "key" else "secret does not belong") in sentence
    assert key not in sentence and secret not in sentence
    for deed in (blobs.require_ready, lambda: blobs.put(io.BytesIO(b"bytes")), lambda: blobs.size(SHA256)):
        with pytest.raises(StoreError) as refused:
            deed()
        assert refused.value.code == "storage-wrong-keys"
