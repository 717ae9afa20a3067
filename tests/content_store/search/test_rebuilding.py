"""An index that is built anew while people search: they find the old one to the end, and nothing written is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from content_store.search import Document, Query, Results, SearchIndex
from tests.content_store.search.corpus import EVERYONE, SCHOOL, document


def search(index: SearchIndex, text: str) -> Results:
    return index.search(Query(text, EVERYONE, facets=("type",)))


def answers(index: SearchIndex) -> tuple[object, ...]:
    """What people see of an index."""
    found = search(index, "xác suất")
    begun = index.suggest(Query("xác", EVERYONE))
    like = index.similar(("item", "xac-suat"), Query("", EVERYONE, size=3))
    return found, begun, like, index.count()


def test_search_answers_from_the_old_index_until_the_new_one_is_whole(
    index: SearchIndex, open_named: Callable[[str], SearchIndex]
) -> None:
    index.rebuild(SCHOOL)
    other = open_named("items")
    before = answers(index)
    assert before[1]
    during: list[tuple[object, ...]] = []

    def looked_at_meanwhile() -> Iterator[Document]:
        for number in range(40):
            yield document(f"new-{number}", "Xác suất mới")
            if number % 13 == 0:
                during.extend((answers(other), answers(index)))
        during.append(answers(open_named("items")))  # and by a process that has just begun

    index.rebuild(looked_at_meanwhile())
    assert during == [before] * 9
    assert search(other, "xác suất mới").total == search(index, "xác suất mới").total == other.count() == 40


def test_what_is_written_and_removed_during_a_rebuild_holds_afterwards(
    index: SearchIndex, open_named: Callable[[str], SearchIndex]
) -> None:
    index.rebuild([document("old", "Bài cũ"), document("gone", "Bài bỏ đi")])
    other = open_named("items")
    writers = [
        threading.Thread(target=other.put, args=([document("late", "Bài đến muộn")],)),
        threading.Thread(target=other.remove, args=([("item", "gone")],)),
    ]

    def read_before_the_changes() -> Iterator[Document]:
        yield document("old", "Bài cũ")
        for writer in writers:
            writer.start()
        yield document("gone", "Bài bỏ đi")

    index.rebuild(read_before_the_changes())
    for writer in writers:
        writer.join()
    found = {hit.uuid for hit in search(index, "bài").hits}
    assert found == {"old", "late"}
    assert index.count() == 2
