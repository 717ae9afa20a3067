"""ODT: our own small reader, since the format is one zip with one tree of text."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

from lxml import etree

from content_store.book_directives import strip_roles
from content_store.formats.archives import Archive
from content_store.formats.embedded_pictures import EmbeddedPictures
from content_store.formats.office import part_xml
from content_store.formats.pictures import thumbnail_of
from content_store.formats.refusals import refusal
from content_store.formats.sniff import Sniffed
from content_store.formats.values import Draft, Limits
from content_store.formats.xml_safe import attribute, find_local, local, text_of, without_namespaces
from content_store.markup import headings_of, sanitize_html

_CONTAINERS = {"list": "ul", "list-item": "li", "list-header": "li", "table": "table", "table-row": "tr"}
_CONTAINERS |= {"table-cell": "td", "table-header-rows": "thead"}
_PASSED_OVER = frozenset({"tracked-changes", "annotation", "sequence-decls", "forms", "covered-table-cell"})
_MOST_SPACES = 40
_MOST_REPEATED = 50


@dataclass(frozen=True)
class _Book:
    """What the walk needs to know besides the element at hand."""

    archive: Archive
    styles: dict[str, str]
    pictures: EmbeddedPictures


def read(path: Path, sniffed: Sniffed, limits: Limits) -> Draft:
    """Metadata from `meta.xml`, the page from `content.xml`."""
    draft = Draft("odt", sniffed.media_type)
    archive = Archive(path, limits)
    if "content.xml" not in archive:
        raise refusal("corrupt")
    if "META-INF/manifest.xml" in archive and find_local(
        part_xml(archive, "META-INF/manifest.xml"), "encryption-data"
    ):
        raise refusal("encrypted")
    _read_metadata(archive, draft)
    content = part_xml(archive, "content.xml")
    body = next(iter(find_local(content, "text")), None)
    if body is None:
        raise refusal("corrupt")
    book = _Book(archive, _styles(content), EmbeddedPictures(limits))
    draft.html, found = strip_roles(
        "".join(_block(child, book) for child in body).replace("</pre><pre>", "\n")
    )
    if found:
        draft.warn("directives-removed")
    draft.preview = book.pictures.first or _thumbnail(archive, limits)
    if not (draft.title or "").strip():
        headings = headings_of(sanitize_html(draft.html[: limits.html_bytes]))
        draft.title = headings[0][2] if headings else None
    return draft


def _thumbnail(archive: Archive, limits: Limits) -> bytes | None:
    name = "Thumbnails/thumbnail.png"
    return thumbnail_of(archive.read(name), limits) if name in archive else None


def _read_metadata(archive: Archive, draft: Draft) -> None:
    if "meta.xml" not in archive:
        return
    root = part_xml(archive, "meta.xml")
    stated = {local(element): text_of(element) for element in root.iter("{*}*") if len(element) == 0}
    draft.title, draft.language = stated.get("title"), stated.get("language")
    draft.authors = [stated.get("initial-creator") or stated.get("creator") or ""]
    for element in find_local(root, "user-defined"):
        if (attribute(element, "name") or "").lower() in {"license", "licence", "rights", "copyright"}:
            draft.rights = text_of(element)


def _styles(content: etree._Element) -> dict[str, str]:
    """Style name → 'strong', 'em' or 'pre', for what readers would miss."""
    styles = {"Preformatted_20_Text": "pre", "Source_20_Text": "code", "Strong_20_Emphasis": "strong"}
    styles["Emphasis"] = "em"
    for style in find_local(content, "style"):
        name = attribute(style, "name") or ""
        parent = styles.get(attribute(style, "parent-style-name") or "")
        if parent:
            styles[name] = parent
        for properties in find_local(style, "text-properties"):
            if attribute(properties, "font-weight") == "bold":
                styles[name] = "strong"
            elif attribute(properties, "font-style") == "italic":
                styles[name] = "em"
    return styles


def _block(element: etree._Element, book: _Book) -> str:
    name = local(element)
    if name in _PASSED_OVER:
        return ""
    if name == "h":
        level = min(max(_count(element, "outline-level"), 1), 6)
        return f"<h{level}>{_inline(element, book)}</h{level}>"
    if name == "p":
        tag = "pre" if book.styles.get(attribute(element, "style-name") or "") == "pre" else "p"
        return f"<{tag}>{_inline(element, book)}</{tag}>"
    inner = "".join(_block(child, book) for child in element)
    tag = _CONTAINERS.get(name, "")
    if not tag:
        return inner or _piece(element, book)
    return f"<{tag}>{inner}</{tag}>" * (_repeated(element) if name == "table-cell" else 1)


def _repeated(element: etree._Element) -> int:
    return min(_count(element, "number-columns-repeated"), _MOST_REPEATED)


def _count(element: etree._Element, name: str) -> int:
    """A number an attribute states; 1 for none, or for what is none."""
    stated = attribute(element, name) or ""
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 10 else 1


def _inline(element: etree._Element, book: _Book) -> str:
    pieces = [escape(element.text or "")]
    for child in element:
        pieces.append(_piece(child, book))
        pieces.append(escape(child.tail or ""))
    return "".join(pieces)


def _piece(element: etree._Element, book: _Book) -> str:
    name = local(element)
    if name in _PASSED_OVER or name in {"bookmark-start", "bookmark-end", "note-citation"}:
        return ""
    if name == "s":
        return " " * min(_count(element, "c"), _MOST_SPACES)
    if name in {"tab", "line-break"}:
        return "\t" if name == "tab" else "<br>"
    if name == "a":
        return f'<a href="{escape(attribute(element, "href") or "")}">{_inline(element, book)}</a>'
    if name == "note":
        return f" <small>({_inline(element, book).strip()})</small>"
    if name == "frame":
        return _frame(element, book)
    tag = book.styles.get(attribute(element, "style-name") or "") if name == "span" else None
    inner = _inline(element, book)
    return f"<{tag}>{inner}</{tag}>" if tag and tag != "pre" else inner


def _frame(element: etree._Element, book: _Book) -> str:
    """A formula, a picture, or a box of text."""
    alt = " ".join(text_of(part).strip() for part in element if local(part) in {"title", "desc"})
    for part in element:
        target = (attribute(part, "href") or "").removeprefix("./")
        if local(part) == "object" and f"{target}/content.xml" in book.archive:
            return _formula(book.archive, f"{target}/content.xml")
        if local(part) == "image" and target in book.archive:
            address = book.pictures.address(book.archive.read(target))
            return f'<img src="{address}" alt="{escape(alt)}">'
        if local(part) == "text-box":
            return "".join(_block(child, book) for child in part)
    return ""


def _formula(archive: Archive, name: str) -> str:
    root = part_xml(archive, name)
    if local(root) != "math":
        return ""
    without_namespaces(root)
    return str(etree.tostring(root, encoding="unicode", method="html", with_tail=False))
