"""Durations and tags from the headers of WAV, MP3, FLAC and Ogg, without decoding sound."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import BinaryIO

_MOST_TAG = 16 << 20
_MOST_CHUNKS = 2_000
_MPEG1_RATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MPEG2_RATES = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_SAMPLE_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_ID3_NAMES = {b"TIT2": "title", b"TPE1": "author", b"TCOP": "rights", b"TLAN": "language"}
_ID3_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")
_VORBIS_NAMES = {"title": "title", "artist": "author", "copyright": "rights", "license": "license"}
_VORBIS_NAMES |= {"language": "language"}
_RIFF_NAMES = {b"INAM": "title", b"IART": "author", b"ICOP": "rights"}


@dataclass
class Sound:
    """What the headers say."""

    duration_s: float | None = None
    tags: dict[str, str] = field(default_factory=dict)
    cover: bytes | None = None


def read_wav(stream: BinaryIO, size: int) -> Sound:
    """RIFF chunks: bytes of data over bytes a second."""
    sound, rate, place = Sound(), 0, 12
    for _ in range(_MOST_CHUNKS):
        if place + 8 > size:
            break
        stream.seek(place)
        kind, length = struct.unpack("<4sI", stream.read(8))
        if kind == b"fmt ":
            data = stream.read(16)
            rate = struct.unpack("<I", data[8:12])[0] if len(data) == 16 else 0
        elif kind == b"data":
            sound.duration_s = round(min(length, size - place - 8) / rate, 3) if rate else None
        elif kind == b"LIST":
            _read_riff_info(stream.read(min(length, 1 << 16)), sound)
        place += 8 + length + (length & 1)
    return sound


def _read_riff_info(data: bytes, sound: Sound) -> None:
    place = 4
    while data[:4] == b"INFO" and place + 8 <= len(data):
        kind, length = struct.unpack("<4sI", data[place : place + 8])
        if kind in _RIFF_NAMES:
            value = data[place + 8 : place + 8 + length].rstrip(b"\x00")
            sound.tags[_RIFF_NAMES[kind]] = value.decode("utf-8", errors="replace")
        place += 8 + length + (length & 1)


def read_mp3(stream: BinaryIO, size: int) -> Sound:
    """ID3v2 tags, then the first frame: its count of frames when stated, else its bit rate."""
    sound = Sound()
    stream.seek(0)
    head, start = stream.read(10), 0
    if head[:3] == b"ID3" and len(head) == 10:
        length = _seven_bits(head[6:10])
        _read_id3(stream.read(min(length, _MOST_TAG)), head[3], sound)
        start = 10 + length
    stream.seek(start)
    data = stream.read(1 << 16)
    for place in range(len(data) - 4):
        if (
            data[place] == 0xFF
            and data[place + 1] & 0xE0 == 0xE0
            and _read_frame(data, place, size - start, sound)
        ):
            break
    return sound


def _read_frame(data: bytes, place: int, size: int, sound: Sound) -> bool:
    version, layer = data[place + 1] >> 3 & 3, data[place + 1] >> 1 & 3
    bits, samples = data[place + 2] >> 4, data[place + 2] >> 2 & 3
    if version == 1 or layer != 1 or bits in {0, 15} or samples == 3:
        return False
    rate = _SAMPLE_RATES[version][samples]
    per_frame = 1152 if version == 3 else 576
    for mark, offset in ((b"Xing", 8), (b"Info", 8), (b"VBRI", 14)):
        found = data.find(mark, place, place + 200)
        if found >= 0 and len(data) >= found + offset + 4:
            frames = struct.unpack(">I", data[found + offset : found + offset + 4])[0]
            sound.duration_s = round(frames * per_frame / rate, 3)
            return True
    bit_rate = (_MPEG1_RATES if version == 3 else _MPEG2_RATES)[bits] * 1000
    sound.duration_s = round((size - place) * 8 / bit_rate, 3)
    return True


def _read_id3(data: bytes, version: int, sound: Sound) -> None:
    place = 0
    while version >= 3 and place + 10 <= len(data) and data[place] != 0:
        name, raw = data[place : place + 4], data[place + 4 : place + 8]
        length = _seven_bits(raw) if version == 4 else int.from_bytes(raw, "big")
        value = data[place + 10 : place + 10 + length]
        if name in _ID3_NAMES and value:
            encoding = _ID3_ENCODINGS[value[0]] if value[0] < 4 else "latin-1"
            sound.tags[_ID3_NAMES[name]] = value[1:].decode(encoding, errors="replace").strip("\x00")
        elif name == b"APIC":
            starts = [found for mark in (b"\xff\xd8\xff", b"\x89PNG") if (found := value.find(mark)) >= 0]
            sound.cover = value[min(starts) :] if starts else None
        place += 10 + length


def _seven_bits(raw: bytes) -> int:
    value = 0
    for byte in raw:
        value = value << 7 | byte & 0x7F
    return value


def read_flac(stream: BinaryIO, size: int) -> Sound:
    """Metadata blocks: sample count over sample rate, and Vorbis comments."""
    sound, last = Sound(), False
    stream.seek(4)
    for _ in range(_MOST_CHUNKS):
        if last or stream.tell() + 4 > size:
            break
        head = stream.read(4)
        last, kind, length = bool(head[0] & 0x80), head[0] & 0x7F, int.from_bytes(head[1:4], "big")
        data = stream.read(length)
        if kind == 0 and len(data) >= 18:
            packed = int.from_bytes(data[10:18], "big")
            rate, samples = packed >> 44, packed & ((1 << 36) - 1)
            sound.duration_s = round(samples / rate, 3) if rate else None
        elif kind == 4:
            _read_vorbis_comments(data, sound)
    return sound


def read_ogg(stream: BinaryIO, size: int) -> Sound:
    """The last page's position over the sample rate of the first."""
    sound = Sound()
    stream.seek(0)
    head = stream.read(1 << 16)
    vorbis, opus = head.find(b"\x01vorbis"), head.find(b"OpusHead")
    rate = struct.unpack("<I", head[vorbis + 12 : vorbis + 16])[0] if 0 <= vorbis < 200 else 0
    rate = 48_000 if 0 <= opus < 200 else rate
    for mark in (b"\x03vorbis", b"OpusTags"):
        if (found := head.find(mark)) >= 0:
            _read_vorbis_comments(head[found + len(mark) :], sound)
    stream.seek(max(0, size - (1 << 17)))
    tail = stream.read()
    last = tail.rfind(b"OggS")
    if rate and last >= 0 and len(tail) >= last + 14:
        sound.duration_s = round(struct.unpack("<q", tail[last + 6 : last + 14])[0] / rate, 3)
    return sound


def _read_vorbis_comments(data: bytes, sound: Sound) -> None:
    if len(data) < 8:
        return
    place = 4 + int.from_bytes(data[:4], "little")
    count = int.from_bytes(data[place : place + 4], "little")
    place += 4
    for _ in range(min(count, 200)):
        length = int.from_bytes(data[place : place + 4], "little")
        name, _, value = data[place + 4 : place + 4 + length].decode("utf-8", errors="replace").partition("=")
        if name.lower() in _VORBIS_NAMES:
            sound.tags.setdefault(_VORBIS_NAMES[name.lower()], value)
        place += 4 + length
