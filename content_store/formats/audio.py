"""Sound files: how long, who, and the cover picture when one is inside."""

from __future__ import annotations

import re
from pathlib import Path

from content_store.formats.ffmpeg import probe
from content_store.formats.media_boxes import read_movie
from content_store.formats.pictures import thumbnail_of
from content_store.formats.refusals import refusal
from content_store.formats.sniff import Sniffed
from content_store.formats.sound_headers import Sound, read_flac, read_mp3, read_ogg, read_wav
from content_store.formats.values import Draft, Limits

_READERS = {"audio/wav": read_wav, "audio/mpeg": read_mp3, "audio/flac": read_flac, "audio/ogg": read_ogg}


def read(path: Path, sniffed: Sniffed, limits: Limits) -> Draft:
    """Headers first; ffprobe is asked only for a duration that they do not give."""
    draft = Draft("audio", sniffed.media_type)
    sound = _read_sound(path, sniffed.media_type)
    if not sound.duration_s or sound.duration_s < 0:
        stated = probe(path).get("format", {}).get("duration")
        sound.duration_s = round(float(stated), 3) if stated else None
    if sniffed.media_type in _READERS and sound.duration_s is None and not sound.tags:
        raise refusal("corrupt")
    draft.duration_s = sound.duration_s
    draft.title, draft.language = sound.tags.get("title"), sound.tags.get("language")
    draft.authors = re.split(r"\s*[;/\x00]\s*", sound.tags.get("author", ""))
    draft.rights = sound.tags.get("license") or sound.tags.get("rights")
    draft.preview = thumbnail_of(sound.cover, limits) if sound.cover else None
    draft.text = "\n".join(filter(None, (sound.tags.get("title"), sound.tags.get("author"))))
    return draft


def _read_sound(path: Path, media_type: str) -> Sound:
    size = path.stat().st_size
    with path.open("rb") as stream:
        if media_type == "audio/mp4":
            movie = read_movie(stream, size)
            return Sound(movie.duration_s, movie.tags, movie.cover)
        return _READERS[media_type](stream, size)
