"""Pictures: size, the maker's name and rights from EXIF, a thumbnail."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from content_store.formats.pictures import open_image, thumbnail
from content_store.formats.refusals import refusal
from content_store.formats.sniff import Sniffed
from content_store.formats.values import Draft, Limits

_DESCRIPTION, _ARTIST, _COPYRIGHT, _ORIENTATION = 0x010E, 0x013B, 0x8298, 0x0112
_SIDEWAYS = frozenset({5, 6, 7, 8})


def read(path: Path, sniffed: Sniffed, limits: Limits) -> Draft:
    """Decode the picture once; one that does not decode is refused."""
    draft = Draft("image", sniffed.media_type)
    with path.open("rb") as stream:
        image = open_image(stream, limits)
        draft.width, draft.height = image.size
        _read_exif(image, draft)
        try:
            draft.preview = thumbnail(image, limits)
        except (OSError, SyntaxError, ValueError) as error:
            raise refusal("corrupt") from error
        if getattr(image, "is_animated", False):
            draft.warn("animated")
    return draft


def _read_exif(image: Image.Image, draft: Draft) -> None:
    exif = image.getexif()
    if exif.get(_ORIENTATION) in _SIDEWAYS:
        draft.width, draft.height = draft.height, draft.width
    draft.title = _words(exif.get(_DESCRIPTION)) or _words(image.info.get("Title"))
    draft.text = _words(exif.get(_DESCRIPTION)) or _words(image.info.get("Description")) or ""
    artist = _words(exif.get(_ARTIST)) or _words(image.info.get("Author"))
    draft.authors = [name.strip() for name in (artist or "").split(";")]
    draft.rights = _words(exif.get(_COPYRIGHT)) or _words(image.info.get("Copyright"))


def _words(value: object) -> str | None:
    """EXIF holds Latin-1 by the book and UTF-8 in practice."""
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace").strip("\x00 ") or None
    if not isinstance(value, str):
        return None
    try:
        value = value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        pass
    return value.strip("\x00 ") or None
