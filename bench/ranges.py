"""`library.ranges_500`: five hundred players leap about in one film at the same moment, on local disk and on S3.

Each reads pieces from places drawn by lot over one connection, as a browser's player does after a press on its bar; every
piece must be the right one, to its first and last byte. The file server's memory is read from the kernel. Linux only.
"""

from __future__ import annotations

import asyncio
import random
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bench._processes import table
from bench.figures import Figure
from bench.upload import PIECE, SIZE, Visitor, resident_mb, site
from tests.browser.live import Site
from tests.fixtures_s3 import s3_server

READERS, LEAPS, LENGTH = 500, 8, 200_000
HEAD = 44
PATIENCE_S = 120
NAME = "library.ranges_500"


@dataclass
class Tally:
    """How the reads went: how many, which failed and why."""

    read: int = 0
    failed: list[str] = field(default_factory=list)


def measure() -> Iterator[Figure]:
    """Yield `library.ranges_500.failed`, all storages together, and what each took."""
    failed = 0
    for storage in ("local", "s3"):
        tally, before, peak = read_on(storage)
        if tally.failed:
            print("#", *tally.failed[:5], sep="\n# ")
        failed += len(tally.failed)
        yield Figure(f"{NAME}.{storage}.read", tally.read, "")
        if peak:
            yield Figure(f"{NAME}.{storage}.files_before_rss_mb", before, "MB")
            yield Figure(f"{NAME}.{storage}.files_peak_rss_mb", peak, "MB")
    yield Figure(f"{NAME}.failed", failed, "")


def read_on(storage: str) -> tuple[Tally, float, float]:
    """Put the film on a storage, let everybody read it. The file server's memory before and at most; S3 needs none."""
    if storage == "s3":
        with s3_server() as url, site(STORAGE_URL=url) as found:
            return asyncio.run(leap_about(film_of(found))), 0.0, 0.0
    with site() as found:
        link = film_of(found)
        files = files_process(found)
        before = resident_mb(files, "VmRSS")
        Path(f"/proc/{files}/clear_refs").write_text("5")  # the peak begins anew
        tally = asyncio.run(leap_about(link))
        return tally, before, resident_mb(files, "VmHWM")


def film_of(found: Site) -> str:
    """Upload the large file and return the address of its bytes."""
    visitor = Visitor(found)
    visitor.sign_in("lan")
    visitor.upload()
    drafts = visitor.page("/library/mine?state=draft")
    item = re.search(r'href="(/library/[0-9a-f-]{36})[/"?]', drafts)
    file = re.search(r'href="(/library/[0-9a-f-]{36}/files/[^"]+)"', visitor.page(item[1])) if item else None
    if file is None:
        raise RuntimeError(f"no file to read: {drafts[:200]}")
    return visitor.leads_to(file[1].replace("&amp;", "&"))


def files_process(found: Site) -> int:
    """Return the id of the process that serves files."""
    port = str(urlsplit(found.url).port)
    serving = [
        pid
        for pid, one in table().items()
        if one.command.startswith("lms files:") and f"--port {port} " in one.command + " "
    ]
    return serving[0]


async def leap_about(link: str) -> Tally:
    """Begin all readers within some seconds; each leaps about to its end."""
    tally = Tally()
    async with asyncio.TaskGroup() as readers:
        for number in range(READERS):
            readers.create_task(read(link, random.Random(number), tally))
            await asyncio.sleep(0.004)
    return tally


async def read(link: str, chance: random.Random, tally: Tally) -> None:
    """One reader: every piece over the same connection."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            await leap(link, chance, tally)
    except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError) as error:
        tally.failed.append(f"{type(error).__name__}: {error}")


async def leap(link: str, chance: random.Random, tally: Tally) -> None:
    """Read pieces from places drawn by lot. Raises ValueError for a wrong one."""
    parts = urlsplit(link)
    secure = ssl.create_default_context() if parts.scheme == "https" else None
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, ssl=secure)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    for _ in range(LEAPS):
        start = chance.randrange(HEAD, SIZE - LENGTH)
        writer.write(
            f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            f"Range: bytes={start}-{start + LENGTH - 1}\r\n\r\n".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 206 " not in head.split(b"\r\n", 1)[0]:
            raise ValueError(head.split(b"\r\n", 1)[0].decode())
        data = await reader.readexactly(LENGTH)
        if (data[0], data[-1]) != (byte_at(start), byte_at(start + LENGTH - 1)):
            raise ValueError(f"other bytes at {start}")
        tally.read += 1
    writer.close()


def byte_at(place: int) -> int:
    """What the film made by `bench.upload.sound` has at a place behind its head."""
    number, within = divmod(place - HEAD, PIECE)
    return (number + 1).to_bytes(4, "little")[within % 4]
