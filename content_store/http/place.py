"""The library as it stands on the web by itself: its name, its addresses, and how every answer of it looks."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from content_store.errors import ItemNotFound
from content_store.http.shelf import Shelf
from content_store.metadata.facts import Facts, facts_of
from content_store.models import Version, VersionFile
from content_store.oai.provider import Repository
from content_store.representation import METADATA_KINDS, Addresses

SHORT = 1000
PREFIX = "/api/v1"
ITEMS = f"{PREFIX}/library/items"


@dataclass(frozen=True)
class Place:
    """Who serves, and from where; `base_url` has no slash at its end."""

    shelf: Shelf
    name: str
    base_url: str
    admin_email: str

    def repository(self) -> Repository:
        """The library as harvesters know it."""
        host = urlsplit(self.base_url).hostname or "localhost"
        return Repository(
            name=self.name,
            base_url=f"{self.base_url}/oai",
            host=host,
            admin_email=self.admin_email or f"root@{host}",
            item_url=lambda uuid: f"{self.base_url}/library/{uuid}",
            file_url=self.file_url,
        )

    def item_url(self, version: Version) -> str:
        """The permanent address of a version; of the shown one, that of its item."""
        number = "" if version.number == version.item.shown_number else f"?version={version.number}"
        return f"{self.base_url}/library/{version.item.uuid}{number}"

    def record_urls(self, version: Version) -> Mapping[str, str]:
        """Where the version says of itself what other programs read."""
        number = "" if version.number == version.item.shown_number else f"?version={version.number}"
        base = f"{self.base_url}{ITEMS}/{version.item.uuid}/metadata"
        return {kind: f"{base}/{kind}{number}" for kind in METADATA_KINDS}

    def preview_url(self, version: Version) -> str | None:
        """Where its thumbnail is."""
        if version.preview is None or version.recall is not None:
            return None
        return f"{self.base_url}{ITEMS}/{version.item.uuid}/versions/{version.number}/preview"

    def file_url(self, file: VersionFile) -> str:
        """The permanent address of a file."""
        version = file.version
        return f"{self.base_url}{ITEMS}/{version.item.uuid}/versions/{version.number}/files/{file.uuid}"

    def view_url(self, file: VersionFile) -> str:
        """Where a picture, a sound or a film is sent from to be looked at."""
        version = file.version
        return f"/library/{version.item.uuid}/versions/{version.number}/view/{file.uuid}"

    def addresses(self, files: Sequence[VersionFile] = ()) -> Addresses:
        """Where this place shows things; `files` are those that its readers may have."""
        urls = {file.uuid: self.file_url(file) for file in files}
        return Addresses(self.item_url, self.record_urls, self.preview_url, lambda file: urls.get(file.uuid))

    def facts(self, version: Version) -> Facts:
        """What every vocabulary is told of the version."""
        known = self.repository()
        return facts_of(
            version,
            url=self.item_url(version),
            identifier=known.identifier(version.item.uuid),
            file_url=known.open_file_url(version),
        )


def place_of(request: Request) -> Place:
    """The place that a request is for."""
    place: Place = request.app.state.place
    return place


def uuid_in(request: Request, name: str) -> UUID:
    """A uuid in the path. Raises ItemNotFound: what is none names nothing."""
    try:
        return UUID(request.path_params[name])
    except ValueError:
        raise ItemNotFound() from None


def number_in(text: str | None) -> int | None:
    """The number of a version as it was asked for. Raises ItemNotFound for what is none."""
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 10):
        raise ItemNotFound()
    return int(text)


def send(request: Request, body: bytes, media_type: str, *, vary: str = "", **headers: str) -> Response:
    """An answer with a tag of its bytes, or the word that its asker has it already."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    said = {"ETag": f"W/{tag}", "Cache-Control": "no-cache", **headers}
    said["Vary"] = ", ".join(one for one in ("Accept-Encoding", vary) if one)
    if has_tag(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=said)
    return pack(request, Response(body, media_type=media_type, headers=said))


def pack(request: Request, answer: Response) -> Response:
    """The answer gzipped, where it is long and its asker can read that."""
    if len(answer.body) > SHORT and "gzip" in request.headers.get("accept-encoding", "").lower():
        body = gzip.compress(bytes(answer.body), compresslevel=3)
        answer.body = body
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Content-Length"] = str(len(body))
    return answer


def send_json(request: Request, value: Mapping[str, Any], media_type: str = "application/json") -> Response:
    """The value as JSON."""
    return send(request, json.dumps(value, ensure_ascii=False).encode(), media_type, vary="Accept-Language")


def has_tag(header: str | None, tag: str) -> bool:
    """Whether `If-None-Match` names the tag."""
    named = {one.strip().removeprefix("W/") for one in (header or "").split(",")}
    return tag in named or "*" in named
