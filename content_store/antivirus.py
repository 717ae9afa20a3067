"""The port for virus scanners: none, or a clamd that is asked over its socket before a file is opened or kept.

A scanner that does not answer refuses: a file that nobody looked at is not let in where a look was ordered.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from content_store.blobs import Staged
from content_store.blobs.port import CHUNK
from content_store.errors import RefusedFile, StoreError
from content_store.store import ContentStore
from content_store.values import NewFile, PreparedFile

PORT = 3310
TIMEOUT_S = 120.0
LONGEST_ANSWER = 4096


class Scanner(Protocol):
    """Looks into a file before it is taken in."""

    def scan(self, path: Path) -> None:
        """Return if nothing was found. Raises RefusedFile for an infected file, StoreError without an answer."""

    def check(self) -> str | None:
        """None if the scanner answers, else one sentence that says what is wrong."""


class Clamd:
    """A clamd, asked by INSTREAM: the bytes go over the socket, so it may run on another machine."""

    def __init__(self, address: tuple[str, int] | str, *, timeout_s: float = TIMEOUT_S) -> None:
        """Take host and port, or the path of a socket."""
        self._address = address
        self._timeout_s = timeout_s

    def scan(self, path: Path) -> None:
        """Send the file; clamd answers with one line."""
        answer = self._ask(b"zINSTREAM\0", path)
        if answer.endswith("FOUND"):
            raise RefusedFile(
                "A virus was found in this file. Clean your computer, then make the file again.",
                code="infected",
                found=answer.removeprefix("stream:").removesuffix("FOUND").strip(),
            )
        if not answer.endswith("OK"):
            raise _away(answer)

    def check(self) -> str | None:
        """Ask for a sign of life."""
        try:
            answer = self._ask(b"zPING\0")
        except StoreError as error:
            return error.message
        return None if answer == "PONG" else f"The virus scanner answers “{answer[:80]}”."

    def _ask(self, command: bytes, path: Path | None = None) -> str:
        try:
            with self._connect() as line:
                line.sendall(command)
                if path is not None:
                    _send_file(line, path)
                return _read_answer(line)
        except OSError as error:
            raise _away(error.strerror or type(error).__name__) from error

    def _connect(self) -> socket.socket:
        if isinstance(self._address, tuple):
            return socket.create_connection(self._address, timeout=self._timeout_s)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.settimeout(self._timeout_s)
            line.connect(self._address)
        except OSError:
            line.close()
            raise
        return line


def _send_file(line: socket.socket, path: Path) -> None:
    """Send pieces with their lengths before them; a scanner that has seen enough closes early."""
    with path.open("rb") as stream:
        while data := stream.read(CHUNK):
            try:
                line.sendall(struct.pack("!I", len(data)) + data)
            except (BrokenPipeError, ConnectionResetError):
                return
    line.sendall(struct.pack("!I", 0))


def _read_answer(line: socket.socket) -> str:
    answer = b""
    while len(answer) < LONGEST_ANSWER and not answer.endswith(b"\0") and (data := line.recv(1024)):
        answer += data
    return answer.rstrip(b"\0\n").decode(errors="replace").strip()


def _away(reason: str) -> StoreError:
    return StoreError(
        f"The virus scanner does not answer as it should ({reason[:200]}). Try again in a minute.",
        code="antivirus-away",
    )


def open_scanner(url: str) -> Scanner | None:
    """The scanner at `clamd://host:3310` or `clamd:///run/clamd.sock`; None for `none:`."""
    parts = urlsplit(url)
    if parts.scheme in ("", "none"):
        return None
    if parts.scheme != "clamd":
        raise StoreError(
            f"Scanner “{parts.scheme}” is unknown. Use none: or clamd://host:3310.", code="unknown-antivirus"
        )
    if parts.hostname:
        return Clamd((parts.hostname, parts.port or PORT))
    return Clamd(unquote(parts.path))


class ScanningStore(ContentStore):
    """A store whose new files are scanned where they are staged, before anything opens or keeps them."""

    def __init__(self, *arguments: Any, scanner: Scanner, **about: Any) -> None:
        """Take what the store takes, and the scanner."""
        super().__init__(*arguments, **about)
        self._scanner = scanner

    def prepare(self, files: Iterable[NewFile]) -> list[PreparedFile]:
        """Scan the files, then prepare them. An infected one refuses all, and leaves nothing."""
        with ExitStack() as stages:
            staged = [replace(file, stream=stages.enter_context(self._stage(file))) for file in files]
            for file in staged:
                assert isinstance(file.stream, Staged)
                file.stream.finish()
                self._scanner.scan(file.stream.path)
            return super().prepare(staged)

    def _stage(self, file: NewFile) -> Staged:
        if isinstance(file.stream, Staged):
            return file.stream
        staged = self.blobs.stage()
        try:
            while data := file.stream.read(CHUNK):
                staged.write(data)
        except BaseException:
            staged.abort()
            raise
        return staged
