"""What big files cost: the memory of a web process that takes one in, and the pages beside hundreds of slow readers.

The upload goes through the page's own address as a browser sends it, to the production server; the most resident memory
a web process ever had since just before is read from the kernel (`VmHWM`). Linux only.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from bench._load import Request, Run, fire
from bench._processes import table
from bench.figures import Figure, is_asked
from tests.browser.live import ROOT, Site, live_site
from tests.cast import PASSWORD
from tests.fixtures_s3 import s3_server

SIZE = 500 * 1000 * 1000
PIECE = 256 * 1024
READERS, READER_KB_S = 300, 30
PAGES, AT_ONCE = 1000, 4
BOUNDARY = "benhoc-bench"
SLOW = "upload.slow_readers.p95_ratio"


def measure() -> Iterator[Figure]:
    """Yield `upload.local.peak_rss_mb`, `upload.slow_readers.p95_ratio` and `upload.s3.peak_rss_mb`."""
    if is_asked("upload.local.peak_rss_mb") or is_asked(SLOW):
        with site() as found:
            yield from uploaded("local", found)
            if is_asked(SLOW):
                yield from beside_slow_readers(found)
    if is_asked("upload.s3.peak_rss_mb"):
        with s3_server() as storage, site(STORAGE_URL=storage) as found:
            yield from uploaded("s3", found)


class site(ExitStack):
    """A fresh site with teachers, served as in production."""

    def __init__(self, **settings: str) -> None:
        super().__init__()
        self._settings = settings

    def __enter__(self) -> Site:  # type: ignore[override]
        folder = self.enter_context(tempfile.TemporaryDirectory(prefix="benhoc-upload-"))
        return self.enter_context(live_site(Path(folder), "cast", **self._settings))


def uploaded(storage: str, found: Site) -> Iterator[Figure]:
    """Send the big file and tell how far the memory of the web processes went, and how long it took."""
    visitor = Visitor(found)
    visitor.sign_in("lan")
    before = max(resident_mb(pid, "VmRSS") for pid in web_processes(found))
    for pid in web_processes(found):
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak begins anew
    started = time.monotonic()
    visitor.upload()
    yield Figure(f"upload.{storage}.seconds", time.monotonic() - started, "s")
    yield Figure(f"upload.{storage}.before_rss_mb", before, "MB")
    peak = max(resident_mb(pid, "VmHWM") for pid in web_processes(found))
    yield Figure(f"upload.{storage}.peak_rss_mb", peak, "MB")


def web_processes(found: Site) -> list[int]:
    """Return the ids of the web processes: those children of the server that call themselves so."""
    port = str(urlsplit(found.url).port)
    serving = {pid: one for pid, one in table().items() if f"lms serve --port {port} " in one.command + " "}
    return [pid for pid, one in serving.items() if one.command.startswith("lms web:")]


def resident_mb(pid: int, name: str) -> float:
    """Return a line of a process's status in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1000


class Visitor:
    """One browser: an address, a cookie, forms with their token."""

    def __init__(self, found: Site) -> None:
        self._address = urlsplit(found.url).netloc
        self._cookie = ""

    def sign_in(self, login: str) -> None:
        """Sign a person in by the form."""
        form = {"login": login, "password": PASSWORD, "csrf_token": self.token("/sign-in")}
        answer = self._send("POST", "/sign-in", urlencode(form), "application/x-www-form-urlencoded")
        if answer.status not in {302, 303}:
            raise RuntimeError(f"{login} could not sign in: {answer.status}")

    def token(self, path: str) -> str:
        """Return the form token of a page."""
        page = self.page(path)
        found = re.search(r'name="csrf[_-]token"[^>]*(?:value|content)="([^"]+)"', page)
        if found is None:
            raise RuntimeError(f"no form token on {path}: {page[:300]}")
        return found.group(1)

    def page(self, path: str) -> str:
        """Return a page."""
        answer = self._send("GET", path)
        if answer.status != 200:
            raise RuntimeError(f"{path} answers {answer.status}")
        return str(answer.body)

    def upload(self) -> None:
        """Send a sound file of half a gigabyte as a browser does."""
        token = self.token("/library/upload")
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="buoi-hoc.wav"\r\n'
            "Content-Type: audio/wav\r\n\r\n"
        ).encode()
        tail = f"\r\n--{BOUNDARY}--\r\n".encode()
        line = HTTPConnection(self._address, timeout=600)
        line.putrequest("POST", "/library/upload")
        line.putheader("Cookie", self._cookie)
        line.putheader("X-CSRFToken", token)
        line.putheader("Accept", "application/json")
        line.putheader("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
        line.putheader("Content-Length", str(len(head) + SIZE + len(tail)))
        line.endheaders(head)
        for piece in sound():
            line.send(piece)
        line.send(tail)
        answer = line.getresponse()
        body = answer.read().decode()
        line.close()
        if answer.status != 200 or '"ok":true' not in body.replace(" ", ""):
            raise RuntimeError(f"the upload was refused: {answer.status} {body[:500]}")

    def leads_to(self, path: str) -> str:
        """Return where an address sends its reader on to."""
        answer = self._send("GET", path)
        if not answer.location:
            raise RuntimeError(f"{path} leads nowhere: {answer.status}")
        return answer.location

    def request(self, path: str, contains: str) -> Request:
        """Return the bytes of a request for a page, as this browser sends it."""
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: {self._address}",
            f"Cookie: {self._cookie}",
            "Accept-Encoding: gzip",
        ]
        return Request(("\r\n".join(lines) + "\r\n\r\n").encode(), 200, contains.encode())

    def _send(self, method: str, path: str, body: str = "", kind: str = "") -> Answer:
        line = HTTPConnection(self._address, timeout=120)
        headers = {"Cookie": self._cookie, "Accept": "text/html", **({"Content-Type": kind} if kind else {})}
        line.request(method, path, body or None, headers)
        answer = Answer(line.getresponse())
        self._cookie = answer.cookie or self._cookie
        line.close()
        return answer


class Answer:
    """Status, text and the session cookie of a reply."""

    def __init__(self, reply: HTTPResponse) -> None:
        self.status = reply.status
        self.body = reply.read().decode(errors="replace")
        self.location = reply.getheader("Location") or ""
        self.cookie = (reply.getheader("Set-Cookie") or "").partition(";")[0]


def sound() -> Iterator[bytes]:
    """Yield a WAV file of `SIZE` bytes; its samples differ from piece to piece."""
    riff = b"RIFF" + (SIZE - 8).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    layout = (
        b"\x01\x00\x02\x00"
        + (44_100).to_bytes(4, "little")
        + (176_400).to_bytes(4, "little")
        + b"\x04\x00\x10\x00"
    )
    head = riff + layout + b"data" + (SIZE - 44).to_bytes(4, "little")
    yield head
    left, number = SIZE - len(head), 0
    while left:
        number += 1
        piece = (number.to_bytes(4, "little") * (PIECE // 4))[:left]
        left -= len(piece)
        yield piece


def beside_slow_readers(found: Site) -> Iterator[Figure]:
    """Ask for pages without readers, beside them and without them again; compare the slowest twentieth."""
    visitor = Visitor(found)
    visitor.sign_in("lan")
    asked = visitor.request("/library", "</html>")
    pages(found, asked)
    alone = pages(found, asked)
    command = [
        sys.executable,
        "-m",
        "bench._slow_readers",
        file_link(visitor),
        str(READERS),
        str(READER_KB_S),
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as readers:
        try:
            if readers.stdout is None or "reading" not in readers.stdout.readline():
                raise RuntimeError("the slow readers could not begin")
            beside = pages(found, asked)
            if readers.poll() is not None:
                raise RuntimeError("the slow readers ended before the pages did")
        finally:
            readers.terminate()
    alone.seconds += pages(found, asked).seconds
    yield Figure("upload.slow_readers.p95_without_ms", alone.percentile_ms(95), "ms")
    yield Figure("upload.slow_readers.p95_beside_ms", beside.percentile_ms(95), "ms")
    yield Figure(SLOW, beside.percentile_ms(95) / alone.percentile_ms(95), "")


def pages(found: Site, asked: Request) -> Run:
    """Ask for a page many times over a few connections."""
    port = urlsplit(found.url).port or 80
    return fire(port, lambda _line, _number: asked, connections=AT_ONCE, count=PAGES)


def file_link(visitor: Visitor) -> str:
    """Return the signed link of the file that was uploaded, as its page shows it."""
    drafts = visitor.page("/library/mine?state=draft")
    item = re.search(r'href="(/library/[0-9a-f-]{36})[/"?]', drafts)
    page = visitor.page(item.group(1)) if item else ""
    link = re.search(r'"(http://[^"]+/f/[^"]+\.wav)"', page)
    if link is None:
        raise RuntimeError(f"no link to the file: {drafts[:200]} {page[:200]}")
    return link.group(1)
