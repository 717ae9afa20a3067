"""Asking a stranger's server: bounded in size and time, and never one inside our own network."""

from __future__ import annotations

import http.client
import time
from urllib.parse import urljoin

from lms.core.outbound import NotReachable, open_connection, target_of

LARGEST = 20_000_000
LONGEST_S = 90.0  # for the whole answer
MOST_REDIRECTS = 3
_PIECE = 64 * 1024
_MOVED = {301, 302, 303, 307, 308}
_AGENT = "benhoc-harvester/1.0"


class FetchFailed(Exception):
    """The other server cannot be reached, or answers with what we do not take."""


class ComeBackLater(Exception):
    """The other server asks for patience."""

    def __init__(self, seconds: int) -> None:
        """Keep for how long; between ten seconds and a day, whatever it says."""
        self.seconds = max(10, min(seconds, 86_400))
        super().__init__(f"come back in {self.seconds} s")


def fetch(url: str) -> bytes:
    """Return what the server at `url` answers. Raises FetchFailed, ComeBackLater."""
    until = time.monotonic() + LONGEST_S
    for _ in range(MOST_REDIRECTS + 1):
        try:
            moved, body = _ask(url, until)
        except (NotReachable, OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
            told = str(error) if isinstance(error, NotReachable) else f"{type(error).__name__}: {error}"
            raise FetchFailed(told[:300]) from error
        if moved is None:
            return body
        url = urljoin(url, moved)
    raise FetchFailed("It sends us from address to address.")


def _ask(url: str, until: float) -> tuple[str | None, bytes]:
    connection = open_connection(url)
    try:
        headers = {"User-Agent": _AGENT, "Accept": "text/xml, application/xml", "Accept-Encoding": "identity"}
        connection.request("GET", target_of(url), headers=headers)
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
