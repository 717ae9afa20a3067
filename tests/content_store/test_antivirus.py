"""Files are looked at by a clamd before they are opened: a real socket, and every way it may answer."""

from __future__ import annotations

import io
import socketserver
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from content_store.antivirus import Clamd, ScanningStore, open_scanner
from content_store.errors import RefusedFile, StoreError
from content_store.store import ContentStore, NewFile

SIGN = b"SIGN-OF-A-VIRUS"


class _Clamd(socketserver.StreamRequestHandler):
    """Speaks as clamd does: PING, INSTREAM, and whatever `answer` orders."""

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if command == b"zPING\0":
            self.wfile.write(b"PONG\0")
            return
        data = b""
        while size := struct.unpack("!I", self.rfile.read(4))[0]:
            data += self.rfile.read(size)
        self.server.seen.append(data)  # type: ignore[attr-defined]
        answer = self.server.answer  # type: ignore[attr-defined]
        self.wfile.write(answer or (b"stream: Test.Sign FOUND\0" if SIGN in data else b"stream: OK\0"))


@pytest.fixture
def clamd() -> Iterator[socketserver.ThreadingTCPServer]:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Clamd)
    server.seen, server.answer = [], b""  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join(10)
    server.server_close()


@pytest.fixture
def scanner(clamd: socketserver.ThreadingTCPServer) -> Clamd:
    host, port = clamd.server_address[:2]
    found = open_scanner(f"clamd://{host}:{port}")
    assert isinstance(found, Clamd)
    return found


@pytest.fixture
def guarded(store: ContentStore, scanner: Clamd) -> ScanningStore:
    return ScanningStore(store.session, blobs=store.blobs, scanner=scanner)


def test_a_clean_file_is_sent_whole_and_taken_in(guarded: ScanningStore, clamd):
    data = "# Bài\n\n".encode() + b"chu " * 700_000
    (file,) = guarded.prepare([NewFile("bai.md", io.BytesIO(data))])
    assert clamd.seen == [data] and file.blob.size == len(data)


def test_an_infected_file_is_refused_and_nothing_of_it_is_kept(guarded: ScanningStore, tmp_path: Path):
    with pytest.raises(RefusedFile) as refused:
        guarded.prepare([NewFile("a.md", io.BytesIO(b"tot")), NewFile("b.md", io.BytesIO(SIGN))])
    assert (refused.value.code, refused.value.params["found"]) == ("infected", "Test.Sign")
    assert list(guarded.blobs.list()) == [] and list(tmp_path.rglob("incoming-*")) == []


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"\0", b"nonsense\0"])
def test_without_a_clear_answer_the_file_stays_out(guarded: ScanningStore, clamd, answer: bytes):
    clamd.answer = answer
    with pytest.raises(StoreError) as refused:
        guarded.prepare([NewFile("a.md", io.BytesIO(b"tot"))])
    assert refused.value.code == "antivirus-away"
    assert list(guarded.blobs.list()) == []


def test_a_scanner_that_is_away_is_told_as_such(scanner: Clamd, tmp_path: Path):
    assert scanner.check() is None
    away = Clamd(str(tmp_path / "no.sock"))
    assert "does not answer" in str(away.check())
    (tmp_path / "a").write_bytes(b"x")
    with pytest.raises(StoreError):
        away.scan(tmp_path / "a")


def test_the_address_chooses_the_scanner():
    assert open_scanner("none:") is None and open_scanner("") is None
    assert isinstance(open_scanner("clamd:///run/clamd.sock"), Clamd)
    with pytest.raises(StoreError):
        open_scanner("other://x")
