"""Makes the demo library: every item as real files in a folder, the same bytes on each run.

`generate_items` writes the files and returns what the library should say about them. The Vietnamese font
is given by the caller, because none comes with the run-time packages; see `drawing` and `write_pdf` for
what happens without it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lms.demo.content import datasets
from lms.demo.content.captions import CUES, to_srt, to_vtt
from lms.demo.content.document_text import Document, all_documents
from lms.demo.content.drawing import Sheet, to_raster, to_svg
from lms.demo.content.films import FILMS, film_suffix, make_film
from lms.demo.content.library_pictures import Picture
from lms.demo.content.library_pictures_life import PICTURES
from lms.demo.content.model import DemoItem, ExtraFile, MediaKind
from lms.demo.content.sounds import SOUNDS
from lms.demo.content.write_office import to_docx, to_pptx
from lms.demo.content.write_open import to_epub, to_html, to_odt
from lms.demo.content.write_pdf import to_pdf
from lms.demo.content.zip_files import make_zip


@dataclass(frozen=True)
class Card:
    """What the library says about a sound, a film, a table or a bundle."""

    title: str
    description: str
    subject: str
    grades: tuple[int, ...]
    license_id: str
    keywords: tuple[str, ...]
    language: str = "vi"
    author: str = "Lê Hoàng Yến"


SOUND_CARDS = {
    "nhip-hai-bon": Card("Nhịp hai bốn", "Bốn ô nhịp 2/4, phách mạnh cao hơn phách nhẹ.", "nghe-thuat", (6, 7),
                         "CC0-1.0", ("nhịp", "phách", "âm nhạc")),
    "am-giai-do-truong": Card("Âm giai Đô trưởng", "Tám nốt đi lên từ Đô.", "nghe-thuat", (6, 7), "CC0-1.0",
                              ("âm giai", "nốt nhạc")),
    "am-tram-am-bong": Card("Âm trầm rồi âm bổng", "Âm 200 Hz rồi âm 800 Hz, để nghe tần số.", "khoa-hoc-tu-nhien",
                            (7,), "CC-BY-4.0", ("tần số", "âm thanh")),
    "coi-pha": Card("Còi phà", "Một hồi dài, hai hồi ngắn; âm thanh tổng hợp.", "khoa-hoc-tu-nhien", (7,), "CC-BY-4.0",
                    ("còi", "phà", "âm thanh")),
    "quay-chime": Card("Chime before an announcement", "Three rising notes, as at a quay or a station.", "ngoai-ngu-1",
                       (), "CC0-1.0", ("listening", "announcement"), "en", "Mai Thanh Trúc"),
}  # fmt: skip
FILM_CARDS = {
    "phim-chia-bon": Card("Phim: chia bốn, lấy ba", "Một thanh bánh cắt làm bốn phần bằng nhau rồi lấy ba phần.",
                          "toan", (4, 5, 6), "CC-BY-4.0", ("phân số", "ba phần tư", "hoạt hình")),
    "phim-thuy-trieu": Card("Phim: nước lớn, nước ròng", "Mực nước dâng lên rồi rút xuống bên cột thủy chí.",
                            "lich-su-dia-li", (6,), "CC-BY-SA-4.0", ("thủy triều", "mực nước", "hoạt hình")),
    "phim-hat-chuyen-dong": Card("Phim: hạt chuyển động nhanh dần", "Nhiệt độ càng cao, hạt chuyển động càng nhanh.",
                                 "khoa-hoc-tu-nhien", (8,), "CC-BY-4.0", ("nhiệt năng", "hạt", "hoạt hình")),
}  # fmt: skip
TABLES: dict[str, tuple[Callable[[], bytes], Card]] = {
    "so-lieu-mua": (datasets.rain_csv, Card("Lượng mưa mười hai tháng", "Số liệu giả định, dùng để tập vẽ biểu đồ cột.",
                                            "tin-hoc", (7, 8), "CC0-1.0", ("dữ liệu", "mưa", "bảng tính"))),
    "so-lieu-muc-nuoc": (datasets.tide_csv, Card("Mực nước ở bến trong một ngày", "Số liệu giả định theo từng giờ.",
                                                 "tin-hoc", (7, 8), "CC0-1.0", ("dữ liệu", "thủy triều"))),
    "so-lieu-cho-noi": (datasets.market_csv, Card("Hàng trên chợ nổi", "Khối lượng và giá của tám mặt hàng; số liệu giả định.",
                                                  "tin-hoc", (7,), "CC0-1.0", ("dữ liệu", "chợ nổi", "giá"))),
    "so-lieu-doc-sach": (datasets.reading_csv, Card("Sổ đọc sách của một lớp", "Ba mươi học sinh tưởng tượng, không phải người thật.",
                                                    "tin-hoc", (7,), "CC-BY-4.0", ("dữ liệu", "đọc sách", "trung bình"))),
    "so-lieu-dien": (datasets.electricity_csv, Card("Điện dùng trong một năm", "Số kWh mỗi tháng của một nhà tưởng tượng.",
                                                    "khoa-hoc-tu-nhien", (8,), "CC0-1.0", ("điện năng", "dữ liệu"))),
    "so-lieu-nhiet-do": (datasets.temperature_csv, Card("Nhiệt độ một tuần", "Sáng và trưa trong bảy ngày; số liệu giả định.",
                                                        "tin-hoc", (7,), "CC0-1.0", ("nhiệt độ", "dữ liệu"))),
    "ferry-passengers": (datasets.ferry_csv, Card("Ferry passengers in a week", "Invented counts by day and time of day.",
                                                  "tin-hoc", (7, 8), "CC0-1.0", ("data", "ferry", "table"), "en"))
}  # fmt: skip
BUNDLE = Card("Bộ hình phân số, tải một lần", "Các hình về phân số được phép chia sẻ lại, kèm lời ghi công từng hình.", "toan", (5, 6),
              "CC-BY-SA-4.0", ("phân số", "bộ hình", "tải về"))  # fmt: skip


def generate_items(target: Path, font_path: Path | None = None) -> list[DemoItem]:
    """Write every file into `target` and describe the items, in a fixed order."""
    target.mkdir(parents=True, exist_ok=True)
    items = [_picture(target, picture, font_path) for picture in PICTURES]
    items += [_sound(target, slug) for slug in SOUNDS]
    items += [_film(target, slug, font_path) for slug in FILMS]
    for slug, (make, card) in TABLES.items():
        (target / f"{slug}.csv").write_bytes(make())
        items.append(_carded(slug, f"{slug}.csv", card))
    items += [_document(target, document, font_path) for document in all_documents()]
    items.append(_bundle(target))
    return items


def _picture(target: Path, picture: Picture, font_path: Path | None) -> DemoItem:
    sheet = Sheet(picture.title)
    picture.draw(sheet)
    filename = f"{picture.slug}.{picture.suffix}"
    image_format = {"png": "PNG", "jpg": "JPEG"}.get(picture.suffix)
    data = to_raster(sheet, image_format, font_path) if image_format else to_svg(sheet)
    (target / filename).write_bytes(data)
    return DemoItem(
        slug=picture.slug,
        filename=filename,
        title=picture.title,
        description=picture.description,
        language=picture.language,
        subject=picture.subject,
        grades=picture.grades,
        license_id=picture.license_id,
        authors=(picture.author,),
        keywords=tuple(word.strip() for word in picture.keywords.split(",")),
        media="image",
    )


def _sound(target: Path, slug: str) -> DemoItem:
    (target / f"{slug}.wav").write_bytes(SOUNDS[slug]())
    return _carded(slug, f"{slug}.wav", SOUND_CARDS[slug], "audio", _captions(target, slug))


def _film(target: Path, slug: str, font_path: Path | None) -> DemoItem:
    suffix = film_suffix()
    (target / f"{slug}.{suffix}").write_bytes(make_film(slug, font_path))
    media: MediaKind = "video" if suffix == "mp4" else "image"
    return _carded(slug, f"{slug}.{suffix}", FILM_CARDS[slug], media, _captions(target, slug))


def _captions(target: Path, slug: str) -> tuple[ExtraFile, ...]:
    if slug not in CUES:
        return ()
    extra: list[ExtraFile] = []
    for language in ("vi", "en"):
        name = f"{slug}.{language}"
        (target / f"{name}.vtt").write_bytes(to_vtt(slug, language))
        (target / f"{name}.srt").write_bytes(to_srt(slug, language))
        extra.append(ExtraFile(f"{name}.vtt", "captions", language))
        extra.append(ExtraFile(f"{name}.srt", "attachment", language))
    return tuple(extra)


def _document(target: Path, document: Document, font_path: Path | None) -> DemoItem:
    writers: dict[str, Callable[[Document], bytes]] = {
        "docx": lambda text: to_docx(text, font_path),
        "pptx": lambda text: to_pptx(text, font_path),
        "odt": to_odt,
        "epub": lambda text: to_epub(text, font_path),
        "html": to_html,
        "md": lambda text: text.markdown.encode(),
        "pdf": lambda text: to_pdf(text, font_path),
    }
    (target / document.filename).write_bytes(writers[document.format](document))
    return DemoItem(
        slug=document.slug,
        filename=document.filename,
        title=document.title,
        description=document.description,
        language=document.language,
        subject=document.subject,
        grades=document.grades,
        license_id=document.license_id,
        authors=document.authors,
        keywords=document.keywords,
    )


def _bundle(target: Path) -> DemoItem:
    free = {"CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0"}
    chosen = [p for p in PICTURES if p.subject == "toan" and p.language == "vi" and p.license_id in free]
    notes = "".join(f"{p.slug}.{p.suffix}: {p.title}, {p.author}, {p.license_id}\n" for p in chosen)
    names = [f"{picture.slug}.{picture.suffix}" for picture in chosen]
    entries = [("GHI-CONG.txt", notes.encode()), *((name, (target / name).read_bytes()) for name in names)]
    (target / "bo-hinh-phan-so.zip").write_bytes(make_zip(entries))
    return _carded("bo-hinh-phan-so", "bo-hinh-phan-so.zip", BUNDLE)


def _carded(
    slug: str, filename: str, card: Card, media: MediaKind = "document", extra: tuple[ExtraFile, ...] = ()
) -> DemoItem:
    return DemoItem(
        slug=slug,
        filename=filename,
        title=card.title,
        description=card.description,
        language=card.language,
        subject=card.subject,
        grades=card.grades,
        license_id=card.license_id,
        authors=(card.author,),
        keywords=card.keywords,
        media=media,
        extra_files=extra,
    )
