"""Documents as DOCX and PPTX, with fixed dates in their properties."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import docx
import pptx
from docx.document import Document as DocxDocument
from pptx.presentation import Presentation
from pptx.slide import Slide
from pptx.util import Inches, Pt

from lms.demo.content.document_text import DocBlock, Document, sections
from lms.demo.content.write_cover import to_cover
from lms.demo.content.zip_files import FIXED_DATE, with_fixed_dates


def to_docx(document: Document, font_path: Path | None = None) -> bytes:
    """A Word file with real heading, list and table styles."""
    word = docx.Document()
    _stamp(word, document)
    word.add_heading(document.title, level=0)
    for block in document.blocks:
        _add_block(word, block)
    word.add_paragraph(f"{', '.join(document.authors)} · {document.license_id}")
    out = io.BytesIO()
    word.save(out)
    return with_fixed_dates(out.getvalue(), to_cover(document, font_path))


def to_pptx(document: Document, font_path: Path | None = None) -> bytes:
    """Slides: a title, then one slide a heading."""
    show = pptx.Presentation()
    _stamp(show, document)
    cover = show.slides.add_slide(show.slide_layouts[0])
    cover.shapes.title.text = document.title
    cover.placeholders[1].text = f"{', '.join(document.authors)}\n{document.license_id}"
    for title, blocks in sections(document):
        slide = show.slides.add_slide(show.slide_layouts[5 if _has_table(blocks) else 1])
        slide.shapes.title.text = title
        _fill_slide(slide, blocks)
    out = io.BytesIO()
    show.save(out)
    return with_fixed_dates(out.getvalue(), to_cover(document, font_path))


def _stamp(target: DocxDocument | Presentation, document: Document) -> None:
    properties = target.core_properties
    properties.title = document.title
    properties.author = ", ".join(document.authors)
    properties.language = document.language
    properties.subject = document.subject
    properties.keywords = ", ".join(document.keywords)
    properties.comments = document.license_id
    properties.last_modified_by = ""
    properties.created = properties.modified = datetime(*FIXED_DATE)


def _add_block(word: DocxDocument, block: DocBlock) -> None:
    if block.kind == "table":
        table = word.add_table(rows=0, cols=len(block.rows[0]))
        table.style = "Table Grid"
        for row in block.rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    elif block.kind == "heading":
        word.add_heading(block.text, level=1)
    elif block.kind == "subheading":
        word.add_heading(block.text, level=2)
    else:
        word.add_paragraph(block.text, style="List Bullet" if block.kind == "bullet" else None)


def _has_table(blocks: list[DocBlock]) -> bool:
    return any(block.kind == "table" for block in blocks)


def _fill_slide(slide: Slide, blocks: list[DocBlock]) -> None:
    words = [block.text for block in blocks if block.kind != "table"]
    tables = [block for block in blocks if block.kind == "table"]
    if not tables:
        frame = slide.placeholders[1].text_frame
    else:
        rows = tables[0].rows
        grid = slide.shapes.add_table(
            len(rows), len(rows[0]), Inches(0.7), Inches(1.6), Inches(8.6), Inches(0.4 * len(rows))
        ).table
        for row, values in enumerate(rows):
            for column, value in enumerate(values):
                grid.cell(row, column).text = value
        top = Inches(1.8 + 0.45 * len(rows))
        frame = slide.shapes.add_textbox(Inches(0.7), top, Inches(8.6), Inches(2)).text_frame
        frame.word_wrap = True
    for place, text in enumerate(words):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.text = text
        paragraph.font.size = Pt(24 if not tables else 20)
