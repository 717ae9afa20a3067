"""What a lesson keeps of an item: enough to show and credit it without asking the store again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from content_store.models import VersionFile


@dataclass(frozen=True, slots=True)
class PinnedFile:
    """One file of a pinned version; the names `content_store` links need."""

    role: str
    sha256: str
    filename: str
    media_type: str
    language: str | None = None


File = TypeVar("File", VersionFile, PinnedFile)


@dataclass(frozen=True, slots=True)
class PinnedItem:
    """One version of an item, forever: what it is, who made it, its files."""

    pin: str
    item_uuid: str
    number: int
    title: str
    type: str
    format: str
    license_id: str
    license_name: str
    license_url: str | None
    attribution: dict[str, str]
    files: tuple[PinnedFile, ...]
    duration_s: float | None = None
    pages: int | None = None
    width: int | None = None
    height: int | None = None
    source_url: str | None = None

    def find_file(self, role: str) -> PinnedFile | None:
        """Return the first file of a role (main, captions, poster, preview)."""
        return next((file for file in self.files if file.role == role), None)

    def to_json(self) -> dict[str, Any]:
        """Return plain data for a snapshot."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> PinnedItem:
        """Return the value that `to_json` packed."""
        files = tuple(PinnedFile(**row) for row in data["files"])
        return cls(**{**data, "files": files})


def one_a_language(files: Iterable[File], language_of: Callable[[File], str | None]) -> list[File]:
    """Return one captions file of each language, WebVTT before what a browser cannot play, in their order."""
    ordered = sorted(files, key=lambda file: not file.filename.lower().endswith(".vtt"))
    chosen: dict[str, File] = {}
    for file in ordered:
        chosen.setdefault(language_of(file) or "vi", file)
    return list(chosen.values())


@dataclass(frozen=True, slots=True)
class Caption:
    """A track of captions: its address, language and whether it is the reader's own language."""

    url: str
    language: str
    is_default: bool
