"""Where the demo's items stand in the curriculum: topics of `content_store/curriculum.txt`, each with its items."""

from __future__ import annotations

TOPICS: tuple[tuple[str, str], ...] = (
    (
        "toan.phan-so",
        "ba-thanh-bang-nhau banh-nam-phan-sau bo-hinh-phan-so fraction-strips giao-an-so-sanh-phan-so hai-gio-ruoi "
        "hai-phan-nam-duong-song loi-hay-gap-phan-so luoi-nhan-phan-so mot-hai-cong-mot-ba phieu-cong-tru-phan-so "
        "phieu-hoc-nhom-hon-so phieu-phan-so-bang-nhau phim-chia-bon so-tay-phan-so thanh-ba-phan-tu "
        "trinh-chieu-phan-so-mo-dau tro-choi-domino-phan-so truc-so-phan-tu",
    ),
    (
        "toan.phan-so-tieu-hoc",
        "banh-nam-phan-sau bo-hinh-phan-so fraction-strips phim-chia-bon thanh-ba-phan-tu tro-choi-domino-phan-so",
    ),
    ("toan.so-nguyen", "truc-so-am-duong"),
    ("toan.du-lieu-bieu-do", "tide-of-a-day"),
    ("khoa-hoc-tu-nhien.the-cua-chat", "ba-the-cua-chat nuoc-di-mot-vong vong-tuan-hoan-nuoc"),
    (
        "khoa-hoc-tu-nhien.phan-ung-hoa-hoc",
        "hydrogen-chay phieu-thi-nghiem-khoi-luong trinh-chieu-phan-ung-hoa-hoc",
    ),
    ("khoa-hoc-tu-nhien.am-thanh", "am-tram-am-bong coi-pha song-am-tram-bong"),
    (
        "khoa-hoc-tu-nhien.ap-suat",
        "ap-suat-theo-do-sau ap-suat-tren-bun bai-doc-vi-sao-ghe-noi binh-thong-nhau luc-day-len-ghe phieu-ap-suat",
    ),
    ("khoa-hoc-tu-nhien.dien", "mach-noi-tiep mach-song-song nhat-ki-tiet-kiem-dien so-lieu-dien"),
    ("khoa-hoc-tu-nhien.nang-luong-cuoc-song", "duong-di-nang-luong ghi-chep-nang-luong nhat-ki-tiet-kiem-dien"),
    ("khoa-hoc-tu-nhien.nhiet", "phim-hat-chuyen-dong"),
    ("khoa-hoc-tu-nhien.nang-luong", "don-bay trinh-chieu-don-bay"),
    ("lich-su-dia-li.ban-do", "ban-do-ben-song"),
    ("lich-su-dia-li.trai-dat", "bai-doc-con-nuoc phim-thuy-trieu"),
    ("ngoai-ngu-1.noi", "classroom-english dialogues-at-the-quay phrase-book"),
    ("ngoai-ngu-1.nghe", "dialogues-at-the-quay quay-chime"),
    ("ngoai-ngu-1.tu-vung", "classroom-english ferry-board map-of-the-quay phrase-book three-clocks"),
    (
        "tin-hoc.ung-dung",
        "bang-tinh-vung-o bieu-do-ghe-hang bieu-do-mua ferry-passengers giao-an-bieu-do huong-dan-sap-xep-loc "
        "reading-a-chart same-numbers-two-stories so-lieu-cho-noi so-lieu-doc-sach so-lieu-mua so-lieu-muc-nuoc "
        "so-lieu-nhiet-do the-lenh-bang-tinh trinh-chieu-bang-tinh",
    ),
    ("tin-hoc.dao-duc-so", "quy-uoc-lop-hoc-so"),
)  # fmt: skip


def topics_by_slug() -> dict[str, list[str]]:
    """Return the topics of each item."""
    found: dict[str, list[str]] = {}
    for topic, slugs in TOPICS:
        for slug in slugs.split():
            found.setdefault(slug, []).append(topic)
    return found
