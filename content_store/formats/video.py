"""Video files: how long, how large, and a poster when ffmpeg is found."""

from __future__ import annotations

import re
from pathlib import Path

from content_store.formats.ffmpeg import poster, probe
from content_store.formats.media_boxes import read_movie
from content_store.formats.pictures import thumbnail_of
from content_store.formats.refusals import refusal
from content_store.formats.sniff import Sniffed
from content_store.formats.values import Draft, Limits

_ISO = frozenset({"video/mp4", "video/quicktime"})
_POSTER_AT = 0.2
_LATEST_POSTER_S = 15.0


def read(path: Path, sniffed: Sniffed, limits: Limits) -> Draft:
    """MP4 is read by our own code; other containers need ffprobe to tell their length."""
    draft = Draft("video", sniffed.media_type)
    if sniffed.media_type in _ISO:
        _read_boxes(path, draft, limits)
    else:
        _read_probe(path, draft)
    moment = min((draft.duration_s or 0) * _POSTER_AT, _LATEST_POSTER_S)
    frame = poster(path, moment, limits.preview_px)
    if frame:
        draft.preview = thumbnail_of(frame, limits)
    if draft.preview is None:
        draft.warn("no-preview")
    return draft


def _read_boxes(path: Path, draft: Draft, limits: Limits) -> None:
    with path.open("rb") as stream:
        movie = read_movie(stream, path.stat().st_size)
    if movie.duration_s is None:
        raise refusal("corrupt")
    if not movie.has_video:
        draft.format, draft.media_type = "audio", "audio/mp4"
    draft.duration_s, draft.width, draft.height = movie.duration_s, movie.width, movie.height
    draft.title, draft.rights = movie.tags.get("title"), movie.tags.get("rights")
    draft.authors = re.split(r"\s*[;/]\s*", movie.tags.get("author", ""))
    draft.preview = thumbnail_of(movie.cover, limits) if movie.cover else None


def _read_probe(path: Path, draft: Draft) -> None:
    told = probe(path)
    container = told.get("format", {})
    if "duration" in container:
        draft.duration_s = round(float(container["duration"]), 3)
    else:
        draft.warn("duration-unknown")
    tags = {str(name).lower(): str(value) for name, value in container.get("tags", {}).items()}
    draft.title, draft.rights = tags.get("title"), tags.get("license") or tags.get("copyright")
    draft.authors = [tags.get("artist", "")]
    for stream in told.get("streams", []):
        if stream.get("codec_type") == "video":
            draft.width, draft.height = stream.get("width"), stream.get("height")
