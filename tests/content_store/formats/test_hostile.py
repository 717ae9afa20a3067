"""Broken and hostile files end in a clear refusal or a harmless answer, never in a fault."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace

import docx
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from content_store.errors import RefusedFile
from content_store.formats import DEFAULT, inspect

_BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def _code(look, name: str, data: bytes) -> str:
    with pytest.raises(RefusedFile) as refused:
        look(name, data)
    assert refused.value.message
    assert refused.value.params["filename"] == name
    return refused.value.code


def _pdf(**options: object) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, **options)
    canvas.drawString(50, 500, "words " * 20)
    canvas.save()
    return target.getvalue()


def _docx(**replaced: bytes) -> bytes:
    target = io.BytesIO()
    docx.Document().save(target)
    return target.getvalue()


def test_an_empty_file_is_refused(look) -> None:
    assert _code(look, "a.pdf", b"") == "empty"


def test_a_truncated_pdf_is_refused(look) -> None:
    assert _code(look, "a.pdf", _pdf()[:300]) == "corrupt"


def test_a_locked_pdf_is_refused(look) -> None:
    locked = _pdf(encrypt=StandardEncryption("secret", ownerPassword="owner"))
    assert _code(look, "a.pdf", locked) == "encrypted"


@pytest.mark.parametrize("name", ["a.docx", "a.doc", "a.xls"])
def test_an_old_container_of_zeros_is_refused_and_one_with_a_directory_is_not(look, name: str) -> None:
    head = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))
    assert _code(look, name, bytes(head) + bytes(4096)) == "corrupt"
    head[30:32], head[48:52] = struct.pack("<H", 9), struct.pack("<I", 0)
    assert _code(look, name, bytes(head) + bytes(4096)) == "corrupt"
    found = look(name, bytes(head) + "Root Entry".encode("utf-16-le") + bytes(4096))
    assert found.format == "other"


def test_a_truncated_picture_is_refused(look) -> None:
    assert _code(look, "a.png", b"\x89PNG\r\n\x1a\n" + bytes(40)) == "corrupt"


def test_a_picture_that_promises_giant_dimensions_is_refused(look) -> None:
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    data = (
        b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    )
    assert _code(look, "a.png", data) == "too-big-inside"


def test_a_zip_bomb_is_refused(look, zipped) -> None:
    assert _code(look, "a.zip", zipped({"zeros": bytes(60 << 20)})) == "too-big-inside"


def test_a_bomb_inside_an_archive_is_refused(look, zipped) -> None:
    inner = zipped({"zeros": bytes(60 << 20)})
    assert _code(look, "a.zip", zipped({"photo.jpg": inner})) == "too-big-inside"


def test_archives_nested_too_deep_are_refused(look, zipped) -> None:
    data = zipped({"a.txt": "x"})
    for _ in range(5):
        data = zipped({"inner.zip": data})
    assert _code(look, "a.zip", data) == "too-big-inside"


def test_too_many_parts_are_refused(look, zipped) -> None:
    assert _code(look, "a.zip", zipped({f"f{number}": "" for number in range(10_001)})) == "too-big-inside"


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "C:\\x.txt", "a/../../b"])
def test_names_that_point_outside_are_refused(look, zipped, name: str) -> None:
    assert _code(look, "a.zip", zipped({name: "x"})) == "unsafe-names"


def test_an_entity_bomb_in_a_document_is_refused(look, zipped) -> None:
    word = zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": _BOMB + "<x>&b;</x>"})
    assert _code(look, "a.docx", word) == "dangerous"
    hidden = zipped(
        {"[Content_Types].xml": "<Types/>", "word/document.xml": (_BOMB + "<x/>").encode("utf-16")}
    )
    assert _code(look, "a.docx", hidden) == "dangerous"


def test_an_entity_bomb_in_a_book_is_refused(look, zipped) -> None:
    container = '<container><rootfiles><rootfile full-path="p.opf"/></rootfiles></container>'
    parts = {"mimetype": "application/epub+zip", "META-INF/container.xml": container, "p.opf": _BOMB + "<x/>"}
    assert _code(look, "a.epub", zipped(parts)) == "dangerous"


@pytest.mark.parametrize(
    "inner",
    [
        "<script>x()</script>",
        '<rect onclick="x()"/>',
        '<a href=" java\nscript:x()"/>',
        "<foreignObject><iframe/></foreignObject>",
    ],
)
def test_a_drawing_with_a_program_in_it_is_refused(look, inner: str) -> None:
    assert (
        _code(look, "a.svg", f'<svg xmlns="http://www.w3.org/2000/svg">{inner}</svg>'.encode()) == "dangerous"
    )


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b"MZ\x90\x00" + bytes(60) + b"PE\x00\x00"),
        ("a.txt", b"\x7fELF\x02\x01"),
        ("a.bat", b"del *"),
        ("a.vbs", b"x"),
    ],
)
def test_programs_are_refused_whatever_their_name(look, name: str, data: bytes) -> None:
    assert _code(look, name, data) == "dangerous"


def test_an_android_program_is_refused_as_a_zip_too(look, zipped) -> None:
    assert _code(look, "a.zip", zipped({"AndroidManifest.xml": "x"})) == "dangerous"


def test_a_file_that_lies_about_its_type_is_what_it_is(look) -> None:
    seen = look("truyen.png", _pdf())
    assert (seen.format, seen.media_type) == ("pdf", "application/pdf")
    assert "name-disagrees" in seen.warnings


@pytest.mark.parametrize("name", ["la.pdf", "la.docx", "la.PNG", "la.mp4", "la.epub"])
@pytest.mark.parametrize("data", [b"xx", "Chỉ có chữ.\n".encode(), b"<!doctype html><p>x"])
def test_text_that_lies_about_its_type_is_refused(look, name: str, data: bytes) -> None:
    assert _code(look, name, data) == "only-text"


@pytest.mark.parametrize("name", ["la.txt", "la", "la.md", "la.html", "la.srt", "la.vtt"])
def test_text_under_a_name_of_text_is_taken(look, name: str) -> None:
    assert look(name, "Chỉ có chữ.\n".encode()).format in {"text", "markdown", "html"}


def test_deep_markdown_is_answered(look) -> None:
    seen = look("a.md", (b"> " * 20_000) + b"bottom\n" + b"[" * 20_000 + b"\n" + b"<div>" * 20_000 + b"end")
    assert seen.format == "markdown"
    assert "end" in seen.text


def test_a_damaged_docx_is_refused(look, zipped) -> None:
    assert _code(look, "a.docx", zipped({"word/document.xml": "<w:document"})) == "corrupt"
    assert _code(look, "a.docx", _docx()[:-200]) == "corrupt"


def test_a_reader_that_takes_too_long_is_stopped(write) -> None:
    path = write("a.md", b"# x")
    with pytest.raises(RefusedFile) as refused:
        inspect(path, "a.md", limits=replace(DEFAULT, wall_s=0.01))
    assert refused.value.code == "too-slow"


def test_a_reader_out_of_memory_is_refused_not_a_fault(write) -> None:
    path = write("a.txt", b"word " * 3_000_000)
    with pytest.raises(RefusedFile) as refused:
        inspect(path, "a.txt", limits=replace(DEFAULT, memory_bytes=60 << 20))
    assert refused.value.code in {"too-big-inside", "corrupt"}


def test_long_texts_are_cut_with_a_word_about_it(write) -> None:
    small = replace(DEFAULT, text_bytes=30_000, html_bytes=20_000)
    path = write("a.md", b"# Long\n\n" + b"many words of the text here\n\n" * 5_000)
    seen = inspect(path, "a.md", limits=small)
    assert 15_000 < len(seen.text.encode()) <= small.text_bytes
    assert 10_000 < len((seen.reading_html or "").encode()) <= small.html_bytes
    assert {"text-truncated", "html-truncated"} <= set(seen.warnings)
