"""Connecting to a stranger's server: never one inside our own network.

The name is looked up once and that very address is connected to, so that a name cannot point elsewhere a moment later.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

PATIENCE_S = 15.0  # for one word of theirs
_LOOK_AGAIN_S = 0.2
# Addresses of version 6 that carry one of version 4 in them, which could be one of ours.
_CARRIERS = tuple(
    ipaddress.ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")
)


class NotReachable(Exception):
    """The address cannot be asked, or is not out in the world."""


def is_reachable(address: str) -> bool:
    """Tell whether an address is out in the world: not ours, not private, not reserved."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if any(found in carrier for carrier in _CARRIERS):
            return False
        found = found.ipv4_mapped or found
    return found.is_global and not found.is_multicast


def names_inside(url: str) -> bool:
    """Tell whether an address says by itself that it lies inside: a private number, or a name that machines give
    themselves. Names that only turn out to lie there are found when they are asked.
    """
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
        if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
            return True
        return not is_reachable(host)
    except ValueError:  # a name, or no address at all: whoever asks it is told
        return False


class Connection(http.client.HTTPConnection):
    """A connection to an address that was looked up and judged before."""

    line: socket.socket | None = None  # kept apart: an answer that ends the connection takes `sock` away

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=PATIENCE_S)
        self.address = address

    def connect(self) -> None:
        """Connect to the judged address, not to the name."""
        self.sock = self.line = self._reach()

    def _reach(self) -> socket.socket:
        return socket.create_connection((self.address, self.port), self.timeout)


class _Encrypted(Connection):
    """The same, encrypted, with the certificate checked against the name."""

    def connect(self) -> None:
        """Connect, then greet under the name: on a line that can be cut while they greet."""
        context = ssl.create_default_context()
        greeted = context.wrap_socket(self._reach(), server_hostname=self.host, do_handshake_on_connect=False)
        self.sock = self.line = greeted
        greeted.do_handshake()


def open_connection(url: str) -> Connection:
    """Return a connection, not yet made, to the server of `url`. Raises NotReachable, OSError for an unknown name."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        raise NotReachable("An address begins with https:// or http:// and has no password in it.")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)]
    if not found or not all(is_reachable(address) for address in found):
        raise NotReachable("This address is not out in the world.")
    kind = _Encrypted if parts.scheme == "https" else Connection
    return kind(parts.hostname, port, found[0])


@contextmanager
def ended_after(connection: Connection, seconds: float) -> Iterator[None]:
    """Cut a connection that is still in use after so many seconds: one that drips a letter at a time never times out.

    Whatever it is at then: connecting, greeting, its head, its body. A line that opens only afterwards is cut as well.
    """
    over = threading.Event()

    def watch() -> None:
        is_over = over.wait(max(seconds, 0.0))
        while not is_over:
            if (line := connection.line) is not None:
                with suppress(OSError):
                    socket.socket.shutdown(
                        line, socket.SHUT_RDWR
                    )  # not that of TLS, which says good-bye first
            is_over = over.wait(_LOOK_AGAIN_S)

    watching = threading.Thread(target=watch, name="deadline", daemon=True)
    watching.start()
    try:
        yield
    finally:
        over.set()


def target_of(url: str) -> str:
    """Return what is asked for at the server of `url`: path and query."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
