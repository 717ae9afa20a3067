"""A stranger's server that drips, at whatever it is: it is left when its time is over."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from lms.core import fetching, outbound
from lms.core.fetching import FetchFailed, fetch, fetch_copy

HEAD = b"HTTP/1.1 200 OK\r\n"
DRIPS = {
    "its first line": (b"", b"H"),
    "its head": (HEAD, b"X: y\r\n"),
    "one line of its head": (HEAD + b"X: ", b"y"),
    "its body": (HEAD + b"Content-Length: 1000\r\n\r\n", b"x"),
    "a body without a length": (HEAD + b"Connection: close\r\n\r\n", b"x"),
    "the size of a chunk": (HEAD + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
    "where it leads to": (b"HTTP/1.1 302 Found\r\nLocation: /x\r\n", b"X: y\r\n"),
}


@pytest.fixture
def drip(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes, bytes], str]]:
    """Serve a beginning, then letter by letter for ten seconds; return its address without a scheme."""
    monkeypatch.setattr(outbound, "is_reachable", lambda address: True)
    monkeypatch.setattr(fetching, "LONGEST_S", 0.5)
    monkeypatch.setattr(fetching, "LONGEST_COPY_S", 0.5)
    over, threads = threading.Event(), []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve(beginning: bytes, letter: bytes) -> str:
        def answer() -> None:
            with suppress(OSError), listening.accept()[0] as line:
                line.recv(65_536)
                line.sendall(beginning)
                for _ in range(100):
                    line.sendall(letter)
                    if over.wait(0.1):
                        return

        threads.append(threading.Thread(target=answer, daemon=True))
        threads[-1].start()
        return f"127.0.0.1:{listening.getsockname()[1]}/oai"

    yield serve
    over.set()
    listening.close()
    for thread in threads:
        thread.join(10)


@pytest.mark.parametrize("part", DRIPS)
@pytest.mark.parametrize("ask", [fetch, lambda url: fetch_copy(url, io.BytesIO())], ids=["record", "copy"])
def test_a_server_that_drips_is_left_when_its_time_is_over(
    drip: Callable[[bytes, bytes], str], ask: Callable[[str], object], part: str
) -> None:
    began = time.monotonic()
    with pytest.raises(FetchFailed, match="too long"):
        ask("http://" + drip(*DRIPS[part]))
    assert time.monotonic() - began < 4


def test_one_that_drips_while_it_greets_is_left_as_well(drip: Callable[[bytes, bytes], str]) -> None:
    began = time.monotonic()
    with pytest.raises(FetchFailed, match="too long"):
        fetch("https://" + drip(b"\x16\x03\x03\x3f\xff", b"\x02"))
    assert time.monotonic() - began < 4


def test_what_was_cut_off_is_never_taken_for_the_whole(drip: Callable[[bytes, bytes], str]) -> None:
    target = io.BytesIO()
    with pytest.raises(FetchFailed):
        fetch_copy("http://" + drip(*DRIPS["a body without a length"]), target)
    assert target.getvalue()  # it did give something


def test_an_answer_that_breaks_its_word_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "is_reachable", lambda address: True)
    listening = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        with listening.accept()[0] as line:
            line.recv(65_536)
            line.sendall(HEAD + b"Content-Length: 1000\r\n\r\n<OAI-PMH")

    thread = threading.Thread(target=answer)
    thread.start()
    with listening, pytest.raises(FetchFailed, match="cut off"):
        fetch(f"http://127.0.0.1:{listening.getsockname()[1]}/oai")
    thread.join(10)
