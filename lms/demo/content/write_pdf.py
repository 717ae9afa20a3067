"""Documents as PDF with an embedded font.

reportlab brings no Vietnamese face, so the caller gives one (the asset build makes a TTF of Be Vietnam
Pro). Without it the words are set without tone marks and the page says so: readable, and honest.
"""

from __future__ import annotations

import io
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from lms.demo.content.document_text import DocBlock, Document
from lms.demo.content.drawing import without_marks

FONT_NAME = "BenHocDemo"


def to_pdf(document: Document, font_path: Path | None = None) -> bytes:
    """An A4 worksheet; the same bytes for the same font."""
    font = _register(font_path)
    story: list[Flowable] = [_paragraph(document.title, font, 20, font_path), Spacer(1, 4 * mm)]
    if font_path is None and document.language != "en":
        story.append(_paragraph("(Ban khong dau: may nay chua co phong chu tieng Viet.)", font, 9, None))
    for block in document.blocks:
        story.append(_flowable(block, font, font_path))
    signature = f"{', '.join(document.authors)} - {document.license_id}"
    story += [Spacer(1, 8 * mm), _paragraph(signature, font, 9, font_path)]
    out = io.BytesIO()
    SimpleDocTemplate(
        out,
        pagesize=A4,
        title=document.title,
        author=", ".join(document.authors),
        subject=document.description,
        keywords=", ".join((*document.keywords, document.license_id)),
        lang=document.language,
        invariant=1,
        leftMargin=22 * mm,
        rightMargin=22 * mm,
    ).build(story, onFirstPage=_page_number, onLaterPages=_page_number)
    return out.getvalue()


def _register(font_path: Path | None) -> str:
    if font_path is None:
        return "Helvetica"
    pdfmetrics.registerFont(TTFont(FONT_NAME, str(font_path)))
    return FONT_NAME


def _page_number(canvas: Canvas, template: SimpleDocTemplate) -> None:
    canvas.setFont("Helvetica", 9)
    canvas.drawCentredString(A4[0] / 2, 12 * mm, str(template.page))


def _paragraph(text: str, font: str, size: int, font_path: Path | None, bullet: str = "") -> Paragraph:
    style = ParagraphStyle(
        "text", fontName=font, fontSize=size, leading=size * 1.6, spaceAfter=size * 0.5, bulletIndent=4
    )
    style.leftIndent = 16 if bullet else 0
    words = text if font_path else without_marks(text)
    return Paragraph(escape(words), style, bulletText=bullet or None)


def _flowable(block: DocBlock, font: str, font_path: Path | None) -> Flowable:
    if block.kind == "table":
        cells = [[_paragraph(cell, font, 11, font_path) for cell in row] for row in block.rows]
        grid = [("GRID", (0, 0), (-1, -1), 0.6, colors.grey), ("VALIGN", (0, 0), (-1, -1), "TOP")]
        return Table(cells, style=TableStyle(grid), spaceBefore=6, spaceAfter=10)
    size = {"heading": 15, "subheading": 13}.get(block.kind, 12)
    return _paragraph(block.text, font, size, font_path, "•" if block.kind == "bullet" else "")
