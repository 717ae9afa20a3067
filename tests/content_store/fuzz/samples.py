"""Small sound files of every kind the store reads, made here: what the mutations start from."""

from __future__ import annotations

import io
import struct
import wave
import zipfile
from collections.abc import Callable, Mapping
from functools import cache

import docx
import openpyxl
import pptx
from PIL import Image, PngImagePlugin
from reportlab.pdfgen.canvas import Canvas

WORDS = "Bài học về phân số và số thập phân. The area of a circle is pi r squared."
ODT_PARTS = {
    "mimetype": "application/vnd.oasis.opendocument.text",
    "meta.xml": '<m xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Phân số</dc:title></m>',
    "content.xml": (
        '<o:document-content xmlns:o="urn:office" xmlns:text="urn:text" xmlns:table="urn:table"><o:body><o:text>'
        f'<text:h text:outline-level="1">Chương 1</text:h><text:p>{WORDS}</text:p>'
        "<text:list><text:list-item><text:p>một</text:p></text:list-item></text:list><table:table>"
        '<table:table-row><table:table-cell table:number-columns-repeated="3"><text:p>ô</text:p>'
        "</table:table-cell></table:table-row></table:table></o:text></o:body></o:document-content>"
    ),
}
EPUB_PARTS = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": (
        '<container><rootfiles><rootfile full-path="b/p.opf"/></rootfiles></container>'
    ),
    "b/p.opf": (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        "<dc:title>Sách</dc:title><dc:language>vi</dc:language><dc:creator>Lan</dc:creator></metadata><manifest>"
        '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="n" href="n.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        '</manifest><spine><itemref idref="a"/></spine></package>'
    ),
    "b/a.xhtml": f'<html><body><h1>Một</h1><p>{WORDS}</p><a href="http://a.vn/">đường</a></body></html>',
    "b/n.xhtml": '<html><body><nav><a href="a.xhtml">Một</a></nav></body></html>',
}
SCORM_PARTS = {
    "imsmanifest.xml": "<manifest><organizations><organization><title>Bài</title><item><title>Một</title></item>"
    "</organization></organizations></manifest>",
    "index.html": "<p>a</p>",
}
HTML = (
    "<!doctype html><html lang=vi><head><title>Phân số</title><meta name=author content=Lan></head><body>"
    f'<h1>Một</h1><p>{WORDS}</p><table><tr><th>a<td>b</table><a href="https://a.vn">a</a>'
    '<img src="data:image/png;base64,AAAA" alt="hình"><math><mfrac><mn>1</mn><mn>2</mn></mfrac></math></body></html>'
)
MARKDOWN = (
    f"---\ntitle: Phân số\nauthor: [Lan, Nam]\n---\n# Một\n\n{WORDS} $\\frac{{1}}{{2}}$ :label:`a`\n\n"
    "| a | b |\n|---|--:|\n| 1 | 2 |\n\n```python\nx = 1\n```\n\n![hình](a.png) [b](https://a.vn)[^1]\n\n[^1]: note\n"
    "\n::: note\n> - một\n>   1. hai\n:::\n"
)
SVG = (
    '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="20mm" viewBox="0 0 40 20">'
    '<title>Hình</title><g fill="red"><rect width="10" height="10"/><text x="1" y="5">chữ</text></g>'
    '<use href="#a"/></svg>'
)
VTT = "WEBVTT\n\nNOTE a\n\n1\n00:00:01.000 --> 00:00:02.500 align:start\n<v Lan>Xin <b>chào</b>\n\n00:03.000 --> 00:04.000\nbạn\n"
SRT = "1\n00:00:01,000 --> 00:00:02,500\nXin <i>chào</i>\n\n2\n00:00:03,000 --> 00:00:04,000\n{\\an8}bạn\n"
CSV = 'Họ tên;Lớp;Điểm\nLan;5A;9,5\n"Nam; em";5B;8\n' * 4


def zipped(parts: Mapping[str, bytes | str], *, stored: tuple[str, ...] = ("mimetype",)) -> bytes:
    """A zip of these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            packing = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), data, packing)
    return target.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    """The parts of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pdf(pages: int = 2, **options: object) -> bytes:
    """A document of text pages with a title and an outline."""
    target = io.BytesIO()
    canvas = Canvas(target, invariant=1, **options)
    canvas.setTitle("Phan so")
    for number in range(pages):
        canvas.bookmarkPage(f"p{number}")
        if number < 3:
            canvas.addOutlineEntry(f"Page {number}", f"p{number}")
        canvas.drawString(50, 500, f"page {number} of words")
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def picture(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    """A drawing of slow colors."""
    image = Image.linear_gradient("L").resize(size).convert("P" if kind == "GIF" else "RGB")
    target = io.BytesIO()
    options: dict[str, object] = {}
    if kind == "PNG":
        told = PngImagePlugin.PngInfo()
        told.add_text("Title", "Hình")
        options["pnginfo"] = told
    if kind in {"JPEG", "TIFF"}:
        exif = Image.Exif()
        exif[0x010E], exif[0x0112] = "Hinh", 6
        options["exif"] = exif
    image.save(target, kind, **options)
    return target.getvalue()


def word() -> bytes:
    """Headings, a table, a picture and a formula."""
    document = docx.Document()
    document.core_properties.title = "Phân số"
    document.add_heading("Một", 1)
    document.add_paragraph(WORDS)
    document.add_table(2, 2).cell(0, 0).text = "ô"
    document.add_picture(io.BytesIO(picture("PNG")))
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def deck() -> bytes:
    """Two slides, one with notes."""
    presentation = pptx.Presentation()
    for title in ("Một", "Hai"):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = WORDS
    slide.notes_slide.notes_text_frame.text = "lời nhắc"
    target = io.BytesIO()
    presentation.save(target)
    return target.getvalue()


def sheet() -> bytes:
    """A workbook."""
    book = openpyxl.Workbook()
    book.active.append(["Lan", 9, "=1+1"])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def wav() -> bytes:
    """A tenth of a second of silence."""
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(1600))
    return target.getvalue()


def mp3() -> bytes:
    """Tags, a cover and a few frames."""

    def frame(name: bytes, value: bytes) -> bytes:
        return name + struct.pack(">I", len(value)) + b"\x00\x00" + value

    tags = frame(b"TIT2", b"\x03" + "Bài hát".encode()) + frame(b"TPE1", b"\x01" + "Lan".encode("utf-16"))
    tags += frame(b"APIC", b"\x00image/png\x00\x03\x00" + picture("PNG", (8, 8)))
    length = len(tags)
    seven = bytes([length >> 21 & 127, length >> 14 & 127, length >> 7 & 127, length & 127])
    return b"ID3\x03\x00\x00" + seven + tags + (b"\xff\xfb\x90\x00" + bytes(413)) * 5


def flac() -> bytes:
    """The headers alone: stream facts and comments."""
    facts = bytes(10) + ((44100 << 44) | 441000).to_bytes(8, "big") + bytes(16)
    comment = "title=Bài hát".encode()
    comments = struct.pack("<I", 0) + struct.pack("<II", 1, len(comment)) + comment
    return (
        b"fLaC\x00"
        + len(facts).to_bytes(3, "big")
        + facts
        + b"\x84"
        + len(comments).to_bytes(3, "big")
        + comments
    )


def ogg() -> bytes:
    """Two pages of Vorbis headers."""
    comment = b"TITLE=Ca"
    first = b"\x01vorbis" + struct.pack("<IBI", 0, 1, 44100) + bytes(14)
    second = b"\x03vorbis" + struct.pack("<III", 0, 1, len(comment)) + comment
    return b"".join(
        b"OggS\x00\x02" + struct.pack("<q", place) + bytes(12) + bytes([1, len(body)]) + body
        for place, body in ((0, first), (44100, second))
    )


def box(kind: bytes, body: bytes) -> bytes:
    """A box of MP4."""
    return struct.pack(">I", len(body) + 8) + kind + body


def mp4(brand: bytes = b"isom") -> bytes:
    """Length, size and title; no frames."""
    header = bytes(12) + struct.pack(">II", 1000, 5000) + bytes(80)
    track = bytes(76) + struct.pack(">II", 320 << 16, 240 << 16)
    title = box(b"\xa9nam", box(b"data", bytes(8) + "Bài".encode()))
    inner = box(b"trak", box(b"tkhd", track) + box(b"mdia", box(b"hdlr", bytes(8) + b"vide" + bytes(20))))
    tags = box(b"udta", box(b"meta", bytes(4) + box(b"ilst", title)))
    return (
        box(b"ftyp", brand + bytes(4))
        + box(b"moov", box(b"mvhd", header) + inner + tags)
        + box(b"mdat", bytes(64))
    )


def webm() -> bytes:
    """The head of a Matroska file."""
    return b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + b"\x18\x53\x80\x67" + bytes(80)


_MAKERS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "pdf": ("a.pdf", pdf),
    "docx": ("a.docx", word),
    "pptx": ("a.pptx", deck),
    "odt": ("a.odt", lambda: zipped(ODT_PARTS)),
    "epub": ("a.epub", lambda: zipped(EPUB_PARTS)),
    "xlsx": ("a.xlsx", sheet),
    "csv": ("a.csv", CSV.encode),
    "html": ("a.html", HTML.encode),
    "markdown": ("a.md", MARKDOWN.encode),
    "svg": ("a.svg", SVG.encode),
    "png": ("a.png", lambda: picture("PNG")),
    "jpeg": ("a.jpg", lambda: picture("JPEG")),
    "gif": ("a.gif", lambda: picture("GIF")),
    "webp": ("a.webp", lambda: picture("WEBP")),
    "bmp": ("a.bmp", lambda: picture("BMP")),
    "tiff": ("a.tif", lambda: picture("TIFF")),
    "wav": ("a.wav", wav),
    "mp3": ("a.mp3", mp3),
    "flac": ("a.flac", flac),
    "ogg": ("a.ogg", ogg),
    "m4a": ("a.m4a", lambda: mp4(b"M4A ")),
    "mp4": ("a.mp4", mp4),
    "webm": ("a.webm", webm),
    "vtt": ("a.vtt", VTT.encode),
    "srt": ("a.srt", SRT.encode),
    "zip": ("a.zip", lambda: zipped({"a/b.txt": "một", "c.html": HTML})),
    "scorm": ("scorm.zip", lambda: zipped(SCORM_PARTS)),
    "h5p": ("a.h5p", lambda: zipped({"h5p.json": '{"title": "Bài", "authors": [{"name": "Lan"}], "license": "CC BY"}'})),
}  # fmt: skip
KINDS = tuple(_MAKERS)


@cache
def sample(kind: str) -> tuple[str, bytes]:
    """(file name, bytes) of a sound file of that kind."""
    name, make = _MAKERS[kind]
    return name, make()
