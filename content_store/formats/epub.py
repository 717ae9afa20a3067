"""EPUB: the package file says who and what, the spine gives the chapters in order."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag

from lxml import etree

from content_store.formats.archives import Archive
from content_store.formats.embedded_pictures import EmbeddedPictures
from content_store.formats.licenses import recognize_license
from content_store.formats.pictures import thumbnail_of
from content_store.formats.refusals import refusal
from content_store.formats.sniff import Sniffed
from content_store.formats.values import Draft, Limits, Passage
from content_store.formats.xml_safe import (
    attribute,
    find_local,
    local,
    parse_xhtml,
    parse_xml,
    text_of,
    without_namespaces,
)
from content_store.markup import tree_to_text

_MOST_CHAPTERS = 1_000
_HTML_FACTOR = 3
_DC = "{http://purl.org/dc/elements/1.1/}"


@dataclass(frozen=True)
class _Part:
    """One line of the manifest."""

    path: str
    media_type: str
    properties: frozenset[str]


def read(path: Path, sniffed: Sniffed, limits: Limits) -> Draft:
    """Chapters until the text is long enough to search and the page long enough to read."""
    draft = Draft("epub", "application/epub+zip")
    archive = Archive(path, limits)
    if "META-INF/encryption.xml" in archive and _is_locked(archive):
        raise refusal("encrypted")
    package_path = _package_path(archive)
    package = parse_xml(archive.read(package_path))
    manifest = _manifest(package, posixpath.dirname(package_path))
    _read_metadata(package, draft)
    draft.preview = _cover(package, manifest, archive, limits)
    draft.outline = _outline(manifest, archive)
    spine = [str(item.get("idref", "")) for item in find_local(package, "itemref")][:_MOST_CHAPTERS]
    chapters = [manifest[name] for name in spine if name in manifest and manifest[name].path in archive]
    if not chapters:
        raise refusal("corrupt")
    _read_chapters(chapters, archive, draft, limits)
    return draft


def _is_locked(archive: Archive) -> bool:
    """Obfuscated fonts are not a lock; encrypted chapters are."""
    root = parse_xml(archive.read("META-INF/encryption.xml"))
    locked = (attribute(reference, "URI") or "" for reference in find_local(root, "CipherReference"))
    return any(name.lower().endswith((".xhtml", ".html", ".htm", ".xml")) for name in locked)


def _package_path(archive: Archive) -> str:
    if "META-INF/container.xml" not in archive:
        raise refusal("corrupt")
    roots = find_local(parse_xml(archive.read("META-INF/container.xml")), "rootfile")
    path = str(roots[0].get("full-path", "")) if roots else ""
    if path not in archive:
        raise refusal("corrupt")
    return path


def _manifest(package: etree._Element, folder: str) -> dict[str, _Part]:
    parts = {}
    for item in package.iter("{http://www.idpf.org/2007/opf}item"):
        path = _resolved(folder, str(item.get("href", "")))
        properties = frozenset(str(item.get("properties", "")).split())
        parts[str(item.get("id", ""))] = _Part(path, str(item.get("media-type", "")), properties)
    return parts


def _resolved(folder: str, href: str) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote(urldefrag(href)[0])))


def _read_metadata(package: etree._Element, draft: Draft) -> None:
    def stated(name: str) -> list[str]:
        return [text_of(element).strip() for element in package.iter(_DC + name)]

    titles = stated("title")
    draft.title = titles[0] if titles else None
    draft.language = next(iter(stated("language")), None)
    draft.authors = stated("creator")
    links = [
        str(link.get("href", ""))
        for link in find_local(package, "link")
        if "license" in str(link.get("rel", ""))
    ]
    draft.rights = " ".join(filter(None, [*stated("rights"), *links])) or None
    draft.license_id = next(filter(None, map(recognize_license, [*links, *stated("rights")])), None)


def _cover(
    package: etree._Element, manifest: dict[str, _Part], archive: Archive, limits: Limits
) -> bytes | None:
    named = [
        str(meta.get("content", "")) for meta in find_local(package, "meta") if meta.get("name") == "cover"
    ]
    marked = [part for part in manifest.values() if "cover-image" in part.properties]
    guessed = [part for part in manifest.values() if "cover" in part.path.lower()]
    for part in [*marked, *(manifest[name] for name in named if name in manifest), *guessed]:
        if part.media_type.startswith("image/") and part.path in archive:
            if preview := thumbnail_of(archive.read(part.path), limits):
                return preview
    return None


def _outline(manifest: dict[str, _Part], archive: Archive) -> list[str]:
    for part in manifest.values():
        if part.path in archive and "nav" in part.properties:
            navs = find_local(parse_xhtml(archive.read(part.path)), "nav")
            tocs = [nav for nav in navs if attribute(nav, "type") == "toc"] or navs
            return [text_of(link) for link in find_local(tocs[0], "a")] if tocs else []
    for part in manifest.values():
        if part.path in archive and part.media_type == "application/x-dtbncx+xml":
            points = find_local(parse_xml(archive.read(part.path), recover=True), "navPoint")
            return [text_of(next(iter(find_local(point, "text")), None)) for point in points]
    return []


def _read_chapters(chapters: list[_Part], archive: Archive, draft: Draft, limits: Limits) -> None:
    pictures = EmbeddedPictures(limits)
    pages: list[str] = []
    text_size = html_size = 0
    for part in chapters:
        if "html" not in part.media_type or "nav" in part.properties:
            continue
        if text_size > limits.text_bytes:
            draft.warn("text-truncated")
            break
        body = _body(archive, part, pictures)
        text = "" if body is None else tree_to_text(body)
        text_size += len(text.encode())
        draft.passages.append(Passage(f"chapter {len(draft.passages) + 1}", text))
        if body is not None and html_size < limits.html_bytes * _HTML_FACTOR:
            pages.append(f"<section>{_html(body)}</section>")
            html_size += len(pages[-1])
    draft.pages = len(draft.passages)
    draft.text = "\n\n".join(passage.text for passage in draft.passages)
    draft.html = "".join(pages)


def _body(archive: Archive, part: _Part, pictures: EmbeddedPictures) -> etree._Element | None:
    root = parse_xhtml(archive.read(part.path))
    body = next(iter(find_local(root, "body")), None)
    if body is None:
        return None
    for image in find_local(body, "img"):
        target = _resolved(posixpath.dirname(part.path), str(image.get("src", "")))
        image.set("src", pictures.address(archive.read(target)) if target in archive else "")
    for element in list(body.iter("{*}script", "{*}style")):
        element.clear(keep_tail=True)
    without_namespaces(body)
    return body


def _html(body: etree._Element) -> str:
    """As HTML, where an empty `<a/>` of XHTML must be closed by a tag of its own."""
    for element in body.iter():
        if element.text is None and len(element) == 0 and local(element) not in {"img", "br", "hr"}:
            element.text = ""
    html = str(etree.tostring(body, encoding="unicode", method="html", with_tail=False))
    return re.sub(r"\A<body[^>]*>|</body>\Z", "", html)
