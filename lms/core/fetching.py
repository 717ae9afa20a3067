"""Asking a stranger's server: bounded in size and time, and never one inside our own network."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from typing import Protocol, TypeVar
from urllib.parse import unquote, urljoin, urlsplit

import structlog

from lms.core.outbound import NotReachable, ended_after, open_connection, target_of

log = structlog.get_logger("fetch")
LARGEST = 20_000_000
LARGEST_COPY = 200_000_000
LONGEST_COPY_S = 600.0
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


Answer = TypeVar("Answer")
_Take = Callable[[http.client.HTTPResponse, str, float], Answer]
_ITEM = re.compile(r"<([^<>\s]{1,2000})>\s*;[^,<>]*\brel\s*=\s*\"?item\b", re.IGNORECASE)


class Target(Protocol):
    """What a file is written to while it arrives."""

    def write(self, data: bytes, /) -> int:
        """Take the next bytes."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A file that was fetched, or for a page of theirs, the address at which it says that its file lies."""

    filename: str
    leads_to: str | None = None


def fetch(url: str) -> bytes:
    """Return what the server at `url` answers. Raises FetchFailed, ComeBackLater."""
    return _follow(url, "text/xml, application/xml", LONGEST_S, lambda answer, _, until: _read(answer, until))


def fetch_copy(url: str, target: Target) -> Copy:
    """Write the file at `url` to `target`. A page of HTML is none; it may lead to one (`Link: rel="item"`).

    Raises FetchFailed, ComeBackLater.
    """

    def take(answer: http.client.HTTPResponse, address: str, until: float) -> Copy:
        kind = (answer.getheader("Content-Type") or "").partition(";")[0].strip().lower()
        if kind in {"text/html", "application/xhtml+xml"}:
            found = _ITEM.search(answer.getheader("Link") or "")
            return Copy("", urljoin(address, found[1]) if found else "")
        _copy(answer, target, until)
        return Copy(_name_of(answer, address))

    return _follow(url, "*/*", LONGEST_COPY_S, take)


def fetch_work(url: str, target: Target) -> str | None:
    """Write the file at `url`, or where its page says that it lies; return its name, None where there is only a page.

    Raises FetchFailed, ComeBackLater.
    """
    found = fetch_copy(url, target)
    if found.leads_to:
        found = fetch_copy(found.leads_to, target)
    return found.filename if found.leads_to is None else None


def _follow(url: str, wanted: str, longest_s: float, take: _Take[Answer]) -> Answer:
    until = time.monotonic() + longest_s
    for _ in range(MOST_REDIRECTS + 1):
        try:
            moved, answer = _ask(url, wanted, until, take)
        except (NotReachable, OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
            _check(0, 0, until)  # who is cut off for being slow is told so, not what the cut looked like
            log.warning(
                "fetch.failed", host=urlsplit(url).hostname, error=f"{type(error).__name__}: {error}"[:300]
            )
            raise FetchFailed(_told(error)) from error
        if answer is not None:
            return answer
        url = urljoin(url, moved)
    raise FetchFailed("It sends us from address to address.")


def _told(error: Exception) -> str:
    """What a keeper is told in a sentence; what the machine said stands in the log."""
    if isinstance(error, NotReachable):
        return str(error)
    if isinstance(error, socket.gaierror | UnicodeError):
        return "There is no server of this name."
    if isinstance(error, ssl.SSLError):
        return "Its certificate is not right."
    return "It does not answer." if isinstance(error, OSError) else "Its answer cannot be read."


def _ask(url: str, wanted: str, until: float, take: _Take[Answer]) -> tuple[str, Answer | None]:
    connection = open_connection(url)
    try:
        headers = {"User-Agent": _AGENT, "Accept": wanted, "Accept-Encoding": "identity"}
        with ended_after(connection, until - time.monotonic()):
            connection.request("GET", target_of(url), headers=headers)
            with connection.getresponse() as response:  # which, told to close, is no longer the connection's
                return _judge(response, url, until, take)
    finally:
        connection.close()


def _judge(
    response: http.client.HTTPResponse, url: str, until: float, take: _Take[Answer]
) -> tuple[str, Answer | None]:
    if response.status in _MOVED and (moved := response.getheader("Location")):
        return moved, None
    if response.status in {429, 503}:
        said = response.getheader("Retry-After") or ""
        raise ComeBackLater(int(said) if said.isascii() and said.isdigit() and len(said) < 8 else 300)
    if response.status != 200:
        raise FetchFailed(f"It answers with status {response.status}.")
    return "", take(response, url, until)


def _read(response: http.client.HTTPResponse, until: float) -> bytes:
    """Read the body, up to the limits; a server that drips is as bad as one that floods."""
    promised, pieces, size = response.length, [], 0
    while piece := response.read1(_PIECE):
        size += len(piece)
        _check(size, LARGEST, until)
        pieces.append(piece)
    _check_whole(promised, size, until)
    return b"".join(pieces)


def _copy(response: http.client.HTTPResponse, target: Target, until: float) -> None:
    """Write the body out, up to the limits. A length that was promised must be kept: a cut file is no copy."""
    promised = response.length
    _check(promised or 0, LARGEST_COPY, until)
    size = 0
    while piece := response.read1(_PIECE):
        size += len(piece)
        _check(size, LARGEST_COPY, until)
        target.write(piece)
    _check_whole(promised, size, until)


def _check_whole(promised: int | None, size: int, until: float) -> None:
    """A body without a length ends where the line does: after the time, that was our own cut."""
    _check(size, size, until)
    if promised is not None and size != promised:
        raise FetchFailed("Its answer was cut off.")


def _check(size: int, largest: int, until: float) -> None:
    if size > largest:
        raise FetchFailed("Its answer is too large.")
    if time.monotonic() > until:
        raise FetchFailed("Its answer takes too long.")


def _name_of(response: http.client.HTTPResponse, address: str) -> str:
    """The name that the answer gives its file, else the end of its address."""
    said = Message()
    said["Content-Disposition"] = response.getheader("Content-Disposition") or ""
    return said.get_filename() or unquote(urlsplit(address).path.rpartition("/")[2]) or "file"
