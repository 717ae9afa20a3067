"""Files and thumbnails at permanent addresses. Every request asks anew whether the file may still be had.

What is only shown (a picture, a sound, a film, the pages made of a document) has addresses of its own below `/library`,
given to whoever may look at the item; a copy to keep is another thing.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from content_store.deriving import list_derived_parts
from content_store.errors import ItemNotFound
from content_store.http import shelf
from content_store.http.files import answer_bytes, safe_headers
from content_store.http.place import ITEMS, Place, number_in, place_of, uuid_in
from content_store.http.reading import is_viewed
from content_store.links import LONGEST_S, Disposition
from content_store.models import Derivative, Version
from content_store.store import ContentStore, Linkable

_KEPT = "public, max-age=300"  # so a recall is heard of soon


@dataclass(frozen=True)
class _Bytes:
    """What is sent: the bytes themselves, or the address at which the storage gives them."""

    sha256: str
    filename: str
    media_type: str
    size: int = 0
    elsewhere: str | None = None


async def file(request: Request) -> Response:
    """A file of a version: shown in the browser, or with `?download=1` kept."""
    wanted: Disposition = "attachment" if request.query_params.get("download") else "inline"
    found = await run_in_threadpool(_find_file, request, wanted)
    return await _send(request, found, wanted)


async def preview(request: Request) -> Response:
    """The thumbnail of a version."""
    return await _send(request, await run_in_threadpool(_find_preview, request), "inline")


def _find_file(request: Request, wanted: Disposition) -> _Bytes:
    place = place_of(request)
    with place.shelf.open() as store:
        version = _version_in(request, store)
        file = shelf.get_file(store, version, uuid_in(request, "file_uuid"))
        return _found(place, file, wanted)


def _find_preview(request: Request) -> _Bytes:
    place = place_of(request)
    with place.shelf.open() as store:
        version = _version_in(request, store)
        if version.preview is None or version.recall is not None:
            raise ItemNotFound()
        return _found(place, version.preview, "inline")


async def view(request: Request) -> Response:
    """A picture, a sound or a film as the page of its item shows it."""
    return await _send(request, await run_in_threadpool(_find_viewed, request), "inline")


async def page(request: Request) -> Response:
    """The picture that was made of a page of a document."""
    return await _send(request, await run_in_threadpool(_find_page, request), "inline")


def _find_viewed(request: Request) -> _Bytes:
    place = place_of(request)
    with place.shelf.open() as store:
        version, wanted = _viewed_version(request, store), uuid_in(request, "file_uuid")
        file = next((one for one in version.files if one.uuid == wanted and is_viewed(version, one)), None)
        if file is None:
            raise ItemNotFound(file=str(wanted))
        return _found(place, file, "inline")


def _find_page(request: Request) -> _Bytes:
    place, number = place_of(request), number_in(request.path_params["page"])
    with place.shelf.open() as store:
        version = _viewed_version(request, store)
        source = version.main.sha256 if version.main and version.main.format == "pdf" else ""
        made = list_derived_parts(store.session, source, kinds=[f"page-{number:04}"])
        part = next((one for one in made if one.sha256), None)
        if part is None or part.sha256 is None:
            raise ItemNotFound()
        return _found(place, Derivative(part.sha256, part.filename, part.media_type), "inline")


def _viewed_version(request: Request, store: ContentStore) -> Version:
    version = _version_in(request, store)
    store.require(version, shelf.READERS, "view")
    return version


def _version_in(request: Request, store: ContentStore) -> Version:
    return shelf.get_item(store, uuid_in(request, "item_uuid"), number_in(request.path_params["number"]))


def _found(place: Place, wanted: Linkable, disposition: Disposition) -> _Bytes:
    blobs = place.shelf.blobs
    elsewhere = blobs.link(
        wanted.sha256,
        filename=wanted.filename,
        media_type=wanted.media_type,
        expires_s=LONGEST_S,
        disposition=disposition,
    )
    size = 0 if elsewhere else blobs.size(wanted.sha256)
    return _Bytes(wanted.sha256, wanted.filename, wanted.media_type, size, elsewhere)


async def _send(request: Request, found: _Bytes, wanted: Disposition) -> Response:
    if found.elsewhere:
        return RedirectResponse(found.elsewhere, 302, headers={"Cache-Control": "no-store"})
    headers = safe_headers(found.media_type, wanted, found.filename, ancestors="'self'")
    headers["Cache-Control"] = _KEPT
    blobs = place_of(request).shelf.blobs
    return await answer_bytes(request, blobs, found.sha256, found.size, headers)


ROUTES = [
    Route(f"{ITEMS}/{{item_uuid}}/versions/{{number}}/files/{{file_uuid}}", file),
    Route(f"{ITEMS}/{{item_uuid}}/versions/{{number}}/preview", preview),
    Route("/library/{item_uuid}/versions/{number}/view/{file_uuid}", view),
    Route("/library/{item_uuid}/versions/{number}/pages/{page}", page),
]
