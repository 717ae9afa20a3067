"""Pictures in the widths that screens have, and the pages of a PDF as pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pypdfium2
from PIL import ImageOps

from content_store.formats.pictures import encode, open_image
from content_store.formats.values import Limits

WIDTHS = (480, 960, 1600)
PAGE_WIDTH = 960
MOST_PAGES = 60
_MOST_SIDE = 4_000
WEBP = "image/webp"
Keep = Callable[..., None]


def make_image(path: Path, _media_type: str, folder: Path, limits: Limits, keep: Keep) -> None:
    """Each width that is narrower than the picture, where that saves a fifth at least."""
    original = path.stat().st_size
    with path.open("rb") as stream:
        image = open_image(stream, limits)
        if getattr(image, "is_animated", False):
            return
        image.draft("RGB", (WIDTHS[-1] * 2, WIDTHS[-1] * 4))
        upright = ImageOps.exif_transpose(image)
        has_alpha = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
        plain = upright.convert("RGBA" if has_alpha else "RGB")
    for width in WIDTHS:
        if width >= plain.width:
            return
        small = plain.copy()
        small.thumbnail((width, width * 4), reducing_gap=2.0)
        data = encode(small)
        if len(data) <= original * 0.8:
            file = f"w{width}.webp"
            (folder / file).write_bytes(data)
            keep(f"w{width}", file, WEBP, small.width, small.height)


def make_pdf(path: Path, _media_type: str, folder: Path, limits: Limits, keep: Keep) -> None:
    """The first pages, one picture for each that can be drawn."""
    document = pypdfium2.PdfDocument(path)
    for number in range(min(len(document), MOST_PAGES)):
        try:
            page = document[number]
            width, height = page.get_size()
            scale = min(PAGE_WIDTH / max(width, 1), _MOST_SIDE / max(height, 1))
            picture = page.render(scale=scale).to_pil().convert("RGB")
            page.close()
        except (pypdfium2.PdfiumError, ValueError):
            continue
        file = f"page-{number + 1:04}.webp"
        (folder / file).write_bytes(encode(picture))
        keep(f"page-{number + 1:04}", file, WEBP, picture.width, picture.height)
