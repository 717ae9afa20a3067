"""Blobs in an S3 bucket, through boto3: objects `<prefix>/ab/cd/abcd…`.

New bytes are staged on the local disk and uploaded in parts of 8 MiB, so memory stays flat and an
object appears only when all of it has arrived; S3 has no rename, and a copy would move it twice.
"""

from __future__ import annotations

import base64
import io
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import parse_qs, quote, unquote, urlsplit
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from content_store import clock
from content_store.blobs.port import (
    BlobRef,
    PartLink,
    Staged,
    copy_into,
    is_part,
    is_sha256,
    require_part,
    require_sha256,
    sweep_folder,
)
from content_store.blobs.s3_copying import LEAST_COPIED, allows_page, copy_object, gather_parts
from content_store.blobs.s3_faults import Place, error_code, fault_error, tell_operator, tell_region
from content_store.errors import BlobMissing, StoreError
from content_store.links import Disposition, content_disposition, served_disposition

PART = 8 * 1024 * 1024
_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
_UNSAID = frozenset({"301", "400", "403", "404"})
"""What a storage answers to a HEAD, which has no body to say why."""
_GOOD_FOR_S = 60


class S3Blobs:
    """The engine for several machines."""

    def __init__(self, client: Any, bucket: str, prefix: str = "", *, signer: Any = None) -> None:
        """Use a boto3 client and a bucket that exists; sweep what crashed writers left on this machine.

        `signer` is the client of the address that browsers know the storage by, where that is another one.
        """
        sweep_folder(_spool_folder())
        self._client = client
        self._signer = signer or client
        self.bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._good_until = 0.0

    @classmethod
    def from_url(cls, url: str) -> S3Blobs:
        """Open `s3://key:secret@bucket/prefix?endpoint=…&region=…&public=…`.

        Without a key in the URL, boto3 finds one where it usually does (environment, profile, role). `public` is the
        endpoint as browsers reach it, where the machines of the site use another one.
        """
        parts = urlsplit(url)
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        bucket = parts.netloc.rpartition("@")[2]
        keys = (unquote(parts.username or "") or None, unquote(parts.password or "") or None)
        client = _client(options, keys, options.get("endpoint"))
        public = options.get("public")
        signer = _client(options, keys, public) if public else None
        return cls(client, bucket, unquote(parts.path), signer=signer)

    def stage(self) -> Staged:
        """A staged file in a private folder of the system's temporary one."""
        return Staged(_spool_folder(), self._keep)

    def put(self, stream: BinaryIO) -> BlobRef:
        """Store a stream."""
        return copy_into(self.stage(), stream)

    def open(self, sha256: str, *, start: int = 0, end: int | None = None) -> BinaryIO:
        """The bytes from `start` up to `end`, streamed as they are read."""
        if end is not None and end <= start:
            return io.BytesIO()
        span = {"Range": f"bytes={start}-{'' if end is None else end - 1}"} if start or end else {}
        try:
            answer = self._client.get_object(Bucket=self.bucket, Key=self._key(sha256), **span)
        except ClientError as error:
            if error_code(error) == "InvalidRange":
                return io.BytesIO()
            raise self._explain(error, sha256) from error
        except BotoCoreError as error:
            raise self._explain(error, sha256) from error
        return io.BufferedReader(_Body(answer["Body"]), 256 * 1024)

    def size(self, sha256: str) -> int:
        """How many bytes there are."""
        return int(self._head(sha256)["ContentLength"])

    def exists(self, sha256: str) -> bool:
        """Whether the blob is stored."""
        try:
            self.size(sha256)
        except BlobMissing:
            return False
        return True

    def stored_at(self, sha256: str) -> datetime:
        """When the blob was last put."""
        moment: datetime = self._head(sha256)["LastModified"]
        return moment

    def delete(self, sha256: str) -> None:
        """Remove the blob."""
        self._client.delete_object(Bucket=self.bucket, Key=self._key(sha256))

    def list(self) -> Iterator[str]:
        """The name of every stored blob, in order."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=self._prefix
        )
        for page in pages:
            for entry in page.get("Contents", ()):
                name = str(entry["Key"]).rpartition("/")[2]
                if is_sha256(name) and entry["Key"] == self._key(
                    name
                ):  # not that of another folder of the bucket
                    yield name

    def keep_part(self, name: str, staged: Staged) -> None:
        """Store the staged bytes as an object of its own; any size will do, unlike parts of S3's own uploads."""
        from boto3.exceptions import S3UploadFailedError

        key = self._part_key(name)
        staged.finish()
        try:
            self._client.upload_file(str(staged.path), self.bucket, key, Config=_transfer())
        except (ClientError, BotoCoreError, S3UploadFailedError) as error:
            raise self._explain(error, name) from error
        staged.abort()

    def open_part(self, name: str) -> BinaryIO:
        """The bytes of a kept piece, streamed."""
        try:
            answer = self._client.get_object(Bucket=self.bucket, Key=self._part_key(name))
        except (ClientError, BotoCoreError) as error:
            raise self._explain(error, name) from error
        return io.BufferedReader(_Body(answer["Body"]), 256 * 1024)

    def size_of_part(self, name: str) -> int:
        """How many bytes a kept piece has."""
        try:
            head = self._client.head_object(Bucket=self.bucket, Key=self._part_key(name))
        except (ClientError, BotoCoreError) as error:
            raise self._explain(self._reason(error, self._part_key(name)), name) from error
        return int(head["ContentLength"])

    def part_link(self, name: str, *, size: int, sha256: str, expires_s: int) -> PartLink | None:
        """A presigned PUT. Length and digest stand under the signature: the address is good for these bytes alone."""
        digest = base64.b64encode(bytes.fromhex(require_sha256(sha256))).decode()
        about = {"Bucket": self.bucket, "Key": self._part_key(name)}
        address = self._signer.generate_presigned_url(
            "put_object",
            Params={**about, "ContentLength": size, "ChecksumSHA256": digest},
            ExpiresIn=expires_s,
        )
        return PartLink(address, {"x-amz-checksum-sha256": digest})

    def gather(self, parts: Sequence[tuple[str, int]]) -> str | None:
        """Copy the pieces together inside the storage, which wants 5 MiB of each but the last."""
        if not parts or any(size < LEAST_COPIED for _name, size in parts[:-1]):
            return None
        name = clock.new_uuid().hex
        try:
            gather_parts(
                self._client,
                self.bucket,
                self._part_key(name),
                [self._part_key(part) for part, _size in parts],
            )
        except ClientError as error:
            if error_code(error) == "NotImplemented":
                return None
            raise self._explain(error, name) from error
        except BotoCoreError as error:
            raise self._explain(error, name) from error
        return name

    def drop_part(self, name: str) -> None:
        """Remove a kept piece."""
        self._client.delete_object(Bucket=self.bucket, Key=self._part_key(name))

    def list_parts(self) -> Iterator[str]:
        """The name of every kept piece, in order."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=f"{self._prefix}parts/"
        )
        for page in pages:
            names = (str(entry["Key"]).rpartition("/")[2] for entry in page.get("Contents", ()))
            yield from (name for name in names if is_part(name))

    def link(
        self, sha256: str, *, filename: str, media_type: str, expires_s: int, disposition: Disposition
    ) -> str | None:
        """A presigned address. S3 sends no policy of ours, so unsafe types are always a download."""
        served = served_disposition(media_type, disposition, sandboxed=False)
        address: str = self._signer.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self.bucket,
                "Key": self._key(sha256),
                "ResponseContentType": media_type,
                "ResponseContentDisposition": content_disposition(served, filename),
            },
            ExpiresIn=expires_s,
        )
        return address

    def origin(self) -> str | None:
        """The endpoint, and with its path the bucket: other people's buckets there are none of our pages' business."""
        parts = urlsplit(self._presigned("get_object", "origin"))
        in_path = parts.path.startswith(f"/{self.bucket}/")
        return f"{parts.scheme}://{parts.netloc}" + (f"/{self.bucket}/" if in_path else "")

    def refuses_page(self, origin: str) -> bool | None:
        """Ask as a browser does before it sends (CORS)."""
        return not allows_page(self._presigned("put_object", f"{self._prefix}parts/check"), origin)

    def check(self) -> str | None:
        """Write, read back and remove a small object; ask where the bucket lies.

        boto3 finds the way to another region by itself, but the addresses signed for browsers do not.
        """
        try:
            region, body = self._try_out()
        except (ClientError, BotoCoreError) as error:
            return tell_operator(error, self._place())
        if body != b"check":
            return f"The bucket {self.bucket} does not give back what was written."
        return tell_region(self._place(), region) if region not in {"", self._place().region} else None

    def require_ready(self) -> None:
        """Write, read and remove a small object, once a minute while all is well."""
        if time.monotonic() < self._good_until:
            return
        try:
            self._try_out()
        except (ClientError, BotoCoreError) as error:
            raise fault_error(error, self._place()) from error
        self._good_until = time.monotonic() + _GOOD_FOR_S

    def _try_out(self) -> tuple[str, bytes]:
        """The region that the storage names ('' if none), and what came back of `check`."""
        region, key = "", f"{self._prefix}check-{uuid4().hex}"  # several uploads may try at once
        try:  # first of all, for some storages make a bucket by the first thing that is put there
            head = self._client.head_bucket(Bucket=self.bucket)
            region = head["ResponseMetadata"]["HTTPHeaders"].get("x-amz-bucket-region", "")
        except ClientError as error:
            if error_code(error) in {"404", "NoSuchBucket"}:
                raise
        self._client.put_object(Bucket=self.bucket, Key=key, Body=b"check")
        body: bytes = self._client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        self._client.delete_object(Bucket=self.bucket, Key=key)
        return region, body

    def _place(self) -> Place:
        meta = self._client.meta
        return Place(quote(self.bucket), str(meta.region_name), str(meta.endpoint_url))

    def _presigned(self, deed: str, key: str) -> str:
        address: str = self._signer.generate_presigned_url(
            deed, Params={"Bucket": self.bucket, "Key": key}, ExpiresIn=60
        )
        return address

    def _key(self, sha256: str) -> str:
        name = require_sha256(sha256)
        return f"{self._prefix}{name[:2]}/{name[2:4]}/{name}"

    def _part_key(self, name: str) -> str:
        return f"{self._prefix}parts/{require_part(name)}"

    def _head(self, sha256: str) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = self._client.head_object(Bucket=self.bucket, Key=self._key(sha256))
        except (ClientError, BotoCoreError) as error:
            raise self._explain(self._reason(error, self._key(sha256)), sha256) from error
        return answer

    def _reason(self, error: Exception, key: str) -> Exception:
        """Ask again with a GET where a HEAD was refused without a word: a bucket that is gone is no missing file."""
        if error_code(error) not in _UNSAID:
            return error
        try:
            self._client.get_object(Bucket=self.bucket, Key=key)["Body"].close()
        except (ClientError, BotoCoreError) as said:
            error = said
        return error

    def _is_kept(self, staged: Staged) -> bool:
        """Already stored, and lately: an older one is put again, so that no sweep of orphans is near it."""
        try:
            head = self._client.head_object(Bucket=self.bucket, Key=self._key(staged.sha256))
        except (ClientError, BotoCoreError) as error:
            if error_code(error) in _ABSENT:
                return False  # should the bucket itself be missing, the upload says so
            raise self._explain(self._reason(error, self._key(staged.sha256)), staged.sha256) from error
        fresh = clock.now() - head["LastModified"] < timedelta(days=1)
        return fresh and int(head["ContentLength"]) == staged.size

    def _keep(self, staged: Staged) -> None:
        from boto3.exceptions import S3UploadFailedError

        if self._is_kept(staged):
            return
        key = self._key(staged.sha256)
        try:
            if staged.origin is not None:
                copy_object(self._client, self.bucket, self._part_key(staged.origin), key)
            else:
                self._client.upload_file(str(staged.path), self.bucket, key, Config=_transfer())
        except (ClientError, BotoCoreError, S3UploadFailedError) as error:
            raise self._explain(error, staged.sha256) from error

    def _explain(self, error: Exception, sha256: str) -> StoreError:
        """Tell a missing object from a storage that cannot be reached."""
        if isinstance(error, ClientError) and error_code(error) in _ABSENT:
            return BlobMissing(sha256=sha256)
        return fault_error(error, self._place())


def _client(options: dict[str, str], keys: tuple[str | None, str | None], endpoint: str | None) -> Any:
    """A client of one endpoint. boto3 is loaded only where a bucket is used."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=options.get("region", "us-east-1"),
        aws_access_key_id=keys[0],
        aws_secret_access_key=keys[1],
        config=Config(
            signature_version="s3v4",
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": options.get("addressing", "path")},
            retries={"max_attempts": 4, "mode": "standard"},
            connect_timeout=5,
            read_timeout=60,
        ),
    )


def _transfer() -> Any:
    """Parts of 8 MiB, two at a time. boto3 itself is loaded only where a bucket is used."""
    from boto3.s3.transfer import TransferConfig

    return TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, max_concurrency=2)


def _spool_folder() -> Path:
    """Where uploads wait on this machine, readable by this account alone."""
    account = os.getuid() if hasattr(os, "getuid") else "all"
    folder = Path(tempfile.gettempdir()) / f"content_store-{account}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
        raise StoreError(
            f"The folder {folder} belongs to someone else. Remove it, or set TMPDIR.", code="bad-spool-folder"
        )
    return folder


class _Body(io.RawIOBase):
    """An S3 answer as a raw stream, so that it can be buffered and closed like a file."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._body.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._body.close()
        super().close()
