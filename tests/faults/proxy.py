"""A TCP proxy in front of a real server, which can refuse, delay, and cut a connection after so many bytes."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

PIECE = 16 * 1024


@dataclass
class Weather:
    """How the line is: `cut_after` bytes towards the server it breaks, `delay_s` holds every piece back."""

    is_down: bool = False
    delay_s: float = 0.0
    cut_after: int | None = None
    connections: int = 0


class Proxy:
    """Listens on a port of its own and passes on to `target` as the weather allows."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.weather = Weather()
        self._target = target
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _address = self._server.accept()
                self.weather.connections += 1
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with contextlib.suppress(OSError), near:
            if self.weather.is_down:
                return
            with socket.create_connection(self._target, timeout=30) as far:
                back = threading.Thread(target=self._pump, args=(far, near), daemon=True)
                back.start()
                self._pump(near, far, is_upward=True)
                back.join(timeout=30)

    def _pump(self, source: socket.socket, target: socket.socket, *, is_upward: bool = False) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while data := source.recv(PIECE):
                if self.weather.is_down:
                    break
                time.sleep(self.weather.delay_s)
                cut_after = self.weather.cut_after if is_upward else None
                if cut_after is not None and passed + len(data) > cut_after:
                    target.sendall(data[: max(0, cut_after - passed)])
                    break
                target.sendall(data)
                passed += len(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def proxy_before(storage_url: str) -> Iterator[tuple[str, Weather]]:
    """Put a proxy before the S3 server of `storage_url`; yield the URL that goes through it, and its weather."""
    endpoint = storage_url.partition("endpoint=")[2].partition("&")[0]
    parts = urlsplit(endpoint)
    proxy = Proxy((parts.hostname or "127.0.0.1", parts.port or 80))
    try:
        yield storage_url.replace(endpoint, f"http://127.0.0.1:{proxy.port}"), proxy.weather
    finally:
        proxy.close()
