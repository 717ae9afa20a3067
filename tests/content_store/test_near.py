"""Near copies are found by content, and only among what one may find."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from content_store import near
from content_store.models import Version
from content_store.store import ContentStore, Metadata, NewFile

LONG = " ".join(f"Câu {n}: hai phân số bằng nhau khi tích chéo số {n * 7 % 31} bằng nhau." for n in range(40))
OTHER = " ".join(f"Đoạn {n} kể chuyện con thuyền số {n * 5 % 17} rời bến lúc sáng sớm." for n in range(40))


def add(store: ContentStore, text: str, *, owner: str = "user:1", audience: str | None = None) -> Version:
    files = [NewFile("bai.md", io.BytesIO(text.encode()))]
    version = store.add(owner=owner, files=files, metadata=Metadata(title=text[:20]))
    if audience:
        store.publish(version.item.uuid, audiences=frozenset({audience}))
    return version


def tell(store: ContentStore) -> None:
    near.keep_told(store.session, near.read_untold(store.session, store.blobs))


def test_a_text_with_small_changes_is_found_and_another_is_not(store: ContentStore):
    first = add(store, LONG, audience="public")
    add(store, OTHER, audience="public")
    draft = add(store, LONG.replace("Câu 3:", "Câu ba:"), owner="user:2")
    tell(store)
    (found,) = near.find_alike(store.session, draft, {"public", "user:2"})
    assert found.version.item_id == first.item_id
    assert 0.8 < found.share <= 1.0 and not found.is_same_file


def test_the_very_same_file_comes_first_and_needs_no_worker(store: ContentStore):
    add(store, LONG, audience="public")
    draft = add(store, LONG, owner="user:2")
    (found,) = near.find_alike(store.session, draft, {"public"})
    assert found.is_same_file and found.share == 1.0


def test_what_one_may_not_find_is_not_told(store: ContentStore):
    add(store, LONG, audience="org:elsewhere")
    add(store, LONG + " Bản nháp.", owner="user:3")
    retired = add(store, LONG + " Đã rút.", audience="public")
    store.retire(retired.item.uuid)
    draft = add(store, LONG.replace("Câu 3:", "Câu ba:"), owner="user:2")
    tell(store)
    assert near.find_alike(store.session, draft, {"public", "user:2"}) == []
    assert len(near.find_alike(store.session, draft, {"org:elsewhere"})) == 1


def test_telling_twice_keeps_it_once(store: ContentStore):
    add(store, LONG)
    told = near.read_untold(store.session, store.blobs)
    near.keep_told(store.session, told)
    near.keep_told(store.session, told)
    assert near.read_untold(store.session, store.blobs) == []
    assert not near.has_untold(store.session)


@pytest.mark.parametrize("text", ["", "ngắn quá", "một hai ba bốn năm sáu"])
def test_a_short_text_says_nothing(text: str):
    assert near.hash_text(text) == ()


def test_a_picture_is_known_at_another_size_and_a_blank_one_is_not():
    picture = Image.effect_mandelbrot((320, 240), (-2, -1.5, 1, 1.5), 60)
    first, second = near.hash_picture(picture), near.hash_picture(picture.resize((128, 96)))
    assert first is not None and second is not None
    assert (first ^ second).bit_count() <= near.MOST_BITS
    assert near.hash_picture(Image.new("RGB", (60, 60), "white")) is None
