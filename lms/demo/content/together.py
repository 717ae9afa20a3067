"""What teachers of the demo improve together: ratings, comments, a report, remixes, a suggested change, drafts in review."""

from __future__ import annotations

from dataclasses import dataclass

SHEET = "phieu-phan-so-bang-nhau"
MARKET_SHEET = "phieu-cong-tru-phan-so"
MISTAKES = "loi-hay-gap-phan-so"


@dataclass(frozen=True)
class DemoRating:
    """How somebody rated an item, and why."""

    username: str
    slug: str
    stars: int
    reason: str
    words: str = ""


@dataclass(frozen=True)
class DemoDraft:
    """A material that its author submits for review."""

    username: str
    slug: str
    title: str
    description: str
    subject: str
    grades: tuple[int, ...]
    markdown: str


RATINGS: tuple[DemoRating, ...] = (
    DemoRating("khoa", SHEET, 5, "ready", "In ra là dùng được ngay, tám câu vừa đúng mười lăm phút."),
    DemoRating("yen", SHEET, 4, "clear", "Câu chữ dễ hiểu. Lớp mình làm xong sớm nên mình thêm hai câu khó hơn."),
    DemoRating("huy", SHEET, 5, "lively"),
    DemoRating("khoa", "so-tay-phan-so", 5, "correct"),
    DemoRating("yen", "thanh-ba-phan-tu", 4, "ready"),
    DemoRating("lan", "phieu-hoc-nhom-hon-so", 5, "lively", "Các em cãi nhau rất vui về giỏ trái cây."),
    DemoRating("yen", MARKET_SHEET, 3, "other", "Hay, nhưng cần thêm lời giải cho bài 4."),
)  # fmt: skip

# Who said what of SHEET; what stands in the second place answers the first.
COMMENT = ("yen", "Phần 3 nên có thêm chỗ để học sinh viết, cô Lan nhỉ? Lớp mình viết tràn cả ra lề.")
ANSWER = ("lan", "Cảm ơn cô Yến. Bản sau mình chừa năm dòng.")

REPORTER, REPORTED = "yen", "Bài 4 chưa nói rõ mực nước ban đầu, nhiều em hiểu ra hai đáp án."
PUPIL, PUPIL_REPORTED = "minh", "Bài 4 em tính ra hai kết quả ạ."

REMIXER = "yen"
REMIXED_TITLE = "Phiếu bài tập: hai phân số bằng nhau (thêm câu khó)"
REMIXED_NOTE = "Thêm hai câu cho nhóm làm nhanh"

SUGGESTER = "khoa"
SUGGESTED_NOTE = "Thêm lỗi thứ sáu, lớp 6A2 mắc nhiều nhất: quên quy đồng khi so sánh."
SIXTH_MISTAKE = (
    "## 6. So sánh tử khi mẫu còn khác nhau\n"
    "$\\frac{3}{5}$ và $\\frac{2}{3}$: không được nói $3 > 2$ nên $\\frac{3}{5}$ lớn hơn. "
    "Quy đồng: $\\frac{9}{15} < \\frac{10}{15}$.\n"
)

SHELF_KEEPER = "bao"
SHELF_TITLE = "Tuần đầu với phân số"
SHELF_TEXT = "Tổ Toán chọn sẵn cho tuần đầu của chương Phân số: mở bài, luyện tập, ôn lại."
SHELVED: tuple[tuple[str, str], ...] = (
    ("thanh-ba-phan-tu", "Mở bài: gấp giấy trước, nhìn hình sau."),
    ("ba-thanh-bang-nhau", "Chiếu lên để cả lớp đoán ba thanh có bằng nhau không."),
    (SHEET, "Luyện tập mười lăm phút cuối tiết hai."),
    ("so-tay-phan-so", "Cho các em mang về ôn."),
)

LESSON_AUTHOR, LESSON_COURSE, LESSON_TITLE_PLACE = "lan", "toan-6-phan-so", 2
SEARCHER, SEARCH_NAME, SEARCH_WORDS, SEARCH_SUBJECT = "lan", "Phân số lớp 6 mới có", "phân số", "toan"

REVIEWER = "phuc"
WAITING = DemoDraft(
    "khoa",
    "khoi-dong-quy-dong",
    "Khởi động năm phút: quy đồng bằng bìa màu",
    "Trò khởi động cho cả lớp, chỉ cần bìa màu và kéo.",
    "toan",
    (6,),
    "## Chuẩn bị\nMỗi bàn sáu băng bìa dài bằng nhau.\n\n"
    "## Cách chơi\n1. Gấp một băng làm hai, một băng làm ba.\n"
    "2. Tìm cách gấp để hai băng có các phần bằng nhau.\n3. Bàn nào xong trước thì giơ tay và giải thích.\n\n"
    "## Điều rút ra\nMẫu chung của 2 và 3 là 6: gấp mỗi băng thành sáu phần.\n",
)
RETURNED = DemoDraft(
    "huy",
    "thuyen-giay-cho-xu",
    "Thí nghiệm: thuyền giấy chở được mấy đồng xu",
    "Một tiết thực hành về lực đẩy với giấy bạc và chậu nước.",
    "khoa-hoc-tu-nhien",
    (8,),
    "## Dụng cụ\nGiấy bạc 20 cm × 20 cm, chậu nước, hai mươi đồng xu giống nhau.\n\n"
    "## Các bước\n1. Gấp thuyền, thả xuống nước.\n2. Thêm từng đồng xu cho đến khi thuyền chìm.\n"
    "3. Ghi số xu và đo phần chìm trước lúc chìm.\n\n"
    "## Câu hỏi\nThuyền đáy rộng hay đáy hẹp chở được nhiều hơn? Vì sao?\n",
)
RETURNED_PLACE = "Các bước"
RETURNED_COMMENT = "Bước 3 đo phần chìm bằng gì? Học sinh chưa có thước chia độ trong chậu."
RETURNED_REASON = "Ghi rõ cách đo phần chìm ở bước 3, và nhắc lau khô sàn để khỏi trượt."
