"""Subject, grade, authors and license, guessed from what a file shows of itself."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content_store.guessing import Clues, Guess, guess
from content_store.guessing_words import SUBJECT_NAMES, SUCCESSORS
from content_store.taxonomy import SUBJECTS

TITLES: tuple[tuple[str, str | None, tuple[int, ...]], ...] = (
    ("Môn Toán lớp 6", "toan", (6,)),
    ("Toán 6", "toan", (6,)),
    ("TOÁN 6 - TẬP MỘT", "toan", (6,)),
    ("Đề kiểm tra Toán lớp 12", "toan", (12,)),
    ("Ngữ văn 8 - Tập một", "ngu-van", (8,)),
    ("Văn 9", "ngu-van", (9,)),
    ("KHTN 7", "khoa-hoc-tu-nhien", (7,)),
    ("Khoa học tự nhiên 8: áp suất chất lỏng", "khoa-hoc-tu-nhien", (8,)),
    ("Tiếng Anh lớp Ba", "ngoai-ngu-1", (3,)),
    ("Tiếng Việt lớp Một", "tieng-viet", (1,)),
    ("Tiếng Việt 5", "tieng-viet", (5,)),
    ("Lịch sử và Địa lí 7", "lich-su-dia-li", (7,)),
    ("Lịch sử & Địa lí lớp 5", "lich-su-dia-li", (5,)),
    ("Địa lý 12", "dia-li", (12,)),
    ("Lịch sử 11", "lich-su", (11,)),
    ("Hóa 10", "hoa-hoc", (10,)),
    ("Hoá học 10", "hoa-hoc", (10,)),
    ("Vật lý lớp 11", "vat-li", (11,)),
    ("Vật lí 8", "khoa-hoc-tu-nhien", (8,)),
    ("Sinh 12", None, ()),
    ("Ôn thi môn Sinh lớp 12", "sinh-hoc", (12,)),
    ("Tin học 7 - Bảng tính", "tin-hoc", (7,)),
    ("GDCD 9", "giao-duc-cong-dan", (9,)),
    ("Công nghệ 6", "cong-nghe", (6,)),
    ("Đạo đức 4", "dao-duc", (4,)),
    ("Âm nhạc lớp 2", "am-nhac", (2,)),
    ("Mỹ thuật 3", "mi-thuat", (3,)),
    ("Tự nhiên và Xã hội 2", "tu-nhien-xa-hoi", (2,)),
    ("Khoa học 4", "khoa-hoc", (4,)),
    ("HĐTN 6", "trai-nghiem", (6,)),
    ("Đại số 8", "toan", (8,)),
    ("Kế hoạch bài dạy môn Ngữ văn, khối 10", "ngu-van", (10,)),
    ("Môn: Toán. Lớp: 6A1", "toan", (6,)),
    ("Toán lớp 6 và 7", "toan", (6, 7)),
    ("Toán lớp 10, 11, 12", "toan", (10, 11, 12)),
    ("Toán 6-9", "toan", (6, 7, 8, 9)),
    ("Ngữ văn từ lớp 6 đến lớp 9", "ngu-van", (6, 7, 8, 9)),
    ("Toán học và đời sống", "toan", ()),
    ("Phiếu bài tập lớp mười hai", None, (12,)),
    ("Lớp năm: ôn tập", None, (5,)),
    ("mon toan lop 6", "toan", (6,)),
    ("toan lop 6 hoc ki 1", "toan", (6,)),
    ("ngu van 8", "ngu-van", (8,)),
    ("tieng anh lop ba", "ngoai-ngu-1", (3,)),
    ("vat li 10", "vat-li", (10,)),
    ("Grade 6 math", "toan", (6,)),
    ("Math, grade 6", "toan", (6,)),
    ("6th grade science", "khoa-hoc-tu-nhien", (6,)),
    ("English 7 - Unit 3", "ngoai-ngu-1", (7,)),
    ("Physics Grade 10", "vat-li", (10,)),
    ("Grades 6-8 mathematics", "toan", (6, 7, 8)),
    ("Subject: Biology, Grade 11", "sinh-hoc", (11,)),
    ("Tiếng Việt", "tieng-viet", ()),
    ("An introduction to chemistry", "hoa-hoc", ()),
    ("Grade six", None, (6,)),
)

FALSE_FRIENDS = (
    "Gấp tờ giấy làm lớp 6 lần",
    "Toán tử so sánh",
    "Bài toán 6",
    "Phép toán 3",
    "Thanh toán 6 triệu đồng",
    "Kế toán 11",
    "By the way",
    "Lớp học thân thiện",
    "Sử dụng máy chiếu",
    "Địa chỉ liên hệ",
    "Hóa đơn 10",
    "Văn hóa 10 dân tộc",
    "Học sinh 10 người",
    "Thông tin 7 ngày",
    "Tầng lớp 3",
    "Hình khối 6 mặt",
    "Khối sáu mặt đều",
    "Lớp năm nay đông vui",
    "Lớp ba mươi em",
    "anh 6",
    "hoa 10 gio",
    "Lớp 13",
    "Lớp 0",
    "Chương 6",
    "Toán 6,5 điểm; Văn 7 điểm",
    "Đề thi 2024-2025",
    "History of our school",
    "Life science fiction",
    "Nội dung bài học",
    "Quản lý 6 dự án",
    "Dấu hiệu của phản ứng hóa học",
    "Công nghệ thông tin quanh ta",
    "Lịch sử hình thành chợ nổi",
    "Khoa học viễn tưởng",
    "Vị trí địa lí của xã",
)


@pytest.mark.parametrize(("title", "subject", "grades"), TITLES)
def test_a_title_says_subject_and_grade(title, subject, grades):
    found = guess(Clues(title=title))
    assert (found.subject, found.grades) == (subject, grades)


@pytest.mark.parametrize("words", FALSE_FRIENDS)
def test_what_only_looks_like_a_subject_or_grade_is_none(words):
    assert guess(Clues(title=words, head=words, tail=words)) == Guess()


@pytest.mark.parametrize(
    ("clues", "subject", "grades"),
    [
        (Clues(filename="Toan6_chuong2.docx"), "toan", (6,)),
        (Clues(filename="KHTN8-ap-suat.pptx"), "khoa-hoc-tu-nhien", (8,)),
        (Clues(filename="de-cuong-ngu-van-lop-9.pdf"), "ngu-van", (9,)),
        (Clues(filename="bai 3.pdf", folder="Toán lớp 7"), "toan", (7,)),
        (Clues(title="Bài 3", outline=("Toán 6", "Phân số")), "toan", (6,)),
        (Clues(title="Phiếu bài tập", head="TRƯỜNG THCS BẾN SÔNG\nMôn: Toán - Lớp 6\nHọ và tên:"), "toan", (6,)),
        (Clues(title="Phân số", head="Các em lớp 6 mở sách Toán 6, trang 12."), "toan", (6,)),
        (Clues(title="Kế hoạch", head="Môn Toán lớp 6\nMôn Ngữ văn lớp 6"), None, (6,)),
        (Clues(title="Kế hoạch", head="Môn Toán lớp 6\nMôn Toán lớp 7"), "toan", ()),
        (Clues(title="Toán 6", head="Học sinh đã học môn Ngữ văn."), "toan", (6,)),
        (Clues(title="Hồi quy", outline=("Dữ liệu", "Sinh học")), None, ()),
        (Clues(title="Tiếng Việt lớp 9"), "tieng-viet", ()),
        (Clues(title="Bài đọc", head="Lịch sử hình thành làng nghề và công nghệ dệt chiếu."), None, ()),
    ],
)  # fmt: skip
def test_name_folder_headings_and_text_vote(clues, subject, grades):
    found = guess(clues)
    assert (found.subject, found.grades) == (subject, grades)


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("Tác giả: Nguyễn Thị Lan", ("Nguyễn Thị Lan",)),
        ("Tac gia: Nguyen Thi Lan", ("Nguyen Thi Lan",)),
        ("Người soạn: ThS. Võ Minh Khoa", ("Võ Minh Khoa",)),
        ("Biên soạn: Lê Hoàng Yến, Trần Văn Huy", ("Lê Hoàng Yến", "Trần Văn Huy")),
        ("GV: Nguyễn Thị Lan - Trường THCS Bến Sông", ("Nguyễn Thị Lan",)),
        ("Giáo viên: NGUYỄN THỊ LAN", ("Nguyễn Thị Lan",)),
        ("Trường THCS Bến Sông | Giáo viên: Cô Lê Hoàng Yến", ("Lê Hoàng Yến",)),
        ("Tác giả: Nhóm Toán Bến Sông", ("Nhóm Toán Bến Sông",)),
        ("Author: Mary O'Neill", ("Mary O'Neill",)),
        ("Tác giả: Trần Thị Hoa Giấy phép: CC BY-SA 4.0", ("Trần Thị Hoa",)),
        ("Giáo viên: Lê Hoàng Yến, Trần Văn Huy Môn: Toán Lớp: 6", ("Lê Hoàng Yến", "Trần Văn Huy")),
        ("Author: Ann Lee License: CC BY 4.0", ("Ann Lee",)),
        ("Giáo viên: Nguyễn Thị Môn", ("Nguyễn Thị Môn",)),
        ("Authors: Ann Lee and Bob Stone", ("Ann Lee", "Bob Stone")),
        ("by Ann Lee", ("Ann Lee",)),
        ("Written by: Ann Lee", ("Ann Lee",)),
        ("By the way, look at the river.", ()),
        ("by Monday we finish", ()),
        ("By Using This Book Every Day You Learn", ()),
        ("Giáo viên: giao bài tập cho học sinh", ()),
        ("GV: ................................", ()),
        ("Họ và tên: Nguyễn Văn An", ()),
        ("Giáo viên chủ nhiệm: Trần Thị Bé", ()),
        ("Tác giả: " + "Rất Dài " * 60, ()),
        ("Tác giả của bài thơ này chưa rõ.", ()),
    ],
)
def test_authors_stand_behind_their_label_in_the_first_and_last_lines(line, authors):
    assert guess(Clues(head=f"Phiếu\n{line}\nHết")).authors == authors
    assert guess(Clues(head="Phiếu", tail=f"Hết\n{line}")).authors == authors


@pytest.mark.parametrize(
    ("text", "license_id"),
    [
        ("Giấy phép: CC BY-SA 4.0", "CC-BY-SA-4.0"),
        ("Giay phep: CC BY 4.0", "CC-BY-4.0"),
        ("License: Creative Commons Attribution-ShareAlike 4.0", "CC-BY-SA-4.0"),
        ("https://creativecommons.org/licenses/by-nc/4.0/deed.vi", "CC-BY-NC-4.0"),
        ("© 2026 Lan. CC BY 4.0", "CC-BY-4.0"),
        ("CC BY-SA 4.0", "CC-BY-SA-4.0"),
        ("© 2026 Nhà xuất bản Bến Sông", "all-rights-reserved"),
        ("Copyright 2026 Ann Lee. All rights reserved.", "all-rights-reserved"),
        ("Ảnh: Lan, CC BY 4.0, https://creativecommons.org/licenses/by/4.0/", None),
        ("Giấy phép: CC BY 4.0\nGiấy phép: CC BY-SA 4.0", None),
        ("Giấy phép: CC BY 4.0\nẢnh: CC BY-SA 4.0", "CC-BY-4.0"),
        ("Giấy phép lái xe có mấy hạng?", None),
        ("Tài liệu phát hành theo giấy phép CC BY-NC 4.0", "CC-BY-NC-4.0"),
        ("This work is licensed under CC BY 4.0.", "CC-BY-4.0"),
        ("Giấy phép CC BY 4.0", "CC-BY-4.0"),
        ("License: CC BY-SA 3.0 · pictures CC BY 4.0", None),
        ("The chapter of Ann is CC BY-SA 3.0; it states its rights itself", None),
        ("(c) Tính 3 + 4", None),
        ("Câu c) ©", "all-rights-reserved"),
    ],
)
def test_a_license_counts_where_it_is_said_of_the_whole(text, license_id):
    assert guess(Clues(head=text)).license_id == license_id


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=400), name=st.text(max_size=80))
def test_any_text_is_answered_and_what_is_guessed_can_be_stored(text, name):
    found = guess(Clues(title=text, filename=name, folder=name, outline=(text, name), head=text, tail=text))
    assert found.subject is None or found.subject in SUBJECTS
    assert all(1 <= grade <= 12 for grade in found.grades)
    assert all(len(author) <= 80 and author.encode() for author in found.authors)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["lớp", "6", "Toán", "môn", ",", "và", "đến", "grade", "th", "by", "GV:", "Lan", "\n", "-", "mười", "©"]
        ),
        max_size=40,
    )
)  # fmt: skip
def test_grades_are_those_in_which_the_subject_is_taught(words):
    found = guess(Clues(head=" ".join(words), title=" ".join(words[:9])))
    if found.subject and SUBJECTS[found.subject].grades:
        assert set(found.grades) <= set(SUBJECTS[found.subject].grades)


@pytest.mark.parametrize(
    "piece", ["Môn Toán lớp 6 ", "GV: A B - ", "a\n", "lớp 6, 7 và ", "(", "   ", "by Ann Lee, "]
)
def test_a_megabyte_is_read_in_a_moment(piece):
    text = piece * (1_000_000 // len(piece))
    started = time.process_time()
    guess(Clues(title=text, filename=text, folder=text, outline=(text,) * 100, head=text, tail=text))
    assert time.process_time() - started < 1


def test_every_name_leads_to_a_subject_of_the_list():
    assert {subject for subject, _kind, _names in SUBJECT_NAMES} <= set(SUBJECTS)
    assert set(SUCCESSORS) | {one for found in SUCCESSORS.values() for one in found} <= set(SUBJECTS)
