"""A bucket that lets pages of a site send to it, as docs/running asks an operator to set it up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from content_store.blobs import S3Blobs, open_blobs


@contextmanager
def allowing_pages(url: str, origin: str) -> Iterator[None]:
    """Allow pages of `origin` for the while; other tests of this process share the bucket."""
    blobs = open_blobs(url)
    assert isinstance(blobs, S3Blobs)
    rule = {
        "AllowedOrigins": [origin],
        "AllowedMethods": ["GET", "HEAD", "PUT"],
        "AllowedHeaders": ["x-amz-checksum-sha256"],
    }
    blobs._client.put_bucket_cors(Bucket=blobs.bucket, CORSConfiguration={"CORSRules": [rule]})
    try:
        yield
    finally:
        blobs._client.delete_bucket_cors(Bucket=blobs.bucket)
