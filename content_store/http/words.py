"""The words of the pages in Vietnamese, by their English ones: the library alone has no catalogs of messages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

VIETNAMESE: Mapping[str, str] = MappingProxyType(
    {
        "Find materials": "Tìm học liệu",
        "Skip to content": "Tới nội dung",
        "Search words, topics, authors": "Tìm từ, chủ đề, tác giả",
        "Search": "Tìm",
        "Filter": "Lọc",
        "Apply filters": "Lọc kết quả",
        "Remove all filters": "Bỏ mọi bộ lọc",
        "Order": "Thứ tự",
        "Best match": "Khớp nhất",
        "Newest": "Mới nhất",
        "Title": "Tên",
        "Type": "Loại",
        "Level": "Cấp học",
        "Grade": "Lớp",
        "Subject": "Môn",
        "What I may do": "Tôi được làm gì",
        "Language": "Ngôn ngữ",
        "Playing time": "Thời lượng",
        "Review": "Thẩm định",
        "Reviewed": "Đã thẩm định",
        "Use and change": "Dùng và sửa",
        "Use as it is": "Dùng nguyên trạng",
        "Link only": "Chỉ dẫn liên kết",
        "{0} materials": "{0} học liệu",
        "Nothing was found": "Không tìm thấy gì",
        "Try fewer or other words, or remove a filter.": "Hãy thử ít từ hơn, từ khác, hoặc bỏ bớt bộ lọc.",
        "The library is empty so far": "Kho còn trống",
        "Put in the first material at the command line: {0}": "Đưa học liệu đầu tiên vào bằng dòng lệnh: {0}",
        "Did you mean:": "Có phải bạn tìm:",
        "Too many? A minus leaves out a word or a phrase: {0}": "Nhiều quá? Dấu trừ bỏ đi một từ hoặc cụm từ: {0}",
        "Shown for: {0}": "Kết quả cho: {0}",
        "Search is away at the moment. These are the latest materials.": "Hiện chưa tìm kiếm được. Đây là những học liệu mới nhất.",
        "More": "Xem thêm",
        "Results": "Kết quả",
        "License, in plain words": "Giấy phép nói gì",
        "You may": "Bạn được",
        "You must": "Bạn phải",
        "You must not": "Bạn không được",
        "Read the full text": "Đọc toàn văn",
        "Attribution line": "Dòng ghi công",
        "Files": "Tệp",
        "Open": "Mở",
        "Download": "Tải về",
        "Open at the publisher": "Mở ở nơi xuất bản",
        "Its license lets nobody take a copy from here.": "Giấy phép không cho tải bản sao ở đây.",
        "Read on there": "đọc tiếp ở đó",
        "The material": "Học liệu",
        "Its license shows it to schools only.": "Giấy phép chỉ cho xem trong ngành giáo dục.",
        "Its license does not let it be shown here.": "Giấy phép không cho xem ở đây.",
        "See it here: its license lets nobody take a copy.": "Hãy xem ngay ở đây: giấy phép không cho tải bản sao.",
        "The file holds the right answers. Only those who teach may keep a copy.": "Tệp có đáp án. Chỉ người dạy được tải về.",
        "Pages before": "Các trang trước",
        "Pages after": "Các trang sau",
        "These pages hold no text.": "Các trang này không có chữ.",
        "This kind of file cannot be shown here.": "Loại tệp này chưa xem được ở đây.",
        "Read along: {0}": "Lời thoại: {0}",
        "More like this": "Học liệu tương tự",
        "Back to the results": "Về kết quả tìm",
        "Versions": "Các phiên bản",
        "Version {0}": "Phiên bản {0}",
        "in use": "đang dùng",
        "recalled": "đã thu hồi",
        "This version was recalled. Choose a newer one, or another material.": "Phiên bản này đã bị thu hồi. Hãy chọn bản mới hơn, hoặc học liệu khác.",
        "You are looking at version {0}.": "Bạn đang xem phiên bản {0}.",
        "Go to the one in use": "Tới bản đang dùng",
        "Authors": "Tác giả",
        "Pages": "Số trang",
        "Permanent code": "Mã cố định",
        "Cite it": "Trích dẫn",
        "For programs": "Dành cho phần mềm",
        "Details": "Thông tin",
        "Back to the library": "Về kho học liệu",
        "There is nothing here": "Ở đây không có gì",
        "Check the address, or search the library.": "Hãy xem lại địa chỉ, hoặc tìm trong kho.",
        "This address is not right": "Địa chỉ này không đúng",
        "That is not how this address is used": "Địa chỉ này không dùng như vậy",
        "The answer names its methods in Allow.": "Các phương thức được nhận ghi ở Allow.",
        "This is not allowed": "Không được phép",
        "Something went wrong": "Có lỗi xảy ra",
        "Try again in a few minutes, or tell the administrator.": "Hãy thử lại sau ít phút, hoặc báo cho quản trị viên.",
        "minutes": "phút",
        "page {0}": "trang {0}",
        "slide {0}": "trang chiếu {0}",
        "chapter {0}": "chương {0}",
        "The address of this library for harvesters (OAI-PMH)": "Địa chỉ thu thập của kho này (OAI-PMH)",
        "Description of the API": "Mô tả API",
    }
)


_NUMBERED = re.compile(r"(page|slide|chapter) ([0-9]{1,6})")
_MOMENT = re.compile(r"0?([0-9]{1,3}):([0-5][0-9]):([0-5][0-9])")


def place_words(language: str, locator: str) -> str:
    """A place in a file as people say it: `trang 3`, `2:14`; '' for what nobody counts."""
    if found := _NUMBERED.fullmatch(locator):
        return say(language, f"{found[1]} {{0}}", found[2])
    if found := _MOMENT.fullmatch(locator):
        hour, minute, second = found.groups()
        return f"{int(hour)}:{minute}:{second}" if int(hour) else f"{int(minute)}:{second}"
    return ""


def say(language: str, words: str, *values: object) -> str:
    """The words in the reader's language, with values in the place of {0}, {1} ..."""
    text = VIETNAMESE[words] if language == "vi" else words
    return text.format(*values) if values else text
