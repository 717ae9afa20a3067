"""Cut Be Vietnam Pro down to what Vietnamese and English need: two weights in about 33 KB instead of 67.

The face comes by lock file as woff2 in two subsets (latin, vietnamese); both are read, merged by glyph range at the
browser's side is avoided: one file for each weight is one request. Hinting is dropped. A plain TTF of the text weight
is kept as well, for PDFs that the server writes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

ASSETS = Path(__file__).resolve().parents[1] / "lms" / "assets"
SOURCE = ASSETS / "node_modules" / "@fontsource" / "be-vietnam-pro" / "files"
WEIGHTS = (400, 600)
SIGNS = "".join(map(chr, range(0x20, 0x7F))) + (
    "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯư"
    + "".join(map(chr, range(0x1EA0, 0x1EFA)))
    + "\u00a0«»·×÷°±©–—‘’“”…•₫→←½¼¾²³\u0300\u0301\u0303\u0309\u0323"
)


def cut_font(weight: int, target: Path) -> None:
    """Write `be-vietnam-pro-<weight>.woff2` (and `.ttf` for 400) into `target`."""
    parts = []
    for subset in ("latin", "vietnamese", "latin-ext"):
        font = TTFont(SOURCE / f"be-vietnam-pro-{subset}-{weight}-normal.woff2")
        font.flavor = None
        part = target / f"{subset}-{weight}.part"
        _subset(font, SIGNS)
        font.save(part)
        parts.append(part)
    merged = Merger().merge([str(part) for part in parts])
    for part in parts:
        part.unlink()
    _subset(merged, SIGNS)
    if weight == WEIGHTS[0]:
        merged.save(target / f"be-vietnam-pro-{weight}.ttf")
    merged.flavor = "woff2"
    merged.save(target / f"be-vietnam-pro-{weight}.woff2")


def _subset(font: TTFont, signs: str) -> None:
    options = Options()
    options.hinting = False
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "lnum"]
    options.name_IDs = [1, 2, 4, 6, 13, 14]
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(text=signs)
    subsetter.subset(font)


def cut_fonts(target: Path) -> None:
    """Cut both weights into `target`."""
    target.mkdir(parents=True, exist_ok=True)
    for weight in WEIGHTS:
        cut_font(weight, target)


if __name__ == "__main__":
    cut_fonts(Path(sys.argv[1]))
