"""Documents of our own for search tests: short sentences about school subjects."""

from __future__ import annotations

from typing import Any

from content_store.search import Document, Query, SearchIndex
from content_store.search.port import Results

EVERYONE = frozenset({"all"})


def document(
    uuid: str,
    title: str,
    body: str = "",
    *,
    keywords: str = "",
    kind: str = "item",
    audiences: frozenset[str] = EVERYONE,
    updated: float = 1_000.0,
    **facets: tuple[str, ...],
) -> Document:
    """Make a document with the least fuss."""
    return Document(kind, uuid, title, keywords, body, facets, audiences, updated)


SCHOOL = [
    document(
        "toan-9",
        "Phương trình bậc hai",
        "Muốn giải phương trình bậc hai, trước hết em tính biệt thức. Môn toán học lớp chín dạy cách này.",
        keywords="đại số, nghiệm",
        subject=("toan",),
        grade=("9",),
        updated=9.0,
    ),
    document(
        "toan-1",
        "Toán học vui cho lớp một",
        "Đếm quả cam, quả bưởi trong rổ rồi viết số.",
        keywords="đếm, số tự nhiên",
        subject=("toan",),
        grade=("1",),
        updated=8.0,
    ),
    document(
        "hoa-8",
        "Hóa học: phản ứng hóa học",
        "Khi đun nóng đường, ta thấy chất mới màu đen và hơi nước.",
        keywords="đường, than",
        subject=("khoa-hoc-tu-nhien",),
        grade=("8",),
        updated=7.0,
    ),
    document(
        "ve-hoa",
        "Vẽ hoa sen bằng màu nước",
        "Bông hoa sen nở trong hồ; em vẽ cánh hoa trước, nhụy sau.",
        subject=("nghe-thuat",),
        grade=("5",),
        updated=6.0,
    ),
    document(
        "su-4",
        "Đường lên Điện Biên",
        "Đoàn dân công gánh gạo qua đèo. Con đường dài và dốc.",
        keywords="lịch sử",
        subject=("lich-su",),
        grade=("4",),
        updated=5.0,
    ),
    document(
        "python",
        "Vòng lặp trong Python",
        "A for loop repeats the same lines. Vòng lặp giúp em in bảng cửu chương.",
        keywords="loop, programming",
        subject=("tin-hoc",),
        grade=("10",),
        language=("vi",),
        updated=4.0,
    ),
    document(
        "dien",
        "Mạch điện nối tiếp",
        "Dòng điện chạy qua hai bóng đèn. Học sinh đo điện áp; toán giúp tính điện trở.",
        subject=("khoa-hoc-tu-nhien",),
        grade=("8", "9"),
        updated=3.0,
    ),
    document(
        "xac-suat",
        "Xác suất của biến cố",
        "Gieo con xúc xắc cân đối; xác suất ra mặt sáu chấm là một phần sáu.",
        subject=("toan",),
        grade=("10",),
        updated=2.0,
    ),
]


def search(index: SearchIndex, text: str = "", **given: Any) -> Results:
    """Ask an index with the least fuss; everyone may see what is found."""
    given.setdefault("audiences", EVERYONE)
    return index.search(Query(text=text, **given))


def uuids(results: Results) -> list[str]:
    """What was found, in its order."""
    return [hit.uuid for hit in results.hits]
