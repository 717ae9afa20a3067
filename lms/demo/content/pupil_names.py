"""Plausible Vietnamese names by a fixed pattern, and the user names made from them."""

from __future__ import annotations

from collections.abc import Container

from lms.demo.content.drawing import without_marks

FAMILY = (
    "Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý",
    "Trương", "Đinh", "Mai", "Tô", "Thạch", "Kim",
)  # fmt: skip
GIRLS = (
    "Ngọc Ánh", "Gia Hân", "Bảo Ngọc", "Khánh Linh", "Thanh Mai", "Phương Nghi", "Thảo Nguyên", "Yến Nhi",
    "Quỳnh Như", "Kim Oanh", "Mỹ Phụng", "Trúc Quỳnh", "Minh Tâm", "Anh Thư", "Bích Trâm", "Hồng Vân",
    "Tường Vy", "Hải Yến", "Diễm My", "Ái Vi", "Cẩm Tú", "Đan Thanh", "Thùy Dung", "Lan Chi", "Xuân Đào",
)  # fmt: skip
BOYS = (
    "Hoài An", "Quốc Bảo", "Minh Châu", "Thành Đạt", "Hải Đăng", "Trung Hiếu", "Gia Huy", "Đăng Khoa",
    "Tuấn Kiệt", "Hoàng Long", "Nhật Nam", "Trọng Nghĩa", "Thiện Nhân", "Tấn Phát", "Hữu Phước", "Minh Quân",
    "Thanh Sang", "Đức Tài", "Chí Thanh", "Phúc Thịnh", "Công Trí", "Anh Tuấn", "Quang Vinh", "Trường Vũ", "Bá Ước",
)  # fmt: skip


def pupil_names(count: int) -> list[str]:
    """Different full names, girls and boys in turn; the steps share no factor with the list lengths."""
    names: list[str] = []
    for place in range(count):
        given = GIRLS if place % 2 == 0 else BOYS
        turn = place // 2
        family = FAMILY[(turn * 7 + turn // 25 + place % 2 * 3) % len(FAMILY)]
        names.append(f"{family} {given[turn % len(given)]}")
    return names


def user_name(name: str, taken: Container[str]) -> str:
    """Given name, a dot, family name, and a number when someone has it already."""
    words = without_marks(name).lower().split()
    wanted = f"{words[-1]}.{words[0]}"
    number = 2
    username = wanted
    while username in taken:
        username, number = f"{wanted}{number}", number + 1
    return username
