"""The demo library: enough items, the same bytes each run, and every file opens."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
import unicodedata
import wave
import zipfile
from collections import Counter
from pathlib import Path

import docx
import pptx
import pypdf
import pytest
import reportlab
from lxml import etree
from PIL import Image

from content_store.rights import LICENSES
from content_store.taxonomy import SUBJECTS
from lms.demo.content import films
from lms.demo.content.document_text import all_documents
from lms.demo.content.library import generate_items
from lms.demo.content.model import DemoItem
from lms.demo.content.write_pdf import to_pdf

pytestmark = pytest.mark.slow

Made = tuple[Path, list[DemoItem]]
SAFE_XML = etree.XMLParser(resolve_entities=False, no_network=True)


def of_kind(made: Made, suffix: str) -> list[tuple[DemoItem, Path]]:
    folder, items = made
    found = [(item, folder / item.filename) for item in items if item.filename.endswith(f".{suffix}")]
    assert found
    return found


def test_there_are_many_items_of_many_formats_and_licenses(made: Made) -> None:
    folder, items = made
    suffixes = Counter(Path(item.filename).suffix for item in items)
    wanted = {
        ".pdf",
        ".docx",
        ".pptx",
        ".odt",
        ".md",
        ".html",
        ".epub",
        ".csv",
        ".png",
        ".svg",
        ".jpg",
        ".wav",
    }
    assert len(items) >= 66 and len({item.slug for item in items}) == len(items)
    assert wanted | {".zip"} <= set(suffixes)
    assert len({item.license_id for item in items}) >= 9
    assert sum(entry.stat().st_size for entry in folder.iterdir()) < 15_000_000


def test_every_item_is_described_in_words_the_store_knows(made: Made) -> None:
    folder, items = made
    for item in items:
        assert item.license_id in LICENSES and item.subject in SUBJECTS, item.slug
        assert item.title and item.description and item.authors and item.keywords, item.slug
        assert item.title == unicodedata.normalize("NFC", item.title)
        assert (folder / item.filename).stat().st_size > 60, item.slug
        assert all((folder / extra.filename).exists() for extra in item.extra_files)


def test_a_second_run_gives_the_same_bytes(made: Made, tmp_path: Path) -> None:
    folder, items = made
    assert generate_items(tmp_path) == items
    for entry in sorted(folder.iterdir()):
        again = (tmp_path / entry.name).read_bytes()
        assert hashlib.sha256(again).digest() == hashlib.sha256(entry.read_bytes()).digest(), entry.name


def test_pictures_open_and_svg_states_its_title(made: Made) -> None:
    for suffix in ("png", "jpg"):
        for item, path in of_kind(made, suffix):
            with Image.open(path) as image:
                image.load()
                assert image.size == (960, 540), item.slug
    for item, path in of_kind(made, "svg"):
        root = etree.fromstring(path.read_bytes(), SAFE_XML)
        assert root.findtext("{http://www.w3.org/2000/svg}title") == item.title


def test_pdf_keeps_title_and_has_text_even_without_a_vietnamese_font(made: Made) -> None:
    for item, path in of_kind(made, "pdf"):
        reader = pypdf.PdfReader(path)
        assert reader.metadata is not None and reader.metadata.title == item.title
        assert len(reader.pages[0].extract_text()) > 200, item.slug


def test_office_files_open_with_their_title_and_fixed_dates(made: Made) -> None:
    for item, path in of_kind(made, "docx"):
        word = docx.Document(str(path))
        assert word.core_properties.title == item.title and word.core_properties.created is not None
        assert word.core_properties.created.year == 2026 and len(word.paragraphs) > 4
    for item, path in of_kind(made, "pptx"):
        show = pptx.Presentation(str(path))
        assert show.core_properties.title == item.title and len(show.slides) >= 4


def test_odt_and_epub_put_their_type_first_and_state_rights(made: Made) -> None:
    for suffix, kind in (
        ("odt", "application/vnd.oasis.opendocument.text"),
        ("epub", "application/epub+zip"),
    ):
        for _, path in of_kind(made, suffix):
            with zipfile.ZipFile(path) as archive:
                first = archive.infolist()[0]
                assert first.filename == "mimetype" and first.compress_type == zipfile.ZIP_STORED
                assert archive.read("mimetype").decode() == kind
                for name in archive.namelist()[1:]:
                    if name.endswith(".jpg"):
                        continue
                    etree.fromstring(archive.read(name), SAFE_XML)
    for _, path in of_kind(made, "epub"):
        with zipfile.ZipFile(path) as archive:
            package = etree.fromstring(archive.read("EPUB/package.opf"), SAFE_XML)
            rights = package.findtext(".//{http://purl.org/dc/elements/1.1/}rights")
            with Image.open(io.BytesIO(archive.read("EPUB/cover.jpg"))) as cover:
                assert cover.size == (640, 480)
            assert rights is not None and rights.startswith("https://creativecommons.org/")


def test_tables_have_a_header_and_even_rows(made: Made) -> None:
    for item, path in of_kind(made, "csv"):
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
        assert len(rows) > 5 and len({len(row) for row in rows}) == 1, item.slug


def test_sounds_are_short_and_not_silent(made: Made) -> None:
    for item, path in of_kind(made, "wav"):
        with wave.open(str(path)) as sound:
            assert 1 < sound.getnframes() / sound.getframerate() < 10, item.slug
            assert any(sound.readframes(sound.getnframes()))


def test_films_carry_captions_in_both_languages(made: Made) -> None:
    _, items = made
    moving = [item for item in items if item.slug.startswith("phim-")]
    assert len(moving) == 3
    for item in moving:
        assert {(extra.role, extra.language) for extra in item.extra_files} >= {
            ("captions", "vi"),
            ("captions", "en"),
        }


def test_captions_are_valid_and_in_their_language(made: Made) -> None:
    folder, _ = made
    text = (folder / "phim-chia-bon.vi.vtt").read_text(encoding="utf-8")
    assert text.startswith("WEBVTT\n\n") and "00:00:00.000 --> 00:00:02.000" in text and "bốn phần" in text
    assert "00:00:00,000 --> 00:00:02,000" in (folder / "phim-chia-bon.en.srt").read_text(encoding="utf-8")


def test_without_ffmpeg_a_film_is_a_moving_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    films.film_suffix.cache_clear()
    try:
        with Image.open(io.BytesIO(films.make_film("phim-chia-bon"))) as picture:
            assert picture.format == "WEBP" and getattr(picture, "n_frames", 1) > 10
    finally:
        films.film_suffix.cache_clear()


def test_a_given_font_is_embedded_and_the_warning_disappears() -> None:
    """Vera comes with reportlab; it stands in for the Vietnamese face that the asset build makes."""
    vera = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
    document = next(one for one in all_documents() if one.slug == "phieu-phan-so-bang-nhau")
    plain = pypdf.PdfReader(io.BytesIO(to_pdf(document))).pages[0].extract_text()
    page = pypdf.PdfReader(io.BytesIO(to_pdf(document, vera))).pages[0]
    assert "Ban khong dau" in plain and "Ban khong dau" not in page.extract_text()
    fonts = page["/Resources"]["/Font"]
    assert any("Vera" in fonts[name]["/BaseFont"] for name in fonts)
