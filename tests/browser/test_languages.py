"""The Vietnamese catalog is whole; that the pages speak it is asked by the walk of `test_pages`."""

from __future__ import annotations

from build_support.translations import problems as catalog_problems
from build_support.translations import read_entries, read_same, read_texts


def test_the_vietnamese_catalog_is_whole() -> None:
    assert list(catalog_problems(read_texts(), list(read_entries()), read_same())) == []
