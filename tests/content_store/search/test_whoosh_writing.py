"""Segments written a list at a time: Whoosh's own reader finds in them what was put in."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from whoosh import index as whoosh_index

from content_store.search.whoosh_postings import read_lists, read_postings
from content_store.search.whoosh_snapshot import SCHEMA
from content_store.search.whoosh_writing import Row, RowWriter, _Lists

Wanted = dict[tuple[str, str], dict[int, float]]


def rows(count: int) -> list[Row]:
    """Documents that share one term and a few others; every one has a term of its own."""
    chosen = random.Random(7)
    made = []
    for number in range(count):
        words = {"chung": 0.5, f"riêng{number}": 1.0} | {
            f"từ{chosen.randrange(60)}": chosen.choice((0.25, 0.5, 2.0))
        }
        terms = {"folded": list(words.items()), "pairs": [("a_b", 1.0)], "key": [(f"item\x1f{number}", 1.0)]}
        made.append(Row(terms, str(number).encode(), f"hiện {number}".encode()))
    return made


def wanted(some: list[Row]) -> Wanted:
    lists: Wanted = {}
    for number, row in enumerate(some):
        for field, terms in row.terms.items():
            for term, score in terms:
                lists.setdefault((field, term), {})[number] = score
    return lists


def write(folder: Path, some: list[Row], *, spilling: bool = False) -> Any:
    index = whoosh_index.create_in(str(folder), SCHEMA)
    writer = RowWriter(index, 64)
    if spilling:
        writer.pool = _Lists(20_000)
    for row in some:
        writer.add_row(row)
    writer.commit()
    return index


def as_whoosh_reads(reader: Any) -> Wanted:
    """Every posting by Whoosh's own matcher, one by one."""
    lists: Wanted = {}
    for field, term, number, weight, _ in reader.iter_postings():
        lists.setdefault((field, term.decode()), {})[number] = weight
    return lists


@pytest.mark.parametrize("spilling", [False, True], ids=["in memory", "spilled"])
def test_whoosh_reads_every_posting_that_was_written(tmp_path: Path, spilling: bool) -> None:
    some = rows(2_500)  # more than two blocks
    reader = write(tmp_path, some, spilling=spilling).reader()
    lists = wanted(some)
    assert as_whoosh_reads(reader) == lists
    assert {
        (field, term): dict(zip(*lists_of, strict=True)) for field, term, *lists_of in read_lists(reader)
    } == lists
    for field, term in (("folded", "chung"), ("folded", "từ7"), ("folded", "riêng2400")):
        assert dict(zip(*read_postings(reader, field, term), strict=True)) == lists[field, term]
        assert reader.doc_frequency(field, term.encode()) == len(lists[field, term])
    assert reader.stored_fields(2_400)["shown"] == "hiện 2400".encode()
    reader.close()


def test_a_merge_keeps_all_but_deleted_documents(tmp_path: Path) -> None:
    some = rows(30)
    index = write(tmp_path, some[:20])
    writer = RowWriter(index, 64)
    for number in (3, 19):
        writer.delete_document(number)
    for row in some[20:]:
        writer.add_row(row)
    writer.commit(optimize=True)
    reader = index.reader()
    left = [row for number, row in enumerate(some) if number not in (3, 19)]
    # Whoosh takes the merged documents in behind those that were added.
    assert as_whoosh_reads(reader) == wanted([*left[18:], *left[:18]])
    assert reader.doc_count_all() == 28
    reader.close()


def test_a_writer_that_is_given_up_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    index = write(tmp_path, rows(5))
    before = sorted(file.name for file in tmp_path.iterdir())
    writer = RowWriter(index, 64)
    writer.add_row(rows(6)[5])
    writer.abandon()
    assert index.latest_generation() == 1
    assert index.doc_count() == 5
    reopened = RowWriter(index, 64)  # the lock is free again
    reopened.abandon()
    assert before == sorted(file.name for file in tmp_path.iterdir() if file.name in before)
