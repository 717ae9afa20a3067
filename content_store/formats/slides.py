"""PPTX: every slide's title, words, tables, formulas, pictures and notes, in order.

Read from the XML itself: the usual library passes over shapes with formulas (they stand in
`mc:AlternateContent`), and those are what a mathematics teacher uploads.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

from lxml import etree

from content_store.book_directives import strip_roles
from content_store.formats.archives import Archive
from content_store.formats.embedded_pictures import EmbeddedPictures
from content_store.formats.office import (
    check_parts,
    part_xml,
    read_properties,
    relationships,
)
from content_store.formats.omml import omml_to_mathml
from content_store.formats.pictures import thumbnail_of, title_card
from content_store.formats.refusals import refusal
from content_store.formats.sniff import Sniffed
from content_store.formats.values import Draft, Limits, Passage
from content_store.formats.xml_safe import attribute, find_local, local, parse_xml
from content_store.markup import html_to_text

_DECK = "ppt/presentation.xml"
_TITLES = frozenset({"title", "ctrTitle"})
_UNWANTED = frozenset({"dt", "ftr", "sldNum", "hdr"})
_THUMBNAILS = ("docProps/thumbnail.jpeg", "docProps/thumbnail.jpg", "docProps/thumbnail.png")


@dataclass(frozen=True)
class _Slide:
    """Where a slide's links lead, and the pictures of the deck."""

    archive: Archive
    links: dict[str, tuple[str, str]]
    pictures: EmbeddedPictures


def read(path: Path, sniffed: Sniffed, limits: Limits) -> Draft:
    """One section and one passage per slide."""
    draft = Draft("pptx", sniffed.media_type)
    archive = Archive(path, limits)
    check_parts(archive)
    read_properties(archive, draft)
    pictures = EmbeddedPictures(limits)
    pieces = [_slide(name, archive, pictures, draft) for name in _slide_names(archive)[: limits.pages]]
    draft.pages = len(pieces)
    draft.html, found = strip_roles("".join(pieces))
    if found:
        draft.warn("directives-removed")
    draft.text = "\n\n".join(passage.text for passage in draft.passages)
    if not (draft.title or "").strip():
        draft.title = next((words for words in draft.outline if words.strip()), None)
    thumbnail = next((archive.read(name) for name in _THUMBNAILS if name in archive), None)
    draft.preview = thumbnail_of(thumbnail, limits) if thumbnail else pictures.first
    draft.preview = draft.preview or title_card(draft.title or Path(sniffed.filename).stem, limits)
    return draft


def _slide_names(archive: Archive) -> list[str]:
    links = relationships(archive, _DECK)
    listed = find_local(part_xml(archive, _DECK), "sldId")
    ids = [
        slide.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id")
        for slide in listed
    ]
    names = [links[str(identifier)][1] for identifier in ids if str(identifier) in links]
    if any(name not in archive for name in names):
        raise refusal("corrupt")
    return names


def _slide(name: str, archive: Archive, pictures: EmbeddedPictures, draft: Draft) -> str:
    number = len(draft.passages) + 1
    slide = _Slide(archive, relationships(archive, name), pictures)
    tree = parse_xml(archive.read(name), recover=True)  # undeclared prefixes are met in the wild
    title, body = "", []
    for shape in _shapes(tree):
        kind = _placeholder(shape)
        if kind in _TITLES and not title:
            title = " ".join(html_to_text(_words(shape)).split())
        elif kind not in _UNWANTED:
            body.append(_shape(shape, slide))
    notes = _notes(slide)
    draft.outline.append(title or str(number))
    heading = f"<h2>{escape(f'{number}. {title}' if title else str(number))}</h2>"
    html = f"<section>{heading}{''.join(body)}{notes}</section>"
    draft.passages.append(
        Passage(f"slide {number}", strip_roles(html_to_text(title + "".join(body) + notes))[0])
    )
    return html


def _shapes(tree: etree._Element) -> list[etree._Element]:
    """Shapes, tables and pictures in order; of alternatives only the first choice."""
    wanted = ("{*}sp", "{*}graphicFrame", "{*}pic")
    return [
        shape
        for shape in tree.iter(*wanted)
        if not any(local(above) == "Fallback" for above in shape.iterancestors())
    ]


def _placeholder(shape: etree._Element) -> str:
    found = next(iter(find_local(shape, "ph")), None)
    return "" if found is None else str(found.get("type", "body"))


def _shape(shape: etree._Element, slide: _Slide) -> str:
    name = local(shape)
    if name == "pic":
        return _picture(shape, slide)
    tables = find_local(shape, "tbl")
    return _table(tables[0]) if tables else _words(shape, listed=_placeholder(shape) in {"body", "obj"})


def _words(shape: etree._Element, *, listed: bool = False) -> str:
    """Paragraphs; in body placeholders they are list items unless bullets are off."""
    out, in_list = [], False
    for paragraph in find_local(shape, "p"):
        inner = _runs(paragraph)
        if not inner.strip():
            continue
        item = listed and not find_local(paragraph, "buNone")
        if item != in_list:
            out.append("<ul>" if item else "</ul>")
            in_list = item
        out.append(f"<li>{inner}</li>" if item else f"<p>{inner}</p>")
    return "".join(out) + ("</ul>" if in_list else "")


def _runs(paragraph: etree._Element) -> str:
    pieces = []
    for child in paragraph:
        name = local(child)
        if name in {"r", "fld"}:
            pieces.append(_run(child))
        elif name == "br":
            pieces.append("<br>")
        elif name in {"m", "oMath", "oMathPara"}:
            display = bool(find_local(child, "oMathPara"))
            pieces.extend(omml_to_mathml(math, display=display) for math in find_local(child, "oMath"))
    return "".join(pieces)


def _run(run: etree._Element) -> str:
    text = escape("".join(part.text or "" for part in run if local(part) == "t"))
    properties = next((part for part in run if local(part) == "rPr"), None)
    if properties is None or not text.strip():
        return text
    if properties.get("b") == "1":
        text = f"<strong>{text}</strong>"
    return f"<em>{text}</em>" if properties.get("i") == "1" else text


def _table(table: etree._Element) -> str:
    rows = []
    for number, row in enumerate(find_local(table, "tr")):
        tag = "td" if number else "th"
        rows.append("".join(f"<{tag}>{_words(cell)}</{tag}>" for cell in find_local(row, "tc")))
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _picture(shape: etree._Element, slide: _Slide) -> str:
    described = next(iter(find_local(shape, "cNvPr")), None)
    alt = "" if described is None else str(described.get("descr", ""))
    blip = next(iter(find_local(shape, "blip")), None)
    _, target = slide.links.get(attribute(blip, "embed") or "" if blip is not None else "", ("", ""))
    if target not in slide.archive:
        return ""
    address = slide.pictures.address(slide.archive.read(target))
    return f'<p><img src="{address}" alt="{escape(alt)}"></p>'


def _notes(slide: _Slide) -> str:
    for kind, target in slide.links.values():
        if kind == "notesSlide" and target in slide.archive:
            tree = part_xml(slide.archive, target)
            bodies = [_words(shape) for shape in _shapes(tree) if _placeholder(shape) == "body"]
            if any(map(html_to_text, bodies)):
                return f"<aside>{''.join(bodies)}</aside>"
    return ""
