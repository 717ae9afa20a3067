"""Pages of two versions: which belong together, and what of them changed."""

from __future__ import annotations

import time

from content_store.page_differences import PageMark, PagePair, pair_pages


def marks(*pages: str | tuple[str, str]) -> list[PageMark]:
    """Pages by their words, or by words and picture."""
    return [
        PageMark(number, page, None) if isinstance(page, str) else PageMark(number, *page)
        for number, page in enumerate(pages, start=1)
    ]


def said(pairs: list[PagePair]) -> list[tuple[int | None, int | None, str]]:
    return [
        (
            pair.before and pair.before.number,
            pair.after and pair.after.number,
            "same" if pair.is_same else "words" * pair.words_differ + "picture" * pair.picture_differs,
        )
        for pair in pairs
    ]


def test_a_page_put_in_between_moves_the_others_on_and_changes_none():
    assert said(pair_pages(marks("a", "b", "c"), marks("a", "mới", "b", "c"))) == [
        (1, 1, "same"),
        (None, 2, ""),
        (2, 3, "same"),
        (3, 4, "same"),
    ]


def test_words_and_pictures_are_told_apart():
    old = marks(("một", "p1"), ("hai", "p2"), ("ba", "p3"), ("bốn", "p4"))
    new = marks(("một  ", "p1"), ("hai", "khác"), ("ba ba", "p3x"), ("bốn", "p4"))
    assert said(pair_pages(old, new)) == [
        (1, 1, "same"),
        (2, 2, "picture"),
        (3, 3, "wordspicture"),
        (4, 4, "same"),
    ]


def test_a_picture_that_is_not_made_yet_is_no_difference():
    assert all(pair.is_same for pair in pair_pages(marks(("a", "p1"), ("b", "p2")), marks("a", "b")))


def test_a_page_taken_out_stands_alone_and_no_page_is_lost():
    pairs = pair_pages(marks("a", "b", "c", "d"), marks("a", "d"))
    assert said(pairs) == [(1, 1, "same"), (2, None, ""), (3, None, ""), (4, 2, "same")]
    assert said(pair_pages([], marks("a"))) == [(None, 1, "")] and pair_pages([], []) == []


def test_two_long_books_of_equal_pages_are_compared_in_no_time():
    old = marks(*(("", str(number % 2)) for number in range(2000)))
    new = marks(("x", "9"), *(("", str(number % 3)) for number in range(1998)), ("y", "8"))
    started = time.process_time()
    pairs = pair_pages(old, new)
    assert time.process_time() - started < 2
    assert [pair.after.number for pair in pairs if pair.after] == list(range(1, 2001))
