"""What is kept, by place and type: equal bytes count once, and the difference is told."""

from __future__ import annotations

import io

import pytest

from content_store import accounting
from content_store.accounting import Share
from content_store.store import ContentStore, NewFile

ONE, TWO, BOTH = "# Một\n\nNước chảy.", "# Hai\n\nĐá mòn, nước chảy.", "# Chung\n\nĐất lành chim đậu."


def add(store: ContentStore, home: str | None, *texts: str) -> None:
    for text in texts:
        store.add(owner="user:lan", home=home, files=[NewFile("bai.md", io.BytesIO(text.encode()))])


def size(*texts: str) -> int:
    return sum(len(text.encode()) for text in texts)


@pytest.fixture
def filled(store: ContentStore) -> ContentStore:
    add(store, "school-1", ONE, BOTH, BOTH)
    add(store, "school-2", TWO, BOTH)
    add(store, None, TWO)
    return store


def test_each_place_counts_what_it_would_need_alone(filled: ContentStore):
    shares = accounting.list_shares_by_home(filled.session, None)
    assert {share.key: (share.items, share.files, share.size) for share in shares} == {
        "school-1": (3, 2, size(ONE, BOTH)),
        "school-2": (2, 2, size(TWO, BOTH)),
        None: (1, 1, size(TWO)),
    }
    assert [share.size for share in shares] == sorted((share.size for share in shares), reverse=True)


def test_the_whole_counts_every_file_once_and_tells_what_is_shared(filled: ContentStore):
    whole = accounting.sum_up(filled.session, None)
    assert (whole.items, whole.files, whole.size) == (6, 3, size(ONE, TWO, BOTH))
    assert (whole.shared_files, whole.shared_size) == (2, size(TWO, BOTH))
    alone = accounting.sum_up(filled.session, {"school-1"})
    assert (alone.files, alone.size, alone.shared_files) == (2, size(ONE, BOTH), 0)
    nobody = accounting.sum_up(filled.session, set())
    assert (nobody.items, nobody.size, nobody.pictures) == (0, 0, 0)


def test_the_sum_is_what_lies_on_the_storage(filled: ContentStore):
    lying = sum(filled.blobs.size(name) for name in filled.blobs.list())
    whole = accounting.sum_up(filled.session, None)
    assert whole.size + whole.pictures == lying == accounting.count_stored(filled.session)[1]


def test_types_are_counted_alike(filled: ContentStore):
    assert accounting.list_shares_by_type(filled.session, {"school-1"}) == [
        Share("page", 3, 2, size(ONE, BOTH))
    ]
