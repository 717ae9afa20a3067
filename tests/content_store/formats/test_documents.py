"""Documents made by the usual programs' libraries are read for what they say."""

from __future__ import annotations

import io
import unicodedata

import docx
import pptx
from lxml import etree
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

_MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_FRACTION = (
    f'<m:oMath xmlns:m="{_MATH}"><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num>'
    "<m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>"
)


def _png(color: str = "teal", size: tuple[int, int] = (300, 200)) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, color).save(target, "PNG")
    return target.getvalue()


def _is_webp(preview: bytes | None) -> bool:
    return preview is not None and Image.open(io.BytesIO(preview)).format == "WEBP"


def test_a_markdown_file_gives_front_matter_page_and_sections(look) -> None:
    text = "---\ntitle: Phân số\nauthor: [Cô Lan]\nlicense: CC BY 4.0\n---\n\n# Mở đầu\n\nMột nửa là $\\frac12$.\n\n## Luyện tập\n\nTính nhé.\n"
    seen = look("bai.md", text.encode())
    assert (seen.format, seen.title, seen.language) == ("markdown", "Phân số", "vi")
    assert (seen.authors, seen.license_id) == (("Cô Lan",), "CC-BY-4.0")
    assert "<mfrac>" in (seen.reading_html or "")
    assert seen.outline == ("Mở đầu", "Luyện tập")
    assert [passage.locator for passage in seen.passages] == ["section 1", "section 2"]


def test_the_first_heading_is_the_title_when_nothing_states_one(look) -> None:
    assert look("x.md", "# Đạo hàm\n\nchữ".encode()).title == "Đạo hàm"


def test_decomposed_letters_come_out_composed(look) -> None:
    assert look("x.md", "# Hòa bình".encode()).title == "Hòa bình"


def test_a_pdf_gives_pages_metadata_and_the_first_page(look) -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(400, 500), lang="en")
    canvas.setTitle("Softmax regression")
    canvas.setAuthor("Minh; Lan")
    for words in ("The first page is about the sum", "The second page is about the rest"):
        canvas.drawString(40, 400, words)
        canvas.showPage()
    canvas.save()
    seen = look("anything.bin", target.getvalue())
    assert (seen.format, seen.media_type, seen.pages) == ("pdf", "application/pdf", 2)
    assert (seen.title, seen.authors, seen.language) == ("Softmax regression", ("Minh", "Lan"), "en")
    assert seen.passages[1].locator == "page 2"
    assert "second page" in seen.passages[1].text
    assert _is_webp(seen.preview)


def test_a_docx_keeps_headings_tables_pictures_and_formulas(look) -> None:
    document = docx.Document()
    document.core_properties.title = "Đại số"
    document.core_properties.author = "Lan"
    document.add_heading("Chương một", 1)
    paragraph = document.add_paragraph("Một nửa là ")
    paragraph._p.append(etree.fromstring(_FRACTION))
    document.add_table(1, 2).cell(0, 0).text = "ô thứ nhất của bảng này"
    document.add_picture(io.BytesIO(_png()))
    target = io.BytesIO()
    document.save(target)
    seen = look("bai.docx", target.getvalue())
    html = seen.reading_html or ""
    assert (seen.format, seen.title, seen.authors) == ("docx", "Đại số", ("Lan",))
    assert '<h1 id="s-chuong-mot">Chương một</h1>' in html
    assert "<mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></mfrac>" in html
    assert "ô thứ nhất" in seen.text
    assert 'src="data:image/webp;base64,' in html
    assert _is_webp(seen.preview)


def test_a_deck_is_read_slide_by_slide_with_notes(look) -> None:
    deck = pptx.Presentation()
    for title, body in (("Xác suất", "Gieo một con súc sắc"), ("Kỳ vọng", "Trung bình của các lần gieo")):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = body
    deck.slides[1].notes_slide.notes_text_frame.text = "Nhắc học sinh về tổng"
    target = io.BytesIO()
    deck.save(target)
    seen = look("deck.pptx", target.getvalue())
    assert (seen.format, seen.pages, seen.outline) == ("pptx", 2, ("Xác suất", "Kỳ vọng"))
    assert seen.passages[1].locator == "slide 2"
    assert "Nhắc học sinh" in seen.passages[1].text
    assert "<aside>" in (seen.reading_html or "")
    assert _is_webp(seen.preview)


def test_an_odt_gives_headings_lists_and_its_formula_objects(look, zipped) -> None:
    names = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
        'xmlns:xlink="http://www.w3.org/1999/xlink"'
    )
    body = (
        '<text:h text:outline-level="2">Tập hợp</text:h><text:list><text:list-item><text:p>một hai</text:p>'
        '</text:list-item></text:list><text:p>Vậy <draw:frame><draw:object xlink:href="./Object 1"/></draw:frame></text:p>'
    )
    content = f"<office:document-content {names}><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    formula = '<math xmlns="http://www.w3.org/1998/Math/MathML"><msup><mi>x</mi><mn>2</mn></msup></math>'
    parts = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content}
    seen = look("bai.odt", zipped(parts | {"Object 1/content.xml": formula}))
    html = seen.reading_html or ""
    assert (seen.format, seen.title) == ("odt", "Tập hợp")
    assert "<li><p>một hai</p></li>" in html
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in html


def _epub(zipped, chapter: str, package: str = "") -> bytes:
    opf = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        "<dc:title>Truyện hay</dc:title><dc:creator>Minh</dc:creator><dc:language>vi</dc:language>"
        "<dc:rights>https://creativecommons.org/licenses/by-sa/4.0/</dc:rights></metadata><manifest>"
        '<item id="c" href="c.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="i" href="cover.png" media-type="image/png" properties="cover-image"/>'
        '</manifest><spine><itemref idref="c"/></spine></package>'
    )
    container = '<container><rootfiles><rootfile full-path="O/p.opf"/></rootfiles></container>'
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "O/p.opf": package or opf,
            "O/c.xhtml": chapter,
            "O/cover.png": _png(),
        }
    )


def test_an_epub_gives_metadata_chapters_and_cover(look, zipped) -> None:
    chapter = '<!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><body><h1>Một</h1><p>Ngày&nbsp;xưa<a id="x"/> có cô Tấm</p></body></html>'
    seen = look("sach.epub", _epub(zipped, chapter))
    assert (seen.format, seen.title, seen.language, seen.authors) == ("epub", "Truyện hay", "vi", ("Minh",))
    assert seen.license_id == "CC-BY-SA-4.0"
    assert seen.passages[0].locator == "chapter 1"
    assert "xưa có cô Tấm" in seen.text
    assert _is_webp(seen.preview)


def test_a_csv_with_semicolons_becomes_a_table_with_a_header(look) -> None:
    seen = look("diem.csv", "họ tên;điểm\nMinh;8,5\nLan;9\n".encode())
    html = seen.reading_html or ""
    assert seen.format == "csv"
    assert '<th scope="col">họ tên</th>' in html
    assert "<td>8,5</td>" in html
    assert seen.outline == ("họ tên", "điểm")


def _windows_1258(words: str) -> bytes:
    """As old Windows saved it: a letter with its hat, then the tone as a mark of its own."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    out = []
    for letter in unicodedata.normalize("NFC", words):
        parts = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones))
        out.append(base + "".join(part for part in parts if part in tones))
    return "".join(out).encode("cp1258")


def test_old_vietnamese_encodings_are_read(look) -> None:
    words = "Trường học của chúng em rất đẹp và có nhiều cây xanh."
    for data in (_windows_1258(words), words.encode("utf-16"), words.encode("utf-16-le")):
        seen = look("a.txt", data)
        assert (seen.text, seen.language) == (words, "vi")


def test_a_web_page_gives_its_head_and_loses_its_scripts(look) -> None:
    page = (
        "<!doctype html><html lang='en'><head><title>Plants</title><meta name=author content=Lan>"
        "<link rel=license href='https://creativecommons.org/licenses/by/4.0/'></head>"
        "<body onload='x()'><h1>Plants</h1><script>steal()</script><p onclick=y()>Green <a href='javascript:z()'>leaf</a></p>"
    )
    seen = look("plants.txt", page.encode())
    html = seen.reading_html or ""
    assert (seen.format, seen.title, seen.language, seen.license_id) == ("html", "Plants", "en", "CC-BY-4.0")
    assert seen.authors == ("Lan",)
    assert not any(bad in html for bad in ("script", "onclick", "steal", "onload"))
    assert "scripts-removed" in seen.warnings


def test_a_program_text_keeps_its_lines(look) -> None:
    seen = look("bai.py", b"def f(x):\n    return x < 2\n")
    assert seen.format == "text"
    assert '<code class="language-python">def f(x):\n    return x &lt; 2' in (seen.reading_html or "")
