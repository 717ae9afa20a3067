"""Which pages of two versions belong together, and which of those differ by their words or by their picture. Pure.

Pages are set side by side as lines are: one that was put in between moves the others on, it does not change them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_ALIGNED = 200
"""Of more pages than this between the first and the last difference, each is held against that of its number."""


@dataclass(frozen=True, slots=True)
class PageMark:
    """One page: its number, its words, and the digest of its picture where one was made."""

    number: int
    text: str
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class PagePair:
    """A page before and after; None where the other version has none like it."""

    before: PageMark | None
    after: PageMark | None
    words_differ: bool = False
    picture_differs: bool = False

    @property
    def is_same(self) -> bool:
        """Whether nothing of the page changed."""
        return (
            self.before is not None
            and self.after is not None
            and not self.words_differ
            and not self.picture_differs
        )


def pair_pages(before: Sequence[PageMark], after: Sequence[PageMark]) -> list[PagePair]:
    """Set the pages of two versions side by side, in reading order.

    Pictures count only where both versions have them: what is not made yet is no difference.
    """
    seen = any(page.picture for page in before) and any(page.picture for page in after)
    old, new = _keys(before, seen), _keys(after, seen)
    pairs: list[PagePair] = []
    for i1, i2, j1, j2 in _blocks(old, new):
        paired = min(i2 - i1, j2 - j1)
        pairs += (_pair(before[i1 + at], after[j1 + at], seen) for at in range(paired))
        pairs += (PagePair(page, None) for page in before[i1 + paired : i2])
        pairs += (PagePair(None, page) for page in after[j1 + paired : j2])
    return pairs


def _keys(pages: Sequence[PageMark], seen: bool) -> list[tuple[str, str | None]]:
    return [(_words(page), page.picture if seen else None) for page in pages]


def _words(page: PageMark) -> str:
    return " ".join(page.text.split())


def _pair(before: PageMark, after: PageMark, seen: bool) -> PagePair:
    has_both = seen and before.picture is not None and after.picture is not None
    return PagePair(
        before,
        after,
        words_differ=_words(before) != _words(after),
        picture_differs=has_both and before.picture != after.picture,
    )


def _blocks(
    old: Sequence[tuple[str, str | None]], new: Sequence[tuple[str, str | None]]
) -> Iterator[tuple[int, int, int, int]]:
    """Stretches that belong together; aligning is dear, so only what lies between the ends that stayed is aligned."""
    least = min(len(old), len(new))
    start = next((at for at in range(least) if old[at] != new[at]), least)
    end = next((at for at in range(least - start) if old[-1 - at] != new[-1 - at]), least - start)
    yield 0, start, 0, start
    middle, other = old[start : len(old) - end], new[start : len(new) - end]
    if max(len(middle), len(other)) > MOST_ALIGNED:
        yield start, len(old) - end, start, len(new) - end
    else:
        for _kind, i1, i2, j1, j2 in SequenceMatcher(None, middle, other, autojunk=False).get_opcodes():
            yield start + i1, start + i2, start + j1, start + j2
    yield len(old) - end, len(old), len(new) - end, len(new)
