"""What an inspection tells, and the limits it runs under.

Frozen values only: they travel from the child process to the store as JSON, so nothing here may hold
a library's own object.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Passage:
    """A piece of text and where it stands: 'page 3', 'slide 2', 'chapter 4', 'section 1', '00:01:12'."""

    locator: str
    text: str


@dataclass(frozen=True)
class Inspection:
    """All that the store keeps of what a file says about itself."""

    format: str
    media_type: str
    title: str | None
    language: str | None
    authors: tuple[str, ...]
    rights: str | None
    license_id: str | None
    text: str
    passages: tuple[Passage, ...]
    reading_html: str | None
    outline: tuple[str, ...]
    pages: int | None
    duration_s: float | None
    width: int | None
    height: int | None
    preview: bytes | None
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Limits:
    """What one file may cost. The process limits bound the unforeseen; the rest give a clear answer first."""

    memory_bytes: int = 1 << 30
    cpu_s: int = 40
    wall_s: float = 90.0
    output_bytes: int = 64 << 20
    inside_bytes: int = 1 << 30
    inside_ratio: int = 200
    inside_count: int = 10_000
    inside_depth: int = 3
    part_bytes: int = 64 << 20
    pixels: int = 80_000_000
    source_bytes: int = 16 << 20
    text_bytes: int = 2_000_000
    html_bytes: int = 1_000_000
    pages: int = 2_000
    preview_px: int = 640


DEFAULT = Limits()


@dataclass
class Draft:
    """What a reader fills in; `finish.py` turns it into an Inspection, so every format is capped alike."""

    format: str
    media_type: str
    title: str | None = None
    language: str | None = None
    authors: list[str] = field(default_factory=list)
    rights: str | None = None
    license_id: str | None = None
    text: str = ""
    passages: list[Passage] = field(default_factory=list)
    html: str | None = None
    outline: list[str] = field(default_factory=list)
    pages: int | None = None
    duration_s: float | None = None
    width: int | None = None
    height: int | None = None
    preview: bytes | None = None
    warnings: list[str] = field(default_factory=list)

    def warn(self, code: str) -> None:
        """Note a warning once."""
        if code not in self.warnings:
            self.warnings.append(code)


def to_json(inspection: Inspection) -> dict[str, Any]:
    """The inspection as plain JSON values; the preview travels in a file of its own."""
    values = asdict(inspection)
    del values["preview"]
    return values


def from_json(values: Mapping[str, Any], preview: bytes | None) -> Inspection:
    """The inspection that `to_json` wrote."""
    plain = dict(values)
    for name in ("authors", "outline", "warnings"):
        plain[name] = tuple(plain[name])
    plain["passages"] = tuple(Passage(**passage) for passage in plain["passages"])
    return Inspection(**plain, preview=preview)
