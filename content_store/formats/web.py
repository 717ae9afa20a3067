"""HTML pages: what the head says, and the body made safe."""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree

from content_store.formats.decode import read_text
from content_store.formats.sniff import Sniffed
from content_store.formats.values import Draft, Limits

_ACTIVE = re.compile(
    r"<(?:script|iframe|object|embed|form|meta\s+http-equiv)\b|\son[a-z]+\s*=|javascript:", re.I
)
_OUTSIDE_IMAGE = re.compile(r"<img[^<>]+src\s*=\s*+[\"']?+(?!data:)", re.IGNORECASE)
_RIGHTS = frozenset({"dcterms.rights", "dc.rights", "copyright", "license", "rights"})
_AUTHORS = frozenset({"author", "dc.creator", "dcterms.creator"})


def read(path: Path, sniffed: Sniffed, limits: Limits) -> Draft:
    """The body is sanitized at the finish like every other."""
    draft = Draft("html", "text/html")
    content = read_text(path, draft, limits)
    if _ACTIVE.search(content):
        draft.warn("scripts-removed")
    if _OUTSIDE_IMAGE.search(content):
        draft.warn("images-outside")
    parser = etree.HTMLParser(no_network=True, recover=True, remove_comments=True, encoding="utf-8")
    root = etree.fromstring(content.replace("\x00", "").encode(), parser)
    if root is not None:
        _read_head(root, draft)
    draft.html = re.sub(r"(?is)\A.*?<body\b[^<>]*>", "", content, count=1)
    return draft


def _read_head(root: etree._Element, draft: Draft) -> None:
    draft.language = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    for name in ("title", "h1"):
        found = next(root.iter(name), None)
        if found is not None and not draft.title:
            draft.title = "".join(map(str, found.itertext()))
    for meta in root.iter("meta"):
        name, content = str(meta.get("name", "")).lower(), meta.get("content")
        if name in _AUTHORS and content:
            draft.authors.append(str(content))
        elif name in _RIGHTS and content:
            draft.rights = str(content)
    for link in root.iter("link", "a"):
        if "license" in str(link.get("rel", "")).split():
            draft.rights = " ".join(filter(None, [draft.rights, str(link.get("href", ""))]))
