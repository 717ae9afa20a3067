"""A sheet of shapes that can be saved as SVG, PNG or JPEG from the same strokes.

Two outputs from one drawing keep the picture library small in code, and the recorded shapes are plain
values, so the bytes are the same on every run. Without a Vietnamese font the raster outputs drop the tone
marks, because a missing-glyph box teaches nothing; SVG always keeps them.
"""

from __future__ import annotations

import io
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 960, 540
PAPER, INK, MUTED, LINE = "#fffdf9", "#1a2a2b", "#5b6b6a", "#d9cfbb"
WATER = ("#dcede8", "#a9d2ca", "#3f8f8c", "#0a6668")
RICE = ("#eaf0d8", "#cbdda0", "#7f9f4a", "#4b6a26")
CLAY = ("#f8e4d6", "#edbe9f", "#c67a50", "#8c4a28")
LOTUS = ("#f9e4e6", "#efbac1", "#c9707f", "#8f3a4e")
DUSK = ("#e4e6f1", "#bcc3e0", "#6f7bb0", "#3e4880")
HONEY = ("#faedcc", "#f1d48c", "#cf9a33", "#855400")

Point = tuple[float, float]


@dataclass(frozen=True)
class Shape:
    """One polygon, line, ellipse or text, in sheet coordinates."""

    kind: str
    points: tuple[Point, ...]
    fill: str | None = None
    stroke: str | None = None
    width: float = 3
    text: str = ""
    size: float = 24
    anchor: str = "middle"


@dataclass
class Sheet:
    """A page to draw on; every method adds one shape."""

    title: str
    width: int = WIDTH
    height: int = HEIGHT
    shapes: list[Shape] = field(default_factory=list)

    def polygon(self, points: Sequence[Point], fill: str | None = None, stroke: str | None = None) -> None:
        """A closed outline."""
        self.shapes.append(Shape("polygon", tuple(points), fill, stroke))

    def box(
        self, x: float, y: float, w: float, h: float, fill: str | None = None, stroke: str | None = INK
    ) -> None:
        """A rectangle by its top left corner."""
        self.polygon([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], fill, stroke)

    def line(self, *points: Point, stroke: str = INK, width: float = 3) -> None:
        """An open polyline."""
        self.shapes.append(Shape("line", points, None, stroke, width))

    def circle(self, x: float, y: float, r: float, fill: str | None = None, stroke: str | None = INK) -> None:
        """A circle by its center."""
        self.shapes.append(Shape("ellipse", ((x - r, y - r), (x + r, y + r)), fill, stroke))

    def wedge(self, x: float, y: float, r: float, start: float, end: float, fill: str) -> None:
        """A pie slice; angles in degrees, clockwise from the top."""
        steps = max(2, int(abs(end - start) / 3))
        arc = []
        for step in range(steps + 1):
            angle = math.radians(start + (end - start) * step / steps - 90)
            arc.append((x + r * math.cos(angle), y + r * math.sin(angle)))
        self.polygon([(x, y), *arc], fill, INK)

    def arrow(self, start: Point, end: Point, stroke: str = INK, width: float = 4) -> None:
        """A straight arrow with a filled head."""
        angle = math.atan2(end[1] - start[1], end[0] - start[0])
        neck = (end[0] - 14 * math.cos(angle), end[1] - 14 * math.sin(angle))
        self.line(start, neck, stroke=stroke, width=width)
        wings = [
            (end[0] - 18 * math.cos(angle + turn), end[1] - 18 * math.sin(angle + turn))
            for turn in (0.45, -0.45)
        ]
        self.polygon([end, *wings], stroke, None)

    def text(
        self, x: float, y: float, text: str, size: float = 24, fill: str = INK, anchor: str = "middle"
    ) -> None:
        """Words; y is the middle of the line."""
        self.shapes.append(Shape("text", ((x, y),), fill, text=text, size=size, anchor=anchor))

    def fraction(self, x: float, y: float, top: int | str, bottom: int | str, size: float = 30) -> None:
        """A stacked fraction centered on the point."""
        self.text(x, y - size * 0.7, str(top), size)
        self.line((x - size * 0.6, y), (x + size * 0.6, y))
        self.text(x, y + size * 0.7, str(bottom), size)

    def wave(self, y: float, left: float, right: float, stroke: str, height: float = 6) -> None:
        """A water line."""
        xs = range(int(left), int(right) + 1, 8)
        self.line(*((x, y + height * math.sin(x / 22)) for x in xs), stroke=stroke, width=4)

    def curve(self, points: Sequence[Point], stroke: str = INK, width: float = 3) -> None:
        """A smooth line through the points."""
        self.line(*smooth(points), stroke=stroke, width=width)


def smooth(points: Sequence[Point]) -> list[Point]:
    """Catmull-Rom points through the given ones."""
    padded = [points[0], *points, points[-1]]
    out: list[Point] = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for step in range(12):
            t = step / 12
            x, y = (
                0.5
                * (
                    2 * b[i]
                    + (c[i] - a[i]) * t
                    + (2 * a[i] - 5 * b[i] + 4 * c[i] - d[i]) * t**2
                    + (3 * b[i] - a[i] - 3 * c[i] + d[i]) * t**3
                )
                for i in (0, 1)
            )
            out.append((x, y))
    return [*out, points[-1]]


def to_svg(sheet: Sheet) -> bytes:
    """The sheet as an SVG with a title for screen readers."""
    body = "\n".join(_svg_shape(shape) for shape in sheet.shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {sheet.width} {sheet.height}" '
        f'width="{sheet.width}" height="{sheet.height}" role="img" font-family="sans-serif">\n'
        f"<title>{escape(sheet.title)}</title>\n"
        f'<rect width="100%" height="100%" fill="{PAPER}"/>\n{body}\n</svg>\n'
    ).encode()


def to_raster(sheet: Sheet, image_format: str, font_path: Path | None = None) -> bytes:
    """The sheet as PNG or JPEG, drawn at double size and shrunk for smooth edges."""
    out = io.BytesIO()
    to_image(sheet, font_path).save(out, image_format, **_SAVE[image_format])
    return out.getvalue()


def to_image(sheet: Sheet, font_path: Path | None = None, scale: float = 1.0) -> Image.Image:
    """The sheet as a Pillow image."""
    double = 2 * scale
    image = Image.new("RGB", (int(sheet.width * double), int(sheet.height * double)), PAPER)
    pen = ImageDraw.Draw(image)
    for shape in sheet.shapes:
        _draw(pen, shape, double, font_path)
    size = (int(sheet.width * scale), int(sheet.height * scale))
    return image.resize(size, Image.Resampling.LANCZOS)


_SAVE: dict[str, dict[str, int | bool]] = {"PNG": {"compress_level": 7}, "JPEG": {"quality": 88}}


def without_marks(text: str) -> str:
    """Vietnamese without tone marks, and signs replaced by plain letters."""
    signs = {"đ": "d", "Đ": "D", "–": "-", "→": "->", "×": "x", "°": " do ", "₂": "2", "·": "x", "≈": "~"}
    plain = "".join(signs.get(letter, letter) for letter in text)
    folded = unicodedata.normalize("NFD", plain)
    return "".join(letter for letter in folded if ord(letter) < 128)


def _svg_shape(shape: Shape) -> str:
    fill, stroke = shape.fill or "none", shape.stroke or "none"
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shape.points)
    if shape.kind == "text":
        (x, y) = shape.points[0]
        return (
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{shape.size:g}" fill="{fill}" '
            f'text-anchor="{shape.anchor}" dominant-baseline="central">{escape(shape.text)}</text>'
        )
    if shape.kind == "ellipse":
        (x0, y0), (x1, y1) = shape.points
        return (
            f'<circle cx="{(x0 + x1) / 2:.1f}" cy="{(y0 + y1) / 2:.1f}" r="{(x1 - x0) / 2:.1f}" '
            f'fill="{fill}" stroke="{stroke}" stroke-width="{shape.width:g}"/>'
        )
    tag = "polyline" if shape.kind == "line" else "polygon"
    paint = f'fill="{fill}" stroke="{stroke}" stroke-width="{shape.width:g}"'
    return f'<{tag} points="{points}" {paint} stroke-linejoin="round" stroke-linecap="round"/>'


def _draw(pen: ImageDraw.ImageDraw, shape: Shape, scale: float, font_path: Path | None) -> None:
    points = [(x * scale, y * scale) for x, y in shape.points]
    width = max(1, round(shape.width * scale))
    if shape.kind == "text":
        text = shape.text if font_path else without_marks(shape.text)
        anchor = {"middle": "mm", "start": "lm", "end": "rm"}[shape.anchor]
        pen.text(points[0], text, shape.fill, _font(font_path, shape.size * scale), anchor)
    elif shape.kind == "line":
        pen.line(points, shape.stroke, width, joint="curve")
    elif shape.kind == "ellipse":
        pen.ellipse([points[0], points[1]], shape.fill, shape.stroke, width if shape.stroke else 0)
    else:
        if shape.fill:
            pen.polygon(points, shape.fill)
        if shape.stroke:
            pen.line([*points, points[0]], shape.stroke, width, joint="curve")


def _font(font_path: Path | None, size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    if font_path is None:
        return ImageFont.load_default(size)
    return ImageFont.truetype(str(font_path), round(size))
