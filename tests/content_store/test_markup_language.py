"""The guess of a text's language."""

from __future__ import annotations

import pytest

from content_store.language import guess_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hôm nay chúng ta học về phân số và số thập phân.", "vi"),
        ("Đạo hàm", "vi"),
        ("Khong co gi quy hon doc lap tu do, cung nhu nguoi hoc la chinh", "vi"),
        ("The derivative of a function is the limit of the ratio.", "en"),
        ("The teacher Nguyễn Văn Đạt is the author of this book for the school", "en"),
        ("La révolution française était à l'origine d'un désir d'égalité", None),
        ("12 34 56", None),
        ("", None),
    ],
)
def test_a_language_is_named_only_when_the_words_tell(text: str, language: str | None) -> None:
    assert guess_language(text) == language
