"""The few pages of the file origin, in Vietnamese and English at once: no account is known here."""

from __future__ import annotations

_FRAME = """<!doctype html>
<html lang="vi">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 1.125rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto; padding: 0 1.25rem; color-scheme: light dark }}
h1 {{ font-size: 1.5rem; line-height: 1.3 }}
</style>
<h1>{title}</h1>
<p>{vi}</p>
<p lang="en">{en}</p>
</html>
"""

EXPIRED_PAGE = _FRAME.format(
    title="Liên kết đã hết hạn",
    vi="Vì an toàn, liên kết tới tệp chỉ dùng được trong ít phút. Hãy mở lại bài học để lấy liên kết mới.",
    en="For safety, links to files work for a few minutes only. Open the lesson again to get a new link.",
)

MISSING_PAGE = _FRAME.format(
    title="Không tìm thấy tệp",
    vi="Hiện không lấy được tệp này. Hãy thử lại sau ít phút; nếu vẫn không được, báo cho quản trị viên.",
    en="This file cannot be read at the moment. Try again in a few minutes, or tell the administrator.",
)
