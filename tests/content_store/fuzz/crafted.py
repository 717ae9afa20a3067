"""Files built to do harm, each with what must become of it: a code of refusal, or None for harmless."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from reportlab.lib.pdfencrypt import StandardEncryption

from tests.content_store.fuzz import samples
from tests.content_store.fuzz.samples import EPUB_PARTS, HTML, ODT_PARTS, box, pdf, picture, unzipped, zipped

Crafted = tuple[str, str, bytes, str | None]
"""(what it is, its name, its bytes, the code of refusal or None)."""

_LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)
)
LAUGHS = f'<?xml version="1.0"?>{_LAUGHS}]><x>&j;</x>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
PARAMETER = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY % a SYSTEM "http://evil.example/a.dtd">%a;]><x/>'
DEEP = "<x>" * 100_000
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"


def crafted() -> list[Crafted]:
    """All of them."""
    return [
        *_entities(),
        *_drawings(),
        *_bombs(),
        *_sizes(),
        *_polyglots(),
        *_locked(),
        *_macros(),
        *_links(),
    ]


def _with(data: bytes, changed: dict[str, str | bytes]) -> bytes:
    """A zip with some parts replaced."""
    return zipped(unzipped(data) | changed)


def _entities() -> Iterator[Crafted]:
    for what, xml in (("laughs", LAUGHS), ("a file outside", OUTSIDE), ("a DTD outside", PARAMETER)):
        places: dict[str, bytes] = {
            "a.docx": _with(samples.word(), {"word/document.xml": xml}),
            "b.docx": _with(samples.word(), {"docProps/core.xml": xml}),
            "c.docx": _with(samples.word(), {"_rels/.rels": xml}),
            "a.pptx": _with(samples.deck(), {"ppt/slides/slide1.xml": xml}),
            "a.odt": zipped(ODT_PARTS | {"content.xml": xml}),
            "b.odt": zipped(ODT_PARTS | {"meta.xml": xml}),
            "a.epub": zipped(EPUB_PARTS | {"b/a.xhtml": xml}),
            "b.epub": zipped(EPUB_PARTS | {"META-INF/container.xml": xml}),
            "c.epub": zipped(
                EPUB_PARTS | {"b/p.opf": xml.replace("<x", '<package xmlns="http://www.idpf.org/2007/opf"')}
            ),
            "scorm.zip": zipped({"imsmanifest.xml": xml}),
            "cmi5.zip": zipped({"cmi5.xml": xml}),
        }
        yield from ((f"{what} in {name}", name, data, "dangerous") for name, data in places.items())
        svg = xml.replace("DOCTYPE x", "DOCTYPE svg").replace("<x>", "<svg>").replace("</x>", "</svg>")
        yield f"{what} in a drawing", "a.svg", svg.replace("<x/>", "<svg/>").encode(), "dangerous"
    yield (
        "entities hidden by UTF-16",
        "a.svg",
        LAUGHS.replace("x>", "svg>").replace("DOCTYPE x", "DOCTYPE svg").encode("utf-16"),
        "dangerous",
    )


def _drawings() -> Iterator[Crafted]:
    for inner in (
        '<script xlink:href="//evil.example/a.js"/>',
        '<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>',
        '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml" onload="alert(1)"/></foreignObject>',
        '<animate attributeName="href" values="#;javascript:alert(1)"/>',
        '<set attributeName="onclick" to="alert(1)"/>',
        '<set attributeName="xlink:href" to="java&#10;script:alert(1)"/>',
        '<a href=" &#x200b;&#10;JavaScript:alert(1)"><text>x</text></a>',
        '<a href="data:image/svg+xml,&lt;svg onload=alert(1)&gt;"><text>x</text></a>',
        '<a href="data:application/xhtml+xml,x"><text>x</text></a>',
        '<use href="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=#x"/>',
        '<image href="x" ONERROR="alert(1)"/>',
        '<handler xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load">x</handler>',
        '<style>a{background:url("javascript:alert(1)")}</style>',
        '<rect style="background:url(javascript:alert(1))"/>',
    ):
        yield f"a drawing with {inner}", "a.svg", _SVG.format(inner).encode(), "dangerous"
    for inner in (
        '<image href="https://evil.example/p.png"/>',
        '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">a</p></foreignObject>',
        "<style>@import url(//evil.example/a.css)</style>",
        "<desc>javascript: is a language</desc>",
    ):
        yield f"a drawing with {inner}", "a.svg", _SVG.format(inner).encode(), None
    yield (
        "a drawing of giant size",
        "a.svg",
        _SVG.replace(">", ' width="99999999999" height="1">', 1).format("").encode(),
        None,
    )
    yield "a drawing too deep", "a.svg", _SVG.format("<g>" * 5000 + "</g>" * 5000).encode(), "corrupt"


def _bombs() -> Iterator[Crafted]:
    zeros = bytes(24 << 20)
    yield (
        "a bomb named as a document",
        "a.docx",
        _with(samples.word(), {"word/media/a.png": zeros}),
        "too-big-inside",
    )
    yield "a bomb in a book", "a.epub", zipped(EPUB_PARTS | {"b/c.jpg": zeros}), "too-big-inside"
    yield "a directory that lies about sizes", "a.zip", _lying_zip(), None  # only listed, never unpacked
    yield "parts that overlap", "a.zip", _overlapping_zip(), "corrupt"
    yield "a zip of nothing", "a.zip", b"PK\x05\x06" + bytes(18), "empty"
    nested = zipped({"a.txt": "x"})
    for depth in range(6):
        nested = zipped({f"{depth}.zip": nested})
    yield "archives in archives", "a.zip", nested, "too-big-inside"
    yield (
        "the same inside a document",
        "a.docx",
        _with(samples.word(), {"word/embeddings/a.bin": nested}),
        "too-big-inside",
    )
    packed = zlib.compress(bytes(40 << 20))
    yield "a picture that unpacks forever", "a.png", _png(400, 400, packed), None
    yield (
        "a profile that unpacks forever",
        "b.png",
        _png(4, 4, zlib.compress(bytes(16 * 4)), iCCP=b"a\x00\x00" + packed),
        "corrupt",
    )
    stream = zlib.compress(b"BT (a) Tj ET " * 1_000_000)
    yield "a page of endless text", "a.pdf", _pdf_with(stream, b"/Filter /FlateDecode"), None


def _lying_zip() -> bytes:
    """The directory says ten bytes; the part unpacks to a megabyte."""
    data = zipped({"a.txt": bytes(1 << 20)})
    return data.replace(struct.pack("<I", 1 << 20), struct.pack("<I", 10))


def _overlapping_zip() -> bytes:
    """Many names for one part, the way of the 42-kilobyte bombs that need no nesting."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"words " * 20_000)
        first = archive.infolist()[0]
        for number in range(50):
            entry = zipfile.ZipInfo(f"{number}.txt")
            entry.compress_type, entry.CRC = first.compress_type, first.CRC
            entry.compress_size, entry.file_size = first.compress_size, first.file_size
            entry.header_offset = first.header_offset
            archive.filelist.append(entry)
    return target.getvalue()


def _png(width: int, height: int, packed: bytes, **more: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    extra = b"".join(chunk(name.encode(), body) for name, body in more.items())
    return _PNG_HEAD + head + extra + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def _sizes() -> Iterator[Crafted]:
    yield "a picture of 60,000 x 60,000", "a.png", _png(60_000, 60_000, b""), "too-big-inside"
    yield "a picture of the largest numbers", "a.png", _png(2**31 - 1, 2**31 - 1, b""), "too-big-inside"
    giant = bytearray(picture("GIF"))
    giant[6:10] = b"\xff\xff\xff\xff"
    yield "an animation of 65,535 x 65,535", "a.gif", bytes(giant), "too-big-inside"
    bitmap = bytearray(picture("BMP"))
    bitmap[18:26] = struct.pack("<ii", 100_000, 100_000)
    yield "a bitmap of 100,000 x 100,000", "a.bmp", bytes(bitmap), "too-big-inside"
    yield "a TIFF of 60,000 x 60,000", "a.tif", _tiff(60_000, 60_000), "too-big-inside"
    yield "a TIFF whose pages lead in a circle", "a.tif", _tiff(4, 4, next_page=8), None
    page = b"/MediaBox [0 0 1e9 1e9]"
    yield "a PDF page of a billion points", "a.pdf", _pdf_with(b"", page=page), None
    for what, words in (
        ("rights", b"<dc:rights>"),
        ("licenses", b"cc:license "),
        ("both", b"<dc:rights><rdf:li>"),
    ):
        packet = _pdf_with(words * 40_000, root=b"/Metadata 3 0 R")
        yield f"a PDF of endless {what}", "a.pdf", packet, None
    yield "a PDF of 10,000 pages", "a.pdf", _pdf_with(b"BT (word) Tj ET", pages=10_000), None
    yield (
        "a PDF whose pages lead in a circle",
        "a.pdf",
        pdf(1).replace(b"/Parent", b"/Kids [3 0 R] /Parent"),
        "corrupt",
    )
    movie = box(b"ftyp", b"isom" + bytes(4)) + box(
        b"moov", box(b"mvhd", bytes(12) + b"\x00\x00\x00\x01\xff\xff\xff\xff" + bytes(80))
    )
    yield "a video of 136 years", "a.mp4", movie, None
    longest = box(b"mvhd", b"\x01" + bytes(19) + struct.pack(">IQ", 1, 2**64 - 1) + bytes(80))
    yield (
        "a video older than the world",
        "a.mp4",
        box(b"ftyp", b"isom" + bytes(4)) + box(b"moov", longest),
        None,
    )
    deep = b""
    for _ in range(400):
        deep = box(b"moov", deep)
    yield "a video of boxes in boxes", "a.mp4", box(b"ftyp", b"isom" + bytes(4)) + deep, "corrupt"
    yield "captions of 9,999 hours", "a.vtt", b"WEBVTT\n\n999:59:59.000 --> 999:59:59.900\na\n", None
    yield "captions without end", "a.vtt", b"WEBVTT\n\n" + b"00:00.000 --> 00:01.000\na\n\n" * 30_000, None
    yield "a table of one endless row", "a.csv", b"a," * 400_000, None
    yield "a table of one endless cell", "a.csv", b'"' + b"a" * 3_000_000, None


def _tiff(width: int, height: int, next_page: int = 0) -> bytes:
    """The smallest directory that states a size."""
    tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)]
    tags += [(273, 4, 1, 200), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, 16)]
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    head = (
        b"II*\x00"
        + struct.pack("<I", 8)
        + struct.pack("<H", len(tags))
        + entries
        + struct.pack("<I", next_page)
    )
    return head.ljust(200, b"\x00") + bytes(range(16))


def _pdf_with(
    stream: bytes,
    more: bytes = b"",
    *,
    page: bytes = b"/MediaBox [0 0 200 200]",
    pages: int = 1,
    root: bytes = b"",
) -> bytes:
    """A document whose pages show one stream."""
    numbers = range(4, 4 + pages)
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R " + root + b" >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>"
        % (b" ".join(b"%d 0 R" % number for number in numbers), pages),
        b"<< /Length %d " % len(stream) + more + b">> stream\n" + stream + b"\nendstream",
        *[b"<< /Type /Page /Parent 2 0 R /Contents 3 0 R " + page + b" >>"] * pages,
    ]
    out, places = bytearray(b"%PDF-1.5\n"), []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj %s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    tail = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, len(out))
    return bytes(out) + head + table + tail


def _polyglots() -> Iterator[Crafted]:
    yield "a GIF that is a script", "a.js", b"GIF89a/*" + picture("GIF")[8:] + b"*/=1;alert(1)", None
    yield "a page before a PDF", "a.html", b"<html><script>alert(1)</script>\n" + pdf(), None
    yield (
        "a page after a picture",
        "a.html",
        picture("PNG") + HTML.encode() + b"<script>alert(1)</script>",
        None,
    )
    yield "a zip after a picture", "a.zip", picture("PNG") + zipped({"a.txt": "x"}), None
    yield "a picture after a zip", "a.png", zipped({"a.txt": "x"}) + picture("PNG"), None
    yield "a program after a picture", "a.exe", picture("PNG") + b"MZ\x90\x00" + bytes(100), "dangerous"
    yield "a page named as a picture", "a.png", b"<html><script>alert(1)</script>", "only-text"
    yield "a page in UTF-7", "a.html", b"<html>+ADw-script+AD4-alert(1)+ADw-/script+AD4-", None
    yield "a page named as plain text", "a.txt", HTML.encode() + b"<script>alert(1)</script>", None
    yield "a program named as a video", "a.mp4", b"MZ\x90\x00" + bytes(60) + b"PE\x00\x00", "dangerous"
    yield "a script for a shell", "a.sh", b"#!/bin/sh\nrm -rf /\n", None
    yield "a drawing named as plain text", "a.txt", _SVG.format("<script/>").encode(), "dangerous"
    yield (
        "a drawing after comments",
        "a.svg",
        b"<!-- a -->" * 200 + _SVG.format("<script/>").encode(),
        "dangerous",
    )


def _locked() -> Iterator[Crafted]:
    yield (
        "a locked PDF",
        "a.pdf",
        pdf(encrypt=StandardEncryption("a", ownerPassword="b", strength=128)),
        "encrypted",
    )
    free = StandardEncryption("", ownerPassword="b", canCopy=0, strength=128)
    yield "a PDF that only its owner may copy", "a.pdf", pdf(encrypt=free), None
    package = "EncryptedPackage".encode("utf-16-le")
    for name in ("a.docx", "a.pptx", "a.xlsx"):
        yield (
            f"a locked {name}",
            name,
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000) + package,
            "encrypted",
        )
    yield "a large locked document", "a.docx", _late_directory(package), "encrypted"
    manifest = '<m:manifest xmlns:m="urn:m"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    yield "a locked ODT", "a.odt", zipped(ODT_PARTS | {"META-INF/manifest.xml": manifest}), "encrypted"
    locked = '<encryption><EncryptedData><CipherData><CipherReference URI="b/a.xhtml"/></CipherData></EncryptedData></encryption>'
    yield "a locked book", "a.epub", zipped(EPUB_PARTS | {"META-INF/encryption.xml": locked}), "encrypted"
    data = bytearray(zipped({"a.txt": "x"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    yield "a locked zip", "a.zip", bytes(data), "encrypted"


def _late_directory(name: bytes) -> bytes:
    """An office container whose directory of names stands behind two megabytes of content."""
    head = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))
    head[30:32], head[48:52] = struct.pack("<H", 9), struct.pack("<I", 4096)
    return bytes(head) + bytes(4096 * 512) + name + bytes(480)


def _macros() -> Iterator[Crafted]:
    program = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"Attribut\x00e VB_Name"
    yield "a document with macros", "a.docm", _with(samples.word(), {"word/vbaProject.bin": program}), None
    yield "a deck with macros", "a.pptm", _with(samples.deck(), {"ppt/vbaProject.bin": program}), None
    yield "a workbook with macros", "a.xlsm", _with(samples.sheet(), {"xl/vbaProject.bin": program}), None
    yield "a text with macros", "a.odt", zipped(ODT_PARTS | {"Basic/Standard/Module1.xml": "<x/>"}), None
    old = b"_\x00V\x00B\x00A\x00_\x00P\x00R\x00O\x00J\x00E\x00C\x00T\x00"
    yield "an old document with macros", "a.doc", _late_directory(old), None
    yield "Java inside", "a.zip", zipped({"a/B.class": b"\xca\xfe\xba\xbe"}), "dangerous"


def _links() -> Iterator[Crafted]:
    """Documents that would load or run something when shown."""
    href = 'xmlns:xlink="urn:xlink"><text:a xlink:href="javascript:alert(1)">x</text:a>'
    yield (
        "an ODT link that runs",
        "a.odt",
        zipped(
            ODT_PARTS | {"content.xml": ODT_PARTS["content.xml"].replace("<text:p>", f"<text:p {href}", 1)}
        ),
        None,
    )
    page = '<html><body><p onclick="alert(1)">a</p><img src="https://evil.example/a.png"/><svg onload="alert(1)"/></body></html>'
    odd = ODT_PARTS["content.xml"].replace('level="1"', 'level="one"').replace('repeated="3"', 'repeated="²"')
    yield "an ODT of odd numbers", "a.odt", zipped(ODT_PARTS | {"content.xml": odd}), None
    yield "a book's page that runs", "a.epub", zipped(EPUB_PARTS | {"b/a.xhtml": page}), None
    yield (
        "a book's page in a namespace",
        "a.epub",
        zipped(
            EPUB_PARTS
            | {
                "b/a.xhtml": page.replace(
                    "<html>",
                    '<html xmlns:h="http://www.w3.org/1999/xhtml"><h:body><h:script>alert(1)</h:script></h:body>',
                )
            }
        ),
        None,
    )
    climbing = EPUB_PARTS["b/p.opf"].replace("a.xhtml", "../../../../etc/passwd")
    yield "a book that climbs out", "a.epub", zipped(EPUB_PARTS | {"b/p.opf": climbing}), "corrupt"
    rels = unzipped(samples.word())["word/_rels/document.xml.rels"].decode()
    outside = rels.replace('Target="media/', 'TargetMode="External" Target="https://evil.example/')
    yield (
        "a document with a picture outside",
        "a.docx",
        _with(samples.word(), {"word/_rels/document.xml.rels": outside}),
        None,
    )
    names = {
        "\u202egpj.exe": "x",
        "e\u0302\u0301" * 20: "x",
        "a\x01\x1fb": "x",
        "d" * 300: "x",
        "<img src=x onerror=alert(1)>": "x",
    }
    yield "names of every evil", "a.zip", zipped(names), None
    yield (
        "a title that turns the line",
        "a.html",
        "<html><title>a \u202egpj.exe\u2066</title>a".encode(),
        None,
    )
    active = b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >> /AA << /O << /S /Launch /F (cmd.exe) >> >>"
    yield "a PDF that runs", "a.pdf", pdf().replace(b"/Type /Catalog", b"/Type /Catalog " + active), None
