"""A load generator on raw sockets: keep-alive, gzip, one request after the other on each connection, replies checked.

A closed loop in one thread on epoll costs some 0.05 ms a request, so that the server is measured and not the client;
an outside tool such as wrk cannot send each user's own cookie and form and check what comes back.
"""

from __future__ import annotations

import selectors
import socket
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

CHECK_EVERY = 4  # in a timed run; while warming up every body is read
PATIENCE_S = 120


@dataclass(frozen=True)
class Request:
    """The bytes to send, the status that must come back, and words only the right page has."""

    data: bytes
    status: int
    contains: bytes


@dataclass
class Run:
    """What came of one run: seconds of every reply in order of arrival, wall time, bytes received."""

    seconds: list[float] = field(default_factory=list)
    wall: float = 0.0
    received: int = 0

    @property
    def rate(self) -> float:
        """Replies a second."""
        return len(self.seconds) / self.wall

    def percentile_ms(self, percent: float) -> float:
        """The latency that `percent` of the replies kept to."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


class WrongReply(RuntimeError):
    """The server answered something else than the page that is measured."""


class _Line:
    """One keep-alive connection with its request under way."""

    def __init__(self, number: int, port: int) -> None:
        self.number, self.port = number, port
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray()
        self.request = Request(b"", 0, b"")
        self.began, self.need = 0.0, 0

    def send(self, request: Request) -> None:
        """Send the next request; the reply is gathered by `receive`."""
        self.request, self.need = request, 0
        self.buffer.clear()
        self.began = time.perf_counter()
        self.socket.sendall(request.data)

    def receive(self) -> bool:
        """Take what has arrived; True once the reply is whole."""
        piece = self.socket.recv(262144)
        if not piece:
            raise WrongReply("the server closed the connection within a reply")
        self.buffer += piece
        if not self.need:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return False
            self.need = end + 4 + _length(bytes(self.buffer[:end]))
        return len(self.buffer) >= self.need

    def check(self, *, body: bool) -> None:
        """Raise WrongReply unless this is the page asked for."""
        head, _, sent = bytes(self.buffer).partition(b"\r\n\r\n")
        status = int(head[9:12])
        if status == self.request.status and not body:
            return
        if b"content-encoding: gzip" in head.lower():
            sent = zlib.decompress(sent, 31)
        if status != self.request.status or self.request.contains not in head + sent:
            asked = self.request.data.split(b"\r\n", 1)[0].decode()
            raise WrongReply(f"{asked}: {head[:400].decode()}\n{sent[:600].decode(errors='replace')}")


def _length(head: bytes) -> int:
    """Return the length of the body; every measured page states it."""
    lowered = head.lower()
    place = lowered.find(b"content-length:")
    if place < 0:
        if lowered[9:12] in {b"304", b"204"}:
            return 0
        raise WrongReply(f"no Content-Length: {head[:400].decode()}")
    return int(lowered[place + 15 :].split(b"\r\n", 1)[0])


def fire(
    port: int, make: Callable[[int, int], Request], *, connections: int, count: int, check_all: bool = False
) -> Run:
    """Send `count` requests over `connections`; `make(connection, number)` gives each, numbers from 0."""
    run, sent = Run(), 0
    with selectors.DefaultSelector() as ready:
        lines = [_Line(number, port) for number in range(connections)]
        first = [make(line.number, number) for number, line in enumerate(lines)]
        began = time.perf_counter()
        for line, request in zip(lines, first, strict=True):
            ready.register(line.socket, selectors.EVENT_READ, line)
            line.send(request)
            sent += 1
        while len(run.seconds) < count:
            events = ready.select(PATIENCE_S)
            if not events:
                raise WrongReply(f"no reply within {PATIENCE_S} s")
            for key, _mask in events:
                line = key.data
                if not line.receive():
                    continue
                run.seconds.append(time.perf_counter() - line.began)
                run.received += line.need
                line.check(body=check_all or len(run.seconds) % CHECK_EVERY == 0)
                if sent < count:
                    line.send(make(line.number, sent))
                    sent += 1
                else:
                    ready.unregister(line.socket)
        run.wall = time.perf_counter() - began
        for line in lines:
            line.socket.close()
    return run
