"""Documents as HTML, ODT and EPUB, each written by hand from the standard's minimum."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from lms.demo.content.document_text import DocBlock, Document, sections
from lms.demo.content.write_cover import to_cover
from lms.demo.content.zip_files import make_zip

RIGHTS_URLS = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC-BY-NC-4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
    "CC-BY-NC-SA-4.0": "https://creativecommons.org/licenses/by-nc-sa/4.0/",
    "CC-BY-ND-4.0": "https://creativecommons.org/licenses/by-nd/4.0/",
}
COVER_ITEM = '<item id="cover" href="cover.jpg" media-type="image/jpeg" properties="cover-image"/>'
_TAGS = {"heading": "h2", "subheading": "h3"}
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_ODF_SPACES = (
    f'xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0" xmlns:table="{_ODF}:table:1.0" '
    f'xmlns:meta="{_ODF}:meta:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"'
)
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


def rights_of(document: Document) -> str:
    """The license as words a machine can recognize."""
    return RIGHTS_URLS.get(document.license_id, document.license_id)


def to_html(document: Document) -> bytes:
    """One page, no script, no outside request."""
    author = escape(", ".join(document.authors), quote=True)
    return (
        f'<!DOCTYPE html>\n<html lang="{document.language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(document.title)}</title>\n"
        f'<meta name="author" content="{author}">\n'
        f'<meta name="dcterms.rights" content="{rights_of(document)}">\n'
        f'<link rel="license" href="{rights_of(document)}">\n</head>\n<body>\n'
        f"<h1>{escape(document.title)}</h1>\n{_html_blocks(document.blocks)}\n</body>\n</html>\n"
    ).encode()


def to_odt(document: Document) -> bytes:
    """A text document for LibreOffice."""
    mimetype = "application/vnd.oasis.opendocument.text"
    body = "".join(_odt_block(block) for block in document.blocks)
    content = (
        f"{_XML}<office:document-content {_ODF_SPACES}><office:body><office:text>"
        f'<text:h text:outline-level="1">{escape(document.title)}</text:h>{body}'
        "</office:text></office:body></office:document-content>"
    )
    meta = (
        f"{_XML}<office:document-meta {_ODF_SPACES}><office:meta>"
        f"<dc:title>{escape(document.title)}</dc:title><dc:language>{document.language}</dc:language>"
        f"<dc:creator>{escape(', '.join(document.authors))}</dc:creator>"
        f"<dc:description>{escape(document.description)}</dc:description>"
        f'<meta:user-defined meta:name="rights">{rights_of(document)}</meta:user-defined>'
        "<meta:creation-date>2026-01-05T08:00:00</meta:creation-date>"
        "</office:meta></office:document-meta>"
    )
    entries = (("/", mimetype), ("content.xml", "text/xml"), ("meta.xml", "text/xml"))
    listed = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in entries
    )
    manifest = (
        f'{_XML}<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0" manifest:version="1.3">{listed}'
    )
    files = (
        ("mimetype", mimetype),
        ("content.xml", content),
        ("meta.xml", meta),
        ("META-INF/manifest.xml", manifest + "</manifest:manifest>"),
    )
    return make_zip([(name, text.encode()) for name, text in files], frozenset({"mimetype"}))


def to_epub(document: Document, font_path: Path | None = None) -> bytes:
    """A small EPUB 3 book: one chapter a heading, a navigation page and stated rights."""
    chapters = sections(document)
    names = [f"chapter-{place}.xhtml" for place in range(1, len(chapters) + 1)]
    links = "".join(
        f'<li><a href="{name}">{escape(title)}</a></li>'
        for name, (title, _) in zip(names, chapters, strict=True)
    )
    nav = f'<nav epub:type="toc" id="toc"><h1>{escape(document.title)}</h1><ol>{links}</ol></nav>'
    container = (
        f'{_XML}<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>'
        "</rootfiles></container>"
    )
    files = [
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", container),
        ("EPUB/package.opf", _opf(document, names)),
        ("EPUB/nav.xhtml", _xhtml(document.title, nav, document.language)),
    ]
    for name, (title, blocks) in zip(names, chapters, strict=True):
        body = f"<h1>{escape(title)}</h1>\n{_html_blocks(blocks)}"
        files.append((f"EPUB/{name}", _xhtml(title, body, document.language)))
    entries = [(name, text.encode()) for name, text in files]
    entries.append(("EPUB/cover.jpg", to_cover(document, font_path)))
    return make_zip(entries, frozenset({"mimetype"}))


def _opf(document: Document, names: Sequence[str]) -> str:
    kind = "application/xhtml+xml"
    items = "".join(
        f'<item id="c{place}" href="{name}" media-type="{kind}"/>' for place, name in enumerate(names, 1)
    )
    spine = "".join(f'<itemref idref="c{place}"/>' for place in range(1, len(names) + 1))
    people = "".join(f"<dc:creator>{escape(author)}</dc:creator>" for author in document.authors)
    return (
        f'{_XML}<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" '
        f'xml:lang="{document.language}"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="id">urn:benhoc:demo:{document.slug}</dc:identifier>'
        f"<dc:title>{escape(document.title)}</dc:title><dc:language>{document.language}</dc:language>"
        f"{people}<dc:rights>{rights_of(document)}</dc:rights>"
        f"<dc:description>{escape(document.description)}</dc:description>"
        '<meta property="dcterms:modified">2026-01-05T08:00:00Z</meta></metadata>'
        f'<manifest><item id="nav" href="nav.xhtml" media-type="{kind}" properties="nav"/>{COVER_ITEM}{items}</manifest>'
        f'<spine><itemref idref="nav"/>{spine}</spine></package>'
    )


def _xhtml(title: str, body: str, language: str) -> str:
    return (
        f'{_XML}<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops" lang="{language}" xml:lang="{language}">'
        f"<head><title>{escape(title)}</title></head>\n<body>{body}</body></html>\n"
    )


def _html_blocks(blocks: Sequence[DocBlock]) -> str:
    out: list[str] = []
    for block in blocks:
        if block.kind == "table":
            head, *rows = block.rows
            lines = [_html_row(head, "th"), *(_html_row(row, "td") for row in rows)]
            out.append(f"<table>{''.join(lines)}</table>")
        elif block.kind == "bullet":
            item = f"<li>{escape(block.text)}</li>"
            if out and out[-1].endswith("</ul>"):
                out[-1] = out[-1].removesuffix("</ul>") + item + "</ul>"
            else:
                out.append(f"<ul>{item}</ul>")
        else:
            tag = _TAGS.get(block.kind, "p")
            out.append(f"<{tag}>{escape(block.text)}</{tag}>")
    return "\n".join(out)


def _html_row(cells: Sequence[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"


def _odt_block(block: DocBlock) -> str:
    text = escape(block.text)
    if block.kind in _TAGS:
        level = 2 if block.kind == "heading" else 3
        return f'<text:h text:outline-level="{level}">{text}</text:h>'
    if block.kind == "bullet":
        return f"<text:list><text:list-item><text:p>{text}</text:p></text:list-item></text:list>"
    if block.kind == "table":
        rows = "".join(
            "<table:table-row>"
            + "".join(f"<table:table-cell><text:p>{escape(cell)}</text:p></table:table-cell>" for cell in row)
            + "</table:table-row>"
            for row in block.rows
        )
        columns = f'<table:table-column table:number-columns-repeated="{len(block.rows[0])}"/>'
        return f"<table:table>{columns}{rows}</table:table>"
    return f"<text:p>{text}</text:p>"
