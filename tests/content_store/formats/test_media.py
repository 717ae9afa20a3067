"""Pictures, sound, video, captions and packages."""

from __future__ import annotations

import io
import json
import struct
import wave

import pytest
from lxml import html
from PIL import Image

from content_store.errors import RefusedFile
from content_store.formats import captions_to_vtt
from content_store.listings import told_in

_SRT = "1\r\n00:00:01,500 --> 00:00:04,000\r\nXin chào <i>các em</i>\r\n\r\n2\r\n00:01:12,000 --> 00:01:15,250\r\n<script>x</script>Hôm nay học phân số\r\n"


def _picture(kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (800, 400), "navy").save(target, kind, **options)
    return target.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_every_kind_of_picture_gives_its_size_and_a_small_webp(look, kind: str) -> None:
    seen = look("photo", _picture(kind))
    assert (seen.format, seen.media_type) == ("image", f"image/{kind.lower()}")
    assert (seen.width, seen.height) == (800, 400)
    preview = Image.open(io.BytesIO(seen.preview or b""))
    assert (preview.format, preview.size) == ("WEBP", (640, 320))


def test_a_photo_names_its_maker_and_rights_and_stands_upright(look) -> None:
    exif = Image.Exif()
    exif[0x013B], exif[0x8298], exif[0x0112] = "Lan; Minh", "CC BY-SA 4.0", 6
    seen = look("photo.jpg", _picture("JPEG", exif=exif))
    assert (seen.authors, seen.license_id) == (("Lan", "Minh"), "CC-BY-SA-4.0")
    assert (seen.width, seen.height) == (400, 800)


def test_a_drawing_gives_size_title_and_words(look) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 80"><title>Nơ-ron</title><text>đầu vào</text></svg>'
    seen = look("neuron.svg", svg.encode())
    assert (seen.format, seen.media_type) == ("image", "image/svg+xml")
    assert (seen.title, seen.width, seen.height) == ("Nơ-ron", 120, 80)
    assert "đầu vào" in seen.text


def test_a_wav_tells_how_long_it_is(look) -> None:
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(2 * 8000 * 3))
    seen = look("a.wav", target.getvalue())
    assert (seen.format, seen.media_type, seen.duration_s) == ("audio", "audio/wav", 3.0)


def test_an_mp3_is_timed_by_its_bit_rate_and_named_by_its_tags(look) -> None:
    title = b"\x03" + "Tiếng trống trường".encode()
    frame = b"TIT2" + struct.pack(">I", len(title)) + b"\x00\x00" + title
    tag = b"ID3\x03\x00\x00" + bytes((0, 0, len(frame) >> 7, len(frame) & 0x7F)) + frame
    seen = look("a.mp3", tag + (b"\xff\xfb\x90\x00" + bytes(413)) * 77)
    assert (seen.format, seen.title, seen.language) == ("audio", "Tiếng trống trường", "vi")
    assert seen.duration_s == pytest.approx(2.0, abs=0.05)


def _box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", len(data) + 8, kind) + data


def _mp4() -> bytes:
    mvhd = _box(b"mvhd", bytes(12) + struct.pack(">II", 1000, 8500) + bytes(80))
    tkhd = _box(b"tkhd", bytes(76) + struct.pack(">II", 1280 << 16, 720 << 16))
    hdlr = _box(b"mdia", _box(b"hdlr", bytes(8) + b"vide" + bytes(13)))
    return _box(b"ftyp", b"isom" + bytes(4)) + _box(b"moov", mvhd + _box(b"trak", tkhd + hdlr))


def test_an_mp4_tells_length_and_size_without_decoding(look) -> None:
    seen = look("a.mp4", _mp4())
    assert (seen.format, seen.media_type, seen.duration_s) == ("video", "video/mp4", 8.5)
    assert (seen.width, seen.height) == (1280, 720)


def test_captions_are_passages_at_their_moments(look) -> None:
    seen = look("a.srt", _SRT.encode())
    assert (seen.format, seen.language, seen.duration_s) == ("captions", "vi", 75.25)
    assert [passage.locator for passage in seen.passages] == ["00:00:01", "00:01:12"]
    assert seen.passages[0].text == "Xin chào các em"


def test_subrip_becomes_webvtt_that_reads_the_same_again() -> None:
    converted = captions_to_vtt(_SRT.encode("utf-8-sig"))
    assert converted.startswith(b"WEBVTT\n\n00:00:01.500 --> 00:00:04.000\nXin ch")
    assert b"script" not in converted
    assert captions_to_vtt(converted) == converted


def test_words_without_times_are_no_captions() -> None:
    with pytest.raises(RefusedFile) as refused:
        captions_to_vtt("chỉ có chữ".encode())
    assert refused.value.code == "corrupt"


def test_a_zip_is_listed(look, zipped) -> None:
    seen = look("a.zip", zipped({"bài 1/đề.txt": "x", "run.exe": "MZ"}))
    assert seen.format == "zip"
    assert "bài 1/đề.txt" in (seen.reading_html or "")
    assert "programs-inside" in seen.warnings


def test_a_listing_says_sizes_to_each_reader_and_only_names_are_searched(look, zipped) -> None:
    seen = look("a.zip", zipped({"bài 1/đề.txt": "x" * 20_713, "phim.mp4": "y" * 2_400_000, "<b>.txt": ""}))
    assert seen.text.splitlines() == ["bài 1/đề.txt", "phim.mp4", "<b>.txt"]
    assert [passage.text for passage in seen.passages] == [seen.text]
    kept = seen.reading_html or ""
    for language, words in (("vi", ["Tệp", "Kích thước", "2,4 MB"]), ("en", ["File", "Size", "2.4 MB"])):
        told = told_in(kept, language)
        page = html.fromstring(told)
        assert page.xpath("//thead//th[@scope='col']/text()") == words[:2]
        assert page.xpath("//td/text()") == [
            *("bài 1/đề.txt", "21 KB"),
            *("phim.mp4", words[2]),
            *("<b>.txt", "0 KB"),
        ]
    assert told_in("<p>2,4 MB</p>", "en") == "<p>2,4 MB</p>"


def test_packages_of_three_standards_are_told_apart(look, zipped) -> None:
    manifest = (
        "<manifest><organizations><organization><title>Lực</title></organization></organizations></manifest>"
    )
    cmi5 = '<courseStructure><course><title><langstring lang="en-US">Rocks</langstring></title></course></courseStructure>'
    told = {
        "title": "Ô chữ",
        "language": "vi",
        "license": "CC BY",
        "licenseVersion": "4.0",
        "authors": [{"name": "Lan"}],
    }
    scorm = look("a.zip", zipped({"imsmanifest.xml": manifest, "index.html": "x"}))
    course = look("a.zip", zipped({"cmi5.xml": cmi5, "index.html": "x"}))
    h5p = look("a.h5p", zipped({"h5p.json": json.dumps(told), "content/content.json": "{}"}))
    assert (scorm.format, scorm.title) == ("scorm", "Lực")
    assert (course.format, course.title, course.language) == ("cmi5", "Rocks", "en")
    assert (h5p.format, h5p.title, h5p.authors, h5p.license_id) == ("h5p", "Ô chữ", ("Lan",), "CC-BY-4.0")


def test_a_file_of_unknown_kind_is_kept_for_download(look) -> None:
    seen = look("hinh.ggb2", bytes(range(256)) * 8)
    assert (seen.format, seen.reading_html, seen.preview) == ("other", None, None)
    assert seen.title == "hinh"
