"""A small asynchronous application that serves stored files by signed links, on an origin of its own.

Whatever was uploaded is hostile: no cookies are read or set here, everything is sandboxed and
unsniffable, and what could run in a browser is only ever a download. Reads go through a thread only
while a piece is fetched, so forty slow readers hold no threads.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import BinaryIO

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from content_store import clock
from content_store.blobs import Blobs, open_blobs
from content_store.errors import BlobMissing, LinkExpired, StoreError
from content_store.http.pages import EXPIRED_PAGE, MISSING_PAGE
from content_store.http.ranges import Unsatisfiable, parse_range
from content_store.links import Disposition, Grant, LinkSigner, content_disposition, served_disposition

PIECE, LEAST = 64 * 1024, 8 * 1024
HELD = 4 * 1024 * 1024
"""Bytes in hand for all readers together: of many readers each holds a smaller piece, never less than `LEAST`."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'; form-action 'none'"


def create_file_app(blobs_url: str, secret: str, *, base_url: str = "") -> Starlette:
    """The file server over the blobs at `blobs_url`; `base_url` is the site that may show the files."""
    server = _FileServer(open_blobs(blobs_url), LinkSigner(secret), base_url.rstrip("/"))
    return Starlette(
        routes=[
            Route("/f/{token}/{filename}", server.serve, methods=["GET", "HEAD"]),
            Route("/healthz", server.health),
        ]
    )


class _FileServer:
    """Holds what every request needs."""

    def __init__(self, blobs: Blobs, signer: LinkSigner, base_url: str) -> None:
        self._blobs = blobs
        self._signer = signer
        self._base_url = base_url

    async def health(self, request: Request) -> Response:
        """Whether files can be served."""
        return PlainTextResponse("ok\n")

    async def serve(self, request: Request) -> Response:
        """One file, whole or in part."""
        filename = request.path_params["filename"]
        try:
            grant = self._signer.read(request.path_params["token"], filename)
            size = await run_in_threadpool(self._blobs.size, grant.sha256)
        except LinkExpired:
            return _page(EXPIRED_PAGE, 403)
        except BlobMissing:
            return _page(MISSING_PAGE, 404)
        except StoreError:
            return _page(MISSING_PAGE, 503)
        return await self._answer(request, grant, filename, size)

    async def _answer(self, request: Request, grant: Grant, filename: str, size: int) -> Response:
        left = max(0, grant.expires - int(clock.now().timestamp()))
        headers = safe_headers(
            grant.media_type, grant.disposition, filename, ancestors=self._base_url or "'none'"
        )
        headers["Cache-Control"] = f"private, max-age={left}, immutable"
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if self._base_url:
            headers["Access-Control-Allow-Origin"] = self._base_url
            headers["Access-Control-Expose-Headers"] = "Accept-Ranges, Content-Length, Content-Range"
            headers["Vary"] = "Origin"
        return await answer_bytes(request, self._blobs, grant.sha256, size, headers)


def safe_headers(media_type: str, wanted: Disposition, filename: str, *, ancestors: str) -> dict[str, str]:
    """The headers under which hostile bytes may be sent: sandboxed, not guessed at, and shown only if inert."""
    served = served_disposition(media_type, wanted, sandboxed=True)
    # everything is sandboxed but PDF, whose viewers refuse to open in a sandbox
    sandbox = "" if media_type == "application/pdf" else "; sandbox"
    return {
        "Content-Type": _with_charset(media_type),
        "Content-Disposition": content_disposition(served, filename),
        "Content-Security-Policy": f"{_POLICY}; frame-ancestors {ancestors}{sandbox}",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
    }


async def answer_bytes(
    request: Request, blobs: Blobs, sha256: str, size: int, headers: dict[str, str]
) -> Response:
    """A blob, whole or in part, under its tag, or the word that its asker has it already."""
    headers = {**headers, "ETag": f'"{sha256}"', "Accept-Ranges": "bytes"}
    if _matches(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    try:
        span = parse_range(_wanted_range(request, headers["ETag"]), size)
    except Unsatisfiable:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    start, end = span or (0, size)
    headers["Content-Length"] = str(end - start)
    if span:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    status = 206 if span else 200
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers)
    stream = await run_in_threadpool(blobs.open, sha256, start=start, end=end)
    return StreamingResponse(_READERS.pieces(stream), status_code=status, headers=headers)


def _matches(header: str | None, etag: str) -> bool:
    if not header:
        return False
    named = {value.strip().removeprefix("W/") for value in header.split(",")}
    return etag in named or "*" in named


def _wanted_range(request: Request, etag: str) -> str | None:
    """The range, unless it belongs to other bytes than these (`If-Range`)."""
    condition = request.headers.get("if-range")
    return request.headers.get("range") if condition in (None, etag) else None


def _with_charset(media_type: str) -> str:
    return (
        f"{media_type}; charset=utf-8"
        if media_type.startswith("text/") and "charset" not in media_type
        else media_type
    )


class Readers:
    """How many read at this moment, which tells how large their pieces are."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._count = 0

    def piece(self) -> int:
        """Bytes of the next piece of each."""
        return max(LEAST, min(PIECE, HELD // max(1, self._count)))

    async def pieces(self, stream: BinaryIO) -> AsyncIterator[bytes]:
        """The stream, piece by piece; closed at once when a reader goes away, for then nothing can be awaited."""
        self._count += 1
        try:
            while data := await run_in_threadpool(stream.read, self.piece()):
                yield data
        finally:
            self._count -= 1
            stream.close()


_READERS = Readers()  # of this process, whichever application they ask


def _page(html: str, status: int) -> Response:
    return HTMLResponse(
        html,
        status_code=status,
        headers={
            "Cache-Control": "no-store",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )
