"""The words by which a material says its subject and grade, and those that only look so. Data of `guessing`."""

from __future__ import annotations

FULL, EVERYDAY, SHORT = range(3)
"""How clear a name is: a subject wherever a title has it; where it is the whole title; only beside a grade or `môn`."""

SUBJECT_NAMES: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("tieng-viet", EVERYDAY, ("tiếng việt",)),
    ("ngu-van", FULL, ("ngữ văn",)),
    ("ngu-van", SHORT, ("văn", "literature")),
    ("toan", FULL, ("toán học", "môn toán", "mathematics", "maths", "math")),
    ("toan", SHORT, ("toán", "đại số", "hình học", "algebra", "geometry")),
    ("ngoai-ngu-1", EVERYDAY, ("tiếng anh", "ngoại ngữ 1")),
    ("ngoai-ngu-1", SHORT, ("english", "ngoại ngữ")),
    ("dao-duc", EVERYDAY, ("đạo đức",)),
    ("giao-duc-cong-dan", FULL, ("giáo dục công dân", "gdcd", "civics")),
    ("kinh-te-phap-luat", FULL, ("giáo dục kinh tế và pháp luật", "gdktpl", "gdkt pl", "gdkt & pl")),
    ("tu-nhien-xa-hoi", FULL, ("tự nhiên và xã hội", "tự nhiên xã hội", "tnxh")),
    ("khoa-hoc", EVERYDAY, ("khoa học",)),
    ("khoa-hoc-tu-nhien", FULL, ("khoa học tự nhiên", "khtn", "natural science", "natural sciences")),
    ("khoa-hoc", SHORT, ("science",)),
    ("vat-li", FULL, ("physics",)),
    ("vat-li", EVERYDAY, ("vật lí", "vật lý")),
    ("vat-li", SHORT, ("lí", "lý")),
    ("hoa-hoc", FULL, ("chemistry",)),
    ("hoa-hoc", EVERYDAY, ("hoá học",)),
    ("hoa-hoc", SHORT, ("hoá",)),
    ("sinh-hoc", FULL, ("biology",)),
    ("sinh-hoc", EVERYDAY, ("sinh học",)),
    ("sinh-hoc", SHORT, ("sinh",)),
    (
        "lich-su-dia-li",
        FULL,
        (
            "lịch sử và địa lí",
            "lịch sử và địa lý",
            "lịch sử & địa lí",
            "lịch sử địa lí",
            "lịch sử địa lý",
            "history and geography",
        ),
    ),
    ("lich-su", EVERYDAY, ("lịch sử",)),
    ("lich-su", SHORT, ("sử", "history")),
    ("dia-li", EVERYDAY, ("địa lí", "địa lý")),
    ("dia-li", SHORT, ("địa", "geography")),
    ("tin-hoc-cong-nghe", FULL, ("tin học và công nghệ",)),
    ("tin-hoc", FULL, ("tin học", "informatics", "computer science")),
    ("tin-hoc", SHORT, ("tin",)),
    ("cong-nghe", EVERYDAY, ("công nghệ",)),
    ("cong-nghe", SHORT, ("technology",)),
    ("giao-duc-the-chat", FULL, ("giáo dục thể chất", "gdtc", "physical education")),
    ("giao-duc-the-chat", EVERYDAY, ("thể dục",)),
    ("nghe-thuat", SHORT, ("nghệ thuật",)),
    ("am-nhac", EVERYDAY, ("âm nhạc",)),
    ("am-nhac", SHORT, ("music",)),
    ("mi-thuat", FULL, ("mĩ thuật", "mỹ thuật", "fine arts")),
    (
        "trai-nghiem",
        FULL,
        ("hoạt động trải nghiệm hướng nghiệp", "hoạt động trải nghiệm", "hđtn", "hđtnhn"),
    ),
    ("giao-duc-dia-phuong", FULL, ("giáo dục địa phương", "gdđp")),
    (
        "quoc-phong-an-ninh",
        FULL,
        ("giáo dục quốc phòng và an ninh", "giáo dục quốc phòng an ninh", "gdqpan", "gdqp an"),
    ),
)

SUCCESSORS = {
    "vat-li": ("khoa-hoc-tu-nhien",),
    "hoa-hoc": ("khoa-hoc-tu-nhien",),
    "sinh-hoc": ("khoa-hoc-tu-nhien",),
    "khoa-hoc": ("tu-nhien-xa-hoi", "khoa-hoc-tu-nhien"),
    "lich-su": ("lich-su-dia-li",),
    "dia-li": ("lich-su-dia-li",),
    "ngu-van": ("tieng-viet",),
    "giao-duc-cong-dan": ("dao-duc", "kinh-te-phap-luat"),
}
"""Where a name stands for another subject of the program of 2018 in grades in which its own is not taught."""

NUMBER_WORDS = {
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "bon": 4,
    "tu": 4,
    "nam": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
}

COUNTED = frozenset(
    [
        "lan",
        "em",
        "ban",
        "phut",
        "gio",
        "diem",
        "nguoi",
        "trieu",
        "nghin",
        "ngan",
        "dong",
        "met",
        "cm",
        "mm",
        "km",
        "kg",
        "ti",
        "ty",
        "mat",
        "canh",
        "electron",
        "e",
        "%",
        "times",
        "minutes",
        "hours",
        "students",
        "people",
        "words",
        "points",
    ]
)
"""What stands after a number that is no grade: `lớp 6 lần`, `Toán 6 điểm`, `khối 6 mặt`."""

NOT_A_GRADE_WORD = frozenset(
    [
        "muoi",
        "tram",
        "nghin",
        "nay",
        "truoc",
        "sau",
        "hoc",
        "ngoai",
        "lan",
        "em",
        "ban",
        "nguoi",
        "ngay",
        "tuan",
        "thang",
        "khoa",
        "du",
    ]
)
"""What stands after a written number that is no grade: `lớp năm nay`, `lớp ba mươi em`."""

NOT_A_GRADE_BEFORE = frozenset(["tang", "phan", "giai", "dang", "hinh", "the"])
"""What stands before a `lớp` or `khối` that is none of a school: `tầng lớp`, `hình khối`."""

NOT_A_SUBJECT_BEFORE = frozenset(
    [
        "bai",
        "phep",
        "tinh",
        "thanh",
        "ke",
        "du",
        "quyet",
        "loi",
        "an",
        "bao",
        "van",
        "tien",
        "chuyen",
        "thong",
        "ban",
        "hoc",
        "thi",
        "giao",
        "phat",
        "tieu",
        "quan",
        "xu",
        "dai",
        "tam",
        "dac",
        "doan",
        "ca",
        "cau",
        "hinh",
    ]
)
"""What stands before a syllable that only looks like a subject: `bài toán 6`, `thông tin 7`, `học sinh 10`."""
