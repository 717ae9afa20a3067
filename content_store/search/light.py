"""Words of spoken Vietnamese that say how something is asked, hardly what: `vì sao lá cây màu xanh` is about leaves.

They weigh a part of what their rarity would give them. Only a question typed with accents has them: `sao` alone may be
a star or a flute, `the` may be `thể`.
"""

from __future__ import annotations

from content_store.search.terms import Words
from content_store.search.text import exact

LIGHTNESS = 0.3
"""What is left of the weight of such a word."""

_WORDS = """
ai gì nào đâu sao vì tại thế như mấy nhiêu bao khi nhờ do bằng cách để cho của và hay hoặc với những các một
là bị thì mà được có không chưa cũng đã đang sẽ rồi nên về theo từ ra vào đi lên xuống tới đến lại chỉ còn hết
thành trong ngoài ở này đó kia ấy nó mình em con giùm giúp hộ xài dùng làm à ạ nhé
"""
_LIGHT = frozenset(exact(word) for word in _WORDS.split())


def light_words(words: Words) -> frozenset[str]:
    """Return the folded words of a question that weigh little in it; none where it was typed without accents."""
    if words.exact == words.folded:
        return frozenset()
    pairs = zip(words.exact, words.folded, strict=True)
    return frozenset(folded for written, folded in pairs if written in _LIGHT)
