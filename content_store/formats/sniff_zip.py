"""Which of the many formats that are zips inside a zip is."""

from __future__ import annotations

import re
from pathlib import Path

from content_store.formats.archives import Archive
from content_store.formats.refusals import refusal
from content_store.formats.values import Limits

_OFFICE = "application/vnd.openxmlformats-officedocument."
_BY_PART: tuple[tuple[str, str, str], ...] = (
    ("word/document.xml", "docx", _OFFICE + "wordprocessingml.document"),
    ("ppt/presentation.xml", "pptx", _OFFICE + "presentationml.presentation"),
    ("xl/workbook.xml", "other", _OFFICE + "spreadsheetml.sheet"),
    ("cmi5.xml", "cmi5", "application/zip"),
    ("h5p.json", "h5p", "application/zip"),
    ("imsmanifest.xml", "scorm", "application/zip"),
)
_BY_MEDIA_TYPE = {
    "application/epub+zip": "epub",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.presentation": "other",
    "application/vnd.oasis.opendocument.spreadsheet": "other",
}


_MACROS = re.compile(r"(?:.*/)?vbaProject\.bin\Z|(?:Basic|Scripts)/.+", re.IGNORECASE)


def sniff_zip(path: Path, limits: Limits) -> tuple[str, str, tuple[str, ...]]:
    """(format, media type, warnings) of a checked zip; refuses Java and Android programs."""
    archive = Archive(path, limits)
    if "AndroidManifest.xml" in archive or any(name.endswith(".class") for name in archive.names):
        raise refusal("dangerous")
    name, media_type = _told(archive)
    macros = name != "zip" and any(map(_MACROS.match, archive.names))
    return name, media_type, ("programs-inside",) if macros else ()


def _told(archive: Archive) -> tuple[str, str]:
    if "mimetype" in archive and archive.size("mimetype") < 200:
        stated = archive.read("mimetype").decode("ascii", errors="replace").strip()
        if stated in _BY_MEDIA_TYPE:
            return _BY_MEDIA_TYPE[stated], stated
    if "META-INF/container.xml" in archive:
        return "epub", "application/epub+zip"
    for part, name, media_type in _BY_PART:
        if part in archive:
            return name, media_type
    return "zip", "application/zip"
