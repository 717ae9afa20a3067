"""Zips: a plain one is listed; SCORM, cmi5 and H5P packages tell their title, language and rights."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from content_store.formats.archives import Archive
from content_store.formats.refusals import refusal
from content_store.formats.sniff import Sniffed
from content_store.formats.values import Draft, Limits, Passage
from content_store.formats.xml_safe import attribute, find_local, parse_xml, text_of
from content_store.listings import write_listing

_LISTED = 500
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Letters that make a name read otherwise than it is spelled."""
_RUNNABLE = frozenset(
    {".exe", ".dll", ".bat", ".cmd", ".com", ".scr", ".msi", ".ps1", ".vbs", ".jar", ".apk"}
)


def read(path: Path, sniffed: Sniffed, limits: Limits) -> Draft:
    """Nothing is unpacked; only the manifest and the list of names are read."""
    draft = Draft(sniffed.format, sniffed.media_type)
    archive = Archive(path, limits)
    names = [name for name in archive.names if not name.endswith("/")]
    shown = [_UNSEEN.sub("\ufffd", name) for name in names]
    if not names:
        raise refusal("empty")
    if any(PurePosixPath(name.lower()).suffix in _RUNNABLE for name in names):
        draft.warn("programs-inside")
    draft.text = "\n".join(shown)
    if sniffed.format in _MANIFESTS:
        words: list[str] = []
        _MANIFESTS[sniffed.format](archive, draft, words)
        draft.text = "\n".join(filter(None, [draft.title, *words]))
    draft.passages = [Passage("section 1", draft.text)]  # no numbers: nobody searches for the size of a file
    sizes = [archive.size(name) for name in names[:_LISTED]]
    draft.html = write_listing(zip(shown, sizes, strict=False), max(0, len(names) - _LISTED))
    return draft


def _read_scorm(archive: Archive, draft: Draft, words: list[str]) -> None:
    root = parse_xml(archive.read("imsmanifest.xml"))
    titles = [text_of(title).strip() for title in find_local(root, "title")]
    draft.title = next((title for title in titles if title), None)
    words.extend(titles)
    words.extend(text_of(found).strip() for found in find_local(root, "description"))
    languages = [text_of(found).strip() for found in find_local(root, "language")]
    draft.language = next(filter(None, languages), None)
    draft.outline = [
        text_of(next(iter(find_local(item, "title")), None)) for item in find_local(root, "item")
    ]


def _read_cmi5(archive: Archive, draft: Draft, words: list[str]) -> None:
    root = parse_xml(archive.read("cmi5.xml"))
    strings = find_local(root, "langstring")
    if strings:
        draft.title, draft.language = text_of(strings[0]), attribute(strings[0], "lang")
    words.extend(text_of(found).strip() for found in strings)
    draft.outline = [
        text_of(next(iter(find_local(unit, "langstring")), None)) for unit in find_local(root, "au")
    ]


def _read_h5p(archive: Archive, draft: Draft, words: list[str]) -> None:
    try:
        told: Any = json.loads(archive.read("h5p.json"))
    except (ValueError, RecursionError) as error:
        raise refusal("corrupt") from error
    if not isinstance(told, dict):
        raise refusal("corrupt")
    draft.title = str(told.get("title") or "") or None
    draft.language = str(told.get("defaultLanguage") or told.get("language") or "")
    authors = told.get("authors")
    draft.authors = [str(author.get("name", "")) for author in authors or [] if isinstance(author, dict)]
    license_name, version = str(told.get("license") or ""), str(told.get("licenseVersion") or "")
    draft.rights = f"{license_name} {version}".strip() if license_name not in {"", "U"} else None
    words.append(str(told.get("mainLibrary") or ""))


_MANIFESTS: dict[str, Callable[[Archive, Draft, list[str]], None]] = {
    "scorm": _read_scorm,
    "cmi5": _read_cmi5,
    "h5p": _read_h5p,
}
