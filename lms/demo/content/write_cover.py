"""The cover picture of a book or a slide show: its title on water.

Office templates carry a thumbnail of their own empty page; ours replaces it, so that a preview shows the
document and not the template.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

from lms.demo.content.document_text import Document
from lms.demo.content.drawing import HONEY, MUTED, WATER, Sheet, to_raster


def to_cover(document: Document, font_path: Path | None = None) -> bytes:
    """A JPEG with the title, the authors and three waves."""
    sheet = Sheet(document.title, 640, 480)
    sheet.box(0, 0, 640, 480, WATER[0], None)
    sheet.circle(540, 90, 46, HONEY[1], None)
    for place, line in enumerate(textwrap.wrap(document.title, 24)):
        sheet.text(48, 150 + place * 54, line, 40, WATER[3], "start")
    sheet.text(48, 360, ", ".join(document.authors), 22, MUTED, "start")
    for y in (410, 435, 460):
        sheet.wave(y, 0, 640, WATER[2], 7)
    return to_raster(sheet, "JPEG", font_path)
