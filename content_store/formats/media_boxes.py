"""The boxes of MP4 and its kin: duration, picture size and title without decoding a frame."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

_CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"udta", b"meta", b"ilst"})
_NAMES = {
    b"\xa9nam": "title",
    b"\xa9ART": "author",
    b"cprt": "rights",
    b"\xa9cpy": "rights",
    b"covr": "cover",
}
_MOST_BOXES, _MOST_DEPTH, _MOST_VALUE = 2_000, 8, 8 << 20


@dataclass
class Movie:
    """What the boxes say."""

    duration_s: float | None = None
    width: int | None = None
    height: int | None = None
    has_video: bool = False
    tags: dict[str, str] = field(default_factory=dict)
    cover: bytes | None = None
    boxes: int = 0


def read_movie(stream: BinaryIO, size: int) -> Movie:
    """Walk the boxes of the file; broken ones end the walk, not the reading."""
    movie = Movie()
    _walk(stream, 0, size, movie, 0)
    return movie


def _walk(stream: BinaryIO, start: int, end: int, movie: Movie, depth: int) -> None:
    for kind, first, last in _boxes(stream, start, end, movie):
        if kind in _CONTAINERS and depth < _MOST_DEPTH:
            _walk(stream, first + (4 if kind == b"meta" else 0), last, movie, depth + 1)
        elif kind in _NAMES:
            _read_tag(stream, _NAMES[kind], first, last, movie)
        elif kind in {b"mvhd", b"tkhd", b"hdlr"}:
            stream.seek(first)
            _read_header(kind, stream.read(min(last - first, 128)), movie)


def _boxes(stream: BinaryIO, start: int, end: int, movie: Movie) -> Iterator[tuple[bytes, int, int]]:
    place = start
    while place + 8 <= end and movie.boxes < _MOST_BOXES:
        movie.boxes += 1
        stream.seek(place)
        head = stream.read(16)
        if len(head) < 8:
            return
        size, kind = struct.unpack(">I4s", head[:8])
        header = 8
        if size == 1 and len(head) == 16:
            size, header = struct.unpack(">Q", head[8:])[0], 16
        elif size == 0:
            size = end - place
        if size < header:
            return
        yield kind, place + header, min(place + size, end)
        place += size


def _read_header(kind: bytes, data: bytes, movie: Movie) -> None:
    if len(data) < 32:
        movie.has_video = movie.has_video or data[8:12] == b"vide"
        return
    if kind == b"hdlr":
        movie.has_video = movie.has_video or data[8:12] == b"vide"
    elif kind == b"mvhd":
        scale, length = (
            struct.unpack(">IQ", data[20:32]) if data[0] == 1 else struct.unpack(">II", data[12:20])
        )
        movie.duration_s = round(length / scale, 3) if scale else None
    else:
        place = 88 if data[0] == 1 else 76
        if len(data) >= place + 8:
            width, height = (value >> 16 for value in struct.unpack(">II", data[place : place + 8]))
            if width * height > (movie.width or 0) * (movie.height or 0):
                movie.width, movie.height = width, height


def _read_tag(stream: BinaryIO, name: str, first: int, last: int, movie: Movie) -> None:
    """A tag holds a `data` box: 8 bytes of header, 8 of type, then the value."""
    stream.seek(first)
    data = stream.read(min(last - first, _MOST_VALUE))
    if data[4:8] != b"data":
        return
    if name == "cover":
        movie.cover = data[16:]
    else:
        movie.tags.setdefault(name, data[16:].decode("utf-8", errors="replace"))
