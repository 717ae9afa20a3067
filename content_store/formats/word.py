"""DOCX: mammoth makes the page; formulas go around it, since it knows none.

Each formula is swapped for a mark of private-use letters before, and the mark for MathML after.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import mammoth
from lxml import etree

from content_store.book_directives import strip_roles
from content_store.formats.archives import Archive
from content_store.formats.embedded_pictures import EmbeddedPictures
from content_store.formats.office import check_parts, read_properties
from content_store.formats.omml import omml_to_mathml
from content_store.formats.sniff import Sniffed
from content_store.formats.values import Draft, Limits
from content_store.formats.xml_safe import local, parse_xml
from content_store.markup import headings_of, sanitize_html

_BODY = "word/document.xml"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MARK = re.compile("\ue000(\\d+)\ue001")
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p.subtitle:fresh
p[style-name='Source Code'] => pre:separator('\\n')
r[style-name='Verbatim Char'] => code
p[style-name='Quote'] => blockquote > p:fresh
"""


def read(path: Path, sniffed: Sniffed, limits: Limits) -> Draft:
    """Properties, a readable page with formulas, and its text."""
    draft = Draft("docx", sniffed.media_type)
    archive = Archive(path, limits)
    check_parts(archive)
    read_properties(archive, draft)
    body, formulas = _without_formulas(archive.read(_BODY))
    pictures = EmbeddedPictures(limits)
    html = _converted(_repacked(archive, body), pictures)
    html, found = strip_roles(html)
    if found:
        draft.warn("directives-removed")
    if pictures.left_out:
        draft.warn("images-removed")
    draft.html = _MARK.sub(lambda mark: formulas[int(mark[1])] if int(mark[1]) < len(formulas) else "", html)
    draft.preview = pictures.first
    if not (draft.title or "").strip():
        headings = headings_of(sanitize_html(html[: limits.html_bytes]))
        draft.title = headings[0][2] if headings else None
    return draft


def _without_formulas(data: bytes) -> tuple[bytes, list[str]]:
    """The body with marks where formulas were, and the formulas as MathML."""
    root = parse_xml(data)
    formulas: list[str] = []
    for element in [*root.iter("{*}oMathPara"), *root.iter("{*}oMath")]:
        parent = element.getparent()
        if parent is None or any(local(above) == "oMathPara" for above in element.iterancestors()):
            continue
        run = etree.Element(f"{_WORD}r")
        words = etree.SubElement(run, f"{_WORD}t")
        words.text = f"\ue000{len(formulas)}\ue001"
        run.tail = element.tail
        formulas.append(omml_to_mathml(element, display=local(element) == "oMathPara"))
        parent.replace(element, run)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True), formulas


def _repacked(archive: Archive, body: bytes) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
        for name in archive.names:
            if not name.endswith("/"):
                packed.writestr(name, body if name == _BODY else archive.read(name))
    target.seek(0)
    return target


def _converted(source: io.BytesIO, pictures: EmbeddedPictures) -> str:
    def picture(image: mammoth.documents.Image) -> dict[str, str]:
        try:
            with image.open() as stream:
                return {"src": pictures.address(stream.read())}
        except KeyError:
            # The picture stands outside of the file: its words stay, nothing is fetched.
            pictures.left_out = True
            return {"src": ""}

    result = mammoth.convert_to_html(
        source,
        style_map=_STYLES,
        convert_image=mammoth.images.img_element(picture),
        external_file_access=False,
    )
    return str(result.value)
