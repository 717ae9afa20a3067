"""Captions: WebVTT and SubRip, read into timed cues; SubRip turned into WebVTT for browsers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from content_store.formats.decode import decode_bytes, read_text
from content_store.formats.refusals import refusal
from content_store.formats.sniff import Sniffed
from content_store.formats.values import Draft, Limits, Passage

_TIMING = re.compile(
    r"^\s*(?:(\d{1,3}):)?(\d{1,2}):(\d\d)[.,](\d{1,3})\s+-->\s+(?:(\d{1,3}):)?(\d{1,2}):(\d\d)[.,](\d{1,3})(.*)$"
)
_TAG = re.compile(r"</?[^<>]{0,200}>|\{\\[^{}]{0,200}\}")
_SETTINGS = re.compile(r"(?:\s+(?:align|line|position|size|vertical|region):[\w%.,-]+)*\s*\Z")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # a reader takes a text with these for no text
_SIMPLE_TAG = re.compile(r"</?[biu]>")
_MOST_CUES = 20_000
_MOST_BYTES = 4 << 20


@dataclass(frozen=True)
class Cue:
    """Words shown from one moment to another, in milliseconds."""

    start: int
    end: int
    lines: tuple[str, ...]
    settings: str = ""

    @property
    def words(self) -> str:
        """The cue without tags."""
        return unescape(_TAG.sub("", " ".join(self.lines))).strip()


def read(path: Path, sniffed: Sniffed, limits: Limits) -> Draft:
    """A passage per cue, so that search can lead to the moment."""
    draft = Draft("captions", sniffed.media_type)
    cues = parse_cues(read_text(path, draft, limits))
    if not cues:
        raise refusal("corrupt")
    draft.passages = [Passage(_clock(cue.start)[:8], cue.words) for cue in cues]
    draft.text = "\n".join(passage.text for passage in draft.passages)
    draft.duration_s = max(cue.end for cue in cues) / 1000
    return draft


def captions_to_vtt(data: bytes) -> bytes:
    """WebVTT in UTF-8 from WebVTT or SubRip in any encoding; raises RefusedFile without a single cue."""
    cues = parse_cues(decode_bytes(data[:_MOST_BYTES]) or "")
    blocks = [
        f"{_clock(cue.start)} --> {_clock(cue.end)}{cue.settings}\n{words}"
        for cue in cues
        if (words := _shown(cue))  # of one that holds nothing but tags no cue is left
    ]
    if not blocks:
        raise refusal("corrupt")
    return ("WEBVTT\n\n" + "\n\n".join(blocks) + "\n").encode()


def parse_cues(text: str) -> list[Cue]:
    """Cues in order of the file; anything that is not a cue (numbers, notes, styles) is passed over."""
    cues: list[Cue] = []
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    place = 0
    while place < len(lines) and len(cues) < _MOST_CUES:
        timing = _TIMING.match(lines[place])
        place += 1
        if timing is None:
            continue
        first = place
        while place < len(lines) and lines[place].strip():
            place += 1
        start, end = _moment(timing.groups()[:4]), _moment(timing.groups()[4:8])
        settings = timing[9].rstrip() if _SETTINGS.match(timing[9]) else ""
        if end > start and place > first:
            cues.append(Cue(start, end, tuple(lines[first:place]), settings))
    return cues


def _moment(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    milliseconds = int(fraction.ljust(3, "0"))
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + milliseconds


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def _shown(cue: Cue) -> str:
    """The lines with only bold, italic and underline left; '-->' inside would end a cue."""
    kept = (_keep_simple(_CONTROLS.sub("", line)).replace("-->", "→") for line in cue.lines)
    return "\n".join(filter(str.strip, kept))  # an empty line would end the cue


def _keep_simple(line: str) -> str:
    """Other tags go; a bracket that is left is written out, so that what remains cannot join into a tag."""
    pieces, end = [], 0
    for tag in _TAG.finditer(line):
        pieces.append(line[end : tag.start()].replace("<", "&lt;"))
        pieces.append(tag[0] if _SIMPLE_TAG.fullmatch(tag[0]) or tag[0].startswith("<v ") else "")
        end = tag.end()
    return "".join([*pieces, line[end:].replace("<", "&lt;")])
