"""What an S3 storage does with its own objects: copies that never come through this machine, and its word on pages."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from botocore.exceptions import BotoCoreError, ClientError

LEAST_COPIED = 5 * 1024 * 1024
"""S3 makes objects of pieces of this size; only the last may be smaller."""
LARGEST_COPY = 4 * 1024**3
_PREFLIGHT_S = 10


def copy_object(client: Any, bucket: str, source: str, target: str) -> None:
    """Copy inside the bucket; S3 copies 5 GiB at once at most, more goes in pieces."""
    from boto3.s3.transfer import TransferConfig

    by_pieces = TransferConfig(multipart_threshold=LARGEST_COPY, multipart_chunksize=LARGEST_COPY // 4)
    client.copy({"Bucket": bucket, "Key": source}, bucket, target, Config=by_pieces)


def gather_parts(client: Any, bucket: str, target: str, sources: Sequence[str]) -> None:
    """Make one object of several inside the bucket; nothing stays of one that fails."""
    if len(sources) == 1:
        copy_object(client, bucket, sources[0], target)
        return
    about = {"Bucket": bucket, "Key": target}
    about["UploadId"] = client.create_multipart_upload(**about)["UploadId"]
    try:
        made = []
        for number, source in enumerate(sources, start=1):
            copied = client.upload_part_copy(
                **about, PartNumber=number, CopySource={"Bucket": bucket, "Key": source}
            )
            made.append({"PartNumber": number, "ETag": copied["CopyPartResult"]["ETag"]})
        client.complete_multipart_upload(**about, MultipartUpload={"Parts": made})
    except BaseException:
        with suppress(ClientError, BotoCoreError):
            client.abort_multipart_upload(**about)
        raise


def allows_page(address: str, origin: str) -> bool:
    """Whether the storage lets scripts of `origin` send pieces to it: the question that browsers ask first."""
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "x-amz-checksum-sha256",
    }
    try:
        with urlopen(Request(address, method="OPTIONS", headers=asked), timeout=_PREFLIGHT_S) as answer:
            told = answer.headers
    except (HTTPError, URLError, OSError):
        return False
    methods = told.get("Access-Control-Allow-Methods", "").upper()
    headers = told.get("Access-Control-Allow-Headers", "").lower()
    return (
        told.get("Access-Control-Allow-Origin") in {"*", origin}
        and "PUT" in methods
        and ("x-amz-checksum-sha256" in headers or "*" in headers)
    )
