"""The sentences that explain licenses, in Vietnamese and English.

The store carries its own words because it runs without the application and its message catalogs.
"""

from __future__ import annotations

from types import MappingProxyType

SENTENCES = MappingProxyType(
    {
        "vi": {
            "may-use": "Xem và dùng trong bài học, lớp học.",
            "may-use-sector": "Xem và dùng trong trường học, cơ quan của ngành giáo dục.",
            "may-download": "Tải về để dùng.",
            "may-adapt": "Sửa, dịch, cắt ghép cho hợp với lớp của bạn.",
            "may-share": "Sao chép và chia sẻ cho người khác.",
            "may-sell": "Dùng cả cho mục đích thương mại.",
            "may-link": "Dẫn liên kết tới trang của nhà xuất bản.",
            "must-credit": "Ghi tên tác giả, giấy phép và nguồn.",
            "must-mark-changes": "Nói rõ bạn đã sửa những gì.",
            "must-share-alike": "Chia sẻ bản đã sửa theo đúng giấy phép này.",
            "must-open-there": "Mở và đọc tại trang của nhà xuất bản.",
            "not-download": "Không tải về hay lưu lại bản sao.",
            "not-adapt": "Không chia sẻ bản đã sửa.",
            "not-share": "Không sao chép, đăng lại ra bên ngoài.",
            "not-sell": "Không dùng để kiếm tiền.",
            "not-restrict": "Không thêm điều khoản hay khóa kĩ thuật cản người khác dùng.",
            "not-copy": "Không sao chép, quét hay chụp lại nội dung.",
            "not-embed": "Không đưa nội dung vào bài học.",
            "quote": "“{title}”",
            "by": "Tác giả: {authors}",
            "license": "Giấy phép: {name}",
            "source": "Nguồn: {url}",
        },
        "en": {
            "may-use": "View it and use it in lessons and classes.",
            "may-use-sector": "View it and use it in schools and offices of the education sector.",
            "may-download": "Download it for your own use.",
            "may-adapt": "Change it, translate it or use parts of it to suit your class.",
            "may-share": "Copy it and share it with others.",
            "may-sell": "Use it for commercial purposes too.",
            "may-link": "Link to the publisher's page.",
            "must-credit": "Name the author, the license and the source.",
            "must-mark-changes": "Say what you have changed.",
            "must-share-alike": "Share your changed version under this same license.",
            "must-open-there": "Open and read it at the publisher's page.",
            "not-download": "Do not download it or keep a copy.",
            "not-adapt": "Do not share a changed version.",
            "not-share": "Do not copy it or publish it elsewhere.",
            "not-sell": "Do not use it to make money.",
            "not-restrict": "Do not add terms or technical locks that stop others from using it.",
            "not-copy": "Do not copy, scan or photograph its content.",
            "not-embed": "Do not put its content into a lesson.",
            "quote": "“{title}”",
            "by": "Author: {authors}",
            "license": "License: {name}",
            "source": "Source: {url}",
        },
    }
)
