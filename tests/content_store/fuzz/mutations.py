"""Ways to damage a file, drawn from a seeded source: the same seed gives the same files everywhere."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

from tests.content_store.fuzz.samples import KINDS, sample, unzipped, zipped

Change = Callable[[bytes, random.Random], bytes]
_EDGES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF)
_TOKENS = tuple(
    token.encode()
    for token in (
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        '<a href=" java\tscript:alert(1)">x</a>',
        "<svg><animate onbegin=alert(1)>",
        "<math><mtext><table><mglyph><style><!--</style><img src onerror=alert(1)>",
        '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
        '<img src="https://evil.example/p.png">',
        "<style>@import url(//evil.example)</style>",
        '<form action="//evil.example"><input autofocus onfocus=alert(1)>',
        "[x](javascript:alert(1))",
        "![x](data:text/html;base64,PHNjcmlwdD4=)",
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>&a;',
        "<![CDATA[<script>alert(1)</script>]]>",
        "]]>--><?xml-stylesheet href='//evil.example'?>",
        "\x00\ufeff\u202e\u2028\ufffe\U000f0000",
        "e\u0302\u0301" * 40,
        "-" * 600 + ">" * 40,
        " " * 3000 + "x",
        "<div>" * 400,
        "9" * 400,
        "1e999 -1 NaN",
    )
)


def _flip(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice((1, 2, 8, 40))):
        place = rng.randrange(len(out))
        out[place] ^= 1 << rng.randrange(8)
    return bytes(out)


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(1, len(data))]


def _lose_head(data: bytes, rng: random.Random) -> bytes:
    keep = min(16, len(data) - 1)
    return data[:keep] + data[rng.randrange(keep, len(data)) :]


def _swap(data: bytes, rng: random.Random) -> bytes:
    a, b, c = sorted(rng.randrange(len(data)) for _ in range(3))
    return data[:a] + data[b:c] + data[a:b] + data[c:]


def _repeat(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    end = min(len(data), start + rng.choice((1, 8, 100, 1000)))
    return data[:end] + data[start:end] * rng.choice((1, 3, 60)) + data[end:]


def _inflate(data: bytes, rng: random.Random) -> bytes:
    """An edge value where a length may stand."""
    width, form = rng.choice(((1, "B"), (2, "H"), (4, "I")))
    if len(data) <= width:
        return data + b"\xff"
    value = rng.choice(_EDGES) & (1 << 8 * width) - 1
    place = rng.randrange(len(data) - width)
    return data[:place] + struct.pack(rng.choice("<>") + form, value) + data[place + width :]


def _inflate_head(data: bytes, rng: random.Random) -> bytes:
    """The same among the first bytes, where headers are."""
    return _inflate(data[:128], rng) + data[128:]


def _insert(data: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(data) + 1)
    return data[:place] + rng.choice(_TOKENS) + data[place:]


def _splice(data: bytes, rng: random.Random) -> bytes:
    """The head of this file with the tail of another kind."""
    _, other = sample(rng.choice(KINDS))
    return data[: rng.randrange(1, len(data))] + other[rng.randrange(len(other)) :]


def _number(data: bytes, rng: random.Random) -> bytes:
    """Another number where digits stand."""
    places = [place for place, byte in enumerate(data) if 48 <= byte <= 57]
    if not places:
        return _insert(data, rng)
    place = rng.choice(places)
    value = rng.choice(
        (b"0", b"-1", b"99999999999999999999", b"1e400", b"4294967296", "٣²".encode(), b"0x10")
    )
    return data[:place] + value + data[place + 1 :]


_PLAIN: tuple[Change, ...] = (
    _flip, _cut, _lose_head, _swap, _repeat, _inflate, _inflate_head, _insert, _splice, _number,
)  # fmt: skip


def _inside(data: bytes, rng: random.Random) -> bytes:
    """Change one part of a zip and zip it again: otherwise a checksum would hide every change."""
    parts = unzipped(data)
    name = rng.choice([name for name in sorted(parts) if parts[name]])
    fate = rng.random()
    if fate < 0.1:
        del parts[name]
    elif fate < 0.2:
        parts[rng.choice(sorted(parts))] = parts.pop(name)
    else:
        parts[name] = rng.choice(_PLAIN)(parts[name], rng)
    return zipped(parts)


def mutants(kind: str, count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """`count` damaged files of a kind, under its usual name or, now and then, under a lie."""
    name, data = sample(kind)
    rng = random.Random(f"{kind}-{seed}")
    packed = zipfile.is_zipfile(io.BytesIO(data))
    for number in range(count):
        damaged = data
        for _ in range(rng.choice((1, 1, 2, 4))):
            inside = packed and rng.random() < 0.75
            try:
                damaged = _inside(damaged, rng) if inside else rng.choice(_PLAIN)(damaged or data, rng)
            except (
                zipfile.BadZipFile,
                OSError,
                EOFError,
                ValueError,
                NotImplementedError,
                IndexError,
                zlib.error,
            ):
                break
        shown = sample(rng.choice(KINDS))[0] if number % 9 == 8 else name
        yield shown, damaged or b"\x00"
