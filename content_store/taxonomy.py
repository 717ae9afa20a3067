"""Facets of the library as data: subjects, grades, types, languages, with Vietnamese and English labels.

Ids stay for ever, for they stand in versions and in addresses; labels may change. Grade 0 stands for
adults, because metadata keeps grades as numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

ADULT = 0
GRADES = (*range(1, 13), ADULT)


@dataclass(frozen=True)
class Term:
    """One choice of a facet. `grades` says where a subject is taught; empty means everywhere."""

    id: str
    vi: str
    en: str
    grades: tuple[int, ...] = ()

    def label(self, language: str) -> str:
        """The label in `vi`, or in English."""
        return self.vi if language == "vi" else self.en


def _span(first: int, last: int) -> tuple[int, ...]:
    return tuple(range(first, last + 1))


def _by_id(*terms: Term) -> MappingProxyType[str, Term]:
    return MappingProxyType({term.id: term for term in terms})


SUBJECTS = _by_id(
    Term("tieng-viet", "Tiếng Việt", "Vietnamese", _span(1, 5)),
    Term("ngu-van", "Ngữ văn", "Literature", _span(6, 12)),
    Term("toan", "Toán", "Mathematics", _span(1, 12)),
    Term("ngoai-ngu-1", "Ngoại ngữ 1", "First foreign language", _span(1, 12)),
    Term("ngoai-ngu-2", "Ngoại ngữ 2", "Second foreign language", _span(6, 12)),
    Term("tieng-dan-toc", "Tiếng dân tộc thiểu số", "Ethnic minority language", _span(1, 12)),
    Term("dao-duc", "Đạo đức", "Ethics", _span(1, 5)),
    Term("giao-duc-cong-dan", "Giáo dục công dân", "Civics", _span(6, 9)),
    Term("kinh-te-phap-luat", "Giáo dục kinh tế và pháp luật", "Economics and law", _span(10, 12)),
    Term("tu-nhien-xa-hoi", "Tự nhiên và Xã hội", "Nature and society", _span(1, 3)),
    Term("khoa-hoc", "Khoa học", "Science", _span(4, 5)),
    Term("khoa-hoc-tu-nhien", "Khoa học tự nhiên", "Natural science", _span(6, 9)),
    Term("vat-li", "Vật lí", "Physics", _span(10, 12)),
    Term("hoa-hoc", "Hoá học", "Chemistry", _span(10, 12)),
    Term("sinh-hoc", "Sinh học", "Biology", _span(10, 12)),
    Term("lich-su-dia-li", "Lịch sử và Địa lí", "History and geography", _span(4, 9)),
    Term("lich-su", "Lịch sử", "History", _span(10, 12)),
    Term("dia-li", "Địa lí", "Geography", _span(10, 12)),
    Term("tin-hoc-cong-nghe", "Tin học và Công nghệ", "Informatics and technology", _span(3, 5)),
    Term("tin-hoc", "Tin học", "Informatics", _span(3, 12)),
    Term("cong-nghe", "Công nghệ", "Technology", _span(3, 12)),
    Term("giao-duc-the-chat", "Giáo dục thể chất", "Physical education", _span(1, 12)),
    Term("nghe-thuat", "Nghệ thuật", "Arts", _span(1, 9)),
    Term("am-nhac", "Âm nhạc", "Music", _span(1, 12)),
    Term("mi-thuat", "Mĩ thuật", "Fine arts", _span(1, 12)),
    Term(
        "trai-nghiem",
        "Hoạt động trải nghiệm, hướng nghiệp",
        "Experiential and career activities",
        _span(1, 12),
    ),
    Term("giao-duc-dia-phuong", "Nội dung giáo dục của địa phương", "Local content", _span(6, 12)),
    Term(
        "quoc-phong-an-ninh",
        "Giáo dục quốc phòng và an ninh",
        "Defense and security education",
        _span(10, 12),
    ),
    Term("ki-nang-so", "Kĩ năng số", "Digital skills"),
    Term("ki-nang-song", "Kĩ năng sống", "Life skills"),
    Term("nghe-nghiep", "Học nghề", "Vocational skills"),
    Term("khac", "Khác", "Other"),
)

TYPES = _by_id(
    Term("document", "Tài liệu", "Document"),
    Term("slides", "Bài trình chiếu", "Slides"),
    Term("page", "Trang đọc", "Page"),
    Term("book", "Sách", "Book"),
    Term("image", "Hình ảnh", "Image"),
    Term("audio", "Âm thanh", "Audio"),
    Term("video", "Video", "Video"),
    Term("captions", "Phụ đề", "Captions"),
    Term("data", "Dữ liệu", "Data"),
    Term("package", "Gói học liệu", "Package"),
    Term("lesson", "Bài học", "Lesson"),
    Term("link", "Liên kết", "Link"),
)

LANGUAGES = _by_id(
    Term("vi", "Tiếng Việt", "Vietnamese"),
    Term("en", "Tiếng Anh", "English"),
    Term("fr", "Tiếng Pháp", "French"),
    Term("zh", "Tiếng Trung", "Chinese"),
    Term("ja", "Tiếng Nhật", "Japanese"),
    Term("ko", "Tiếng Hàn", "Korean"),
    Term("km", "Tiếng Khmer", "Khmer"),
    Term("cjm", "Tiếng Chăm", "Cham"),
)

LEVELS = _by_id(
    Term("primary", "Tiểu học", "Primary school", _span(1, 5)),
    Term("lower-secondary", "Trung học cơ sở", "Lower secondary", _span(6, 9)),
    Term("upper-secondary", "Trung học phổ thông", "Upper secondary", _span(10, 12)),
    Term("adult", "Người lớn", "Adults", (ADULT,)),
)

DURATIONS = _by_id(
    Term("to-5", "Đến 5 phút", "Up to 5 minutes"),
    Term("5-15", "5 đến 15 phút", "5 to 15 minutes"),
    Term("15-45", "15 đến 45 phút", "15 to 45 minutes"),
    Term("over-45", "Trên 45 phút", "Over 45 minutes"),
)

_FACETS: dict[str, Mapping[str, Term]] = {
    "subject": SUBJECTS,
    "type": TYPES,
    "language": LANGUAGES,
    "level": LEVELS,
    "duration": DURATIONS,
}
_MINUTES = ((5, "to-5"), (15, "5-15"), (45, "15-45"))

_TYPE_OF_FORMAT = MappingProxyType(
    {
        "pptx": "slides",
        "lesson": "lesson",
        "markdown": "page",
        "html": "page",
        "epub": "book",
        "csv": "data",
        "image": "image",
        "audio": "audio",
        "video": "video",
        "captions": "captions",
        "zip": "package",
        "scorm": "package",
        "cmi5": "package",
        "h5p": "package",
    }
)


def type_of_format(format: str) -> str:
    """The facet type that a file format usually is."""
    return _TYPE_OF_FORMAT.get(format, "document")


def levels_of(grades: Iterable[int]) -> tuple[str, ...]:
    """The levels of school that some grades belong to, the lowest first."""
    taught = set(grades)
    return tuple(level.id for level in LEVELS.values() if taught & set(level.grades))


def duration_band(seconds: float | None) -> str | None:
    """The facet id of a playing time; None where nothing plays."""
    if not seconds:
        return None
    return next((band for minutes, band in _MINUTES if seconds <= 60 * minutes), "over-45")


def grade_id(grade: int) -> str:
    """The facet id of a grade: `1` … `12`, or `adult`."""
    return "adult" if grade == ADULT else str(grade)


def grade_label(grade: int, language: str) -> str:
    """The label of a grade in `vi`, or in English."""
    if grade == ADULT:
        return "Người lớn" if language == "vi" else "Adults"
    return f"Lớp {grade}" if language == "vi" else f"Grade {grade}"


def facet_label(facet: str, value: str, language: str) -> str:
    """The label of one facet value; an unknown value is shown as it is."""
    if facet == "grade" and (value == "adult" or value.isdigit()):
        return grade_label(ADULT if value == "adult" else int(value), language)
    term = _FACETS.get(facet, {}).get(value)
    return term.label(language) if term else value
