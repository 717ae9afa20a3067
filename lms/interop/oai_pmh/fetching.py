"""Asking a stranger's server: bounded in size and time, and never one inside our own network.

The name is looked up once and that very address is connected to, so that a name cannot point elsewhere a moment later.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from urllib.parse import urljoin, urlsplit

LARGEST = 20_000_000
PATIENCE_S = 15.0  # for one word of theirs
LONGEST_S = 90.0  # for the whole answer
MOST_REDIRECTS = 3
_PIECE = 64 * 1024
_MOVED = {301, 302, 303, 307, 308}
# Addresses of version 6 that carry one of version 4 in them, which could be one of ours.
_CARRIERS = tuple(
    ipaddress.ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")
)
_AGENT = "benhoc-harvester/1.0"


class FetchFailed(Exception):
    """The other server cannot be reached, or answers with what we do not take."""


class ComeBackLater(Exception):
    """The other server asks for patience."""

    def __init__(self, seconds: int) -> None:
        """Keep for how long; between ten seconds and a day, whatever it says."""
        self.seconds = max(10, min(seconds, 86_400))
        super().__init__(f"come back in {self.seconds} s")


def is_reachable(address: str) -> bool:
    """Tell whether an address is out in the world: not ours, not private, not reserved."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if any(found in carrier for carrier in _CARRIERS):
            return False
        found = found.ipv4_mapped or found
    return found.is_global and not found.is_multicast


class _Plain(http.client.HTTPConnection):
    """A connection to an address that was looked up and judged before."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=PATIENCE_S)
        self.address = address

    def connect(self) -> None:
        """Connect to the judged address, not to the name."""
        self.sock = socket.create_connection((self.address, self.port), self.timeout)


class _Encrypted(_Plain):
    """The same, encrypted, with the certificate checked against the name."""

    def connect(self) -> None:
        """Connect, then greet under the name."""
        super().connect()
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


def fetch(url: str) -> bytes:
    """Return what the server at `url` answers. Raises FetchFailed, ComeBackLater."""
    until = time.monotonic() + LONGEST_S
    for _ in range(MOST_REDIRECTS + 1):
        try:
            moved, body = _ask(url, until)
        except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
            raise FetchFailed(f"{type(error).__name__}: {error}"[:300]) from error
        if moved is None:
            return body
        url = urljoin(url, moved)
    raise FetchFailed("It sends us from address to address.")


def _ask(url: str, until: float) -> tuple[str | None, bytes]:
    connection = _connect(url)
    try:
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"User-Agent": _AGENT, "Accept": "text/xml, application/xml", "Accept-Encoding": "identity"}
        connection.request("GET", target, headers=headers)
        response = connection.getresponse()
        if response.status in _MOVED and (moved := response.getheader("Location")):
            return moved, b""
        if response.status in {429, 503}:
            said = response.getheader("Retry-After") or ""
            raise ComeBackLater(int(said) if said.isascii() and said.isdigit() and len(said) < 8 else 300)
        if response.status != 200:
            raise FetchFailed(f"It answers with status {response.status}.")
        return None, _read(response, until)
    finally:
        connection.close()


def _connect(url: str) -> _Plain:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        raise FetchFailed("An address begins with https:// or http:// and has no password in it.")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)]
    if not found or not all(is_reachable(address) for address in found):
        raise FetchFailed("This address is not out in the world.")
    kind = _Encrypted if parts.scheme == "https" else _Plain
    return kind(parts.hostname, port, found[0])


def _read(response: http.client.HTTPResponse, until: float) -> bytes:
    """Read the body, up to the limits; a server that drips is as bad as one that floods."""
    pieces, size = [], 0
    while piece := response.read1(_PIECE):
        size += len(piece)
        if size > LARGEST:
            raise FetchFailed("Its answer is too large.")
        if time.monotonic() > until:
            raise FetchFailed("Its answer takes too long.")
        pieces.append(piece)
    return b"".join(pieces)
