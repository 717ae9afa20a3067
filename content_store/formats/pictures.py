"""Thumbnails as small WebP pictures, and a drawn card for what has no picture."""

from __future__ import annotations

import io
import textwrap
import unicodedata

from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

from content_store.formats.refusals import refusal
from content_store.formats.values import Limits

_QUALITY = 78
_CARD = (640, 400)
_INK, _PAPER, _BAND = (28, 39, 51), (247, 249, 251), (13, 110, 110)
_FONTS = ("DejaVuSans-Bold.ttf", "NotoSans-Bold.ttf", "arialbd.ttf", "Arial Bold.ttf")


def open_image(source: io.BytesIO | io.BufferedReader, limits: Limits) -> Image.Image:
    """An image whose header promises no more pixels than allowed."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit below gives a clear answer instead of a warning
    try:
        image = Image.open(source)
    except UnidentifiedImageError as error:
        raise refusal("corrupt") from error
    if image.width * image.height > limits.pixels:
        raise refusal("too-big-inside", width=image.width, height=image.height)
    return image


def thumbnail(image: Image.Image, limits: Limits) -> bytes:
    """The picture upright, at most `preview_px` wide, as WebP."""
    image.draft("RGB", (limits.preview_px * 2, limits.preview_px * 4))
    upright = ImageOps.exif_transpose(image)
    has_alpha = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
    plain = upright.convert("RGBA" if has_alpha else "RGB")
    plain.thumbnail((limits.preview_px, limits.preview_px * 2), reducing_gap=2.0)
    return encode(plain)


def encode(image: Image.Image) -> bytes:
    """WebP bytes without metadata."""
    target = io.BytesIO()
    image.save(target, "WEBP", quality=_QUALITY, method=4)
    return target.getvalue()


def thumbnail_of(data: bytes, limits: Limits) -> bytes | None:
    """A thumbnail of an embedded picture, or None when it is not one that can be read."""
    try:
        return thumbnail(open_image(io.BytesIO(data), limits), limits)
    except Exception:
        # A preview is a courtesy: no fault of an embedded picture may refuse the whole document.
        return None


def title_card(title: str, limits: Limits) -> bytes:
    """A plain card that bears the title."""
    card = Image.new("RGB", _CARD, _PAPER)
    pen = ImageDraw.Draw(card)
    pen.rectangle((0, 0, _CARD[0], 24), fill=_BAND)
    font, words = _font(title)
    lines = textwrap.wrap(words, 24)[:5]
    pen.multiline_text((48, 80), "\n".join(lines), fill=_INK, font=font, spacing=12)
    card.thumbnail((limits.preview_px, limits.preview_px))
    return encode(card)


def _font(title: str) -> tuple[ImageFont.FreeTypeFont | ImageFont.ImageFont, str]:
    """A font of the machine that knows Vietnamese; without one the built-in font and plain letters."""
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, 40), title
        except OSError:
            continue
    folded = unicodedata.normalize("NFKD", title.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return ImageFont.load_default(40), plain
