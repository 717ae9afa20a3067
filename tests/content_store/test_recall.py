"""A withdrawn version: no link to its files, not shown, not published again; and back by lifting."""

from __future__ import annotations

import io

import pytest

from content_store.differences import compare_files, compare_metadata
from content_store.errors import Conflict, NotPermitted, StoreError
from content_store.links import LinkSigner
from content_store.models import Version
from content_store.recall import find_recalls, lift_recall, recall_version
from content_store.store import ContentStore, Metadata, NewFile
from content_store.values import metadata_of

LAN, ALL = "user:lan", frozenset({"public"})
SIGNER = LinkSigner("a secret of a test", "https://files.example")


def text(words: str) -> NewFile:
    return NewFile("bai.md", io.BytesIO(words.encode()))


def item(store: ContentStore, *more: str) -> Version:
    said = Metadata(title="Phân số", license_id="CC-BY-4.0")
    version = store.add(owner=LAN, files=[text("# Một\n\nMột.")], metadata=said)
    store.publish(version.item.uuid, audiences=ALL)
    for words in more:
        version = store.add_version(version.item.uuid, owner=LAN, files=[text(words)])
        store.publish(version.item.uuid)
    return version


def recall(store: ContentStore, version: Version, number: int | None = None) -> Version:
    number = number or version.number
    return recall_version(store.session, version.item.uuid, number, by="user:tuan", reason=" Sai  số liệu. ")


def test_no_link_is_given_to_its_files_not_even_to_its_owner(store: ContentStore):
    version = item(store)
    assert store.file_link(version.files[0], signer=SIGNER)
    recalled = recall(store, version)
    assert recalled.recall is not None and recalled.recall.reason == "Sai số liệu."
    for tokens in (ALL, {LAN}):
        for action in ("view", "download", "embed"):
            assert store.may_use(recalled, tokens, action).code == "recalled"  # type: ignore[arg-type]
    assert store.may_use(recalled, {"user:khac"}, "view").code == "not-visible"
    with pytest.raises(NotPermitted):
        store.file_link(recalled.files[0], signer=SIGNER)
    with pytest.raises(NotPermitted):
        store.download_link(recalled, recalled.files[0].uuid, ALL, signer=SIGNER)


def test_the_version_before_it_is_shown_and_lifting_brings_it_back(store: ContentStore):
    version = item(store, "# Hai\n\nHai.")
    recall(store, version)
    assert version.item.published_number == 1 and version.item.state == "published"
    assert store.get_shown(version.item.uuid).number == 1
    assert set(find_recalls(store.session, [version.pin, f"{version.item.uuid}@1"])) == {version.pin}
    lifted = lift_recall(store.session, version.item.uuid, 2)
    assert lifted.recall is None and lifted.item.published_number == 2
    assert store.may_use(lifted, ALL, "view").allowed


def test_an_item_with_no_good_version_is_retired_and_comes_back(store: ContentStore):
    version = item(store)
    recall(store, version)
    assert version.item.state == "retired"
    with pytest.raises(Conflict), store.session.begin_nested():
        store.restore(version.item.uuid)
    lift_recall(store.session, version.item.uuid, 1)
    assert version.item.state == "published"


def test_an_item_that_its_owner_retired_meanwhile_stays_retired(store: ContentStore):
    version = item(store, "# Hai\n\nHai.")
    recall(store, version)
    store.retire(version.item.uuid)
    lift_recall(store.session, version.item.uuid, 2)
    assert (version.item.state, version.item.published_number) == ("retired", 2)


def test_what_was_recalled_is_not_published_again_under_a_new_number(store: ContentStore):
    version = item(store, "# Hai\n\nHai.")
    recall(store, version)
    again = store.update_metadata(
        version.item.uuid, Metadata(**{**vars_of(version), "title": "Tên khác"}), owner=LAN
    )
    with pytest.raises(Conflict), store.session.begin_nested():
        store.publish(again.item.uuid)
    mended = store.add_version(version.item.uuid, owner=LAN, files=[text("# Ba\n\nĐã sửa.")])
    assert store.publish(mended.item.uuid).number == 4


def vars_of(version: Version) -> dict[str, object]:
    said = metadata_of(version)
    return {name: getattr(said, name) for name in said.__dataclass_fields__}


def test_it_is_recalled_once_with_a_reason_and_only_if_it_was_published(store: ContentStore):
    version = item(store)
    with pytest.raises(StoreError):
        recall_version(store.session, version.item.uuid, 1, by=LAN, reason="  ")
    draft = store.add_version(version.item.uuid, owner=LAN, files=[text("# Nháp\n\nNháp.")])
    with pytest.raises(Conflict):
        recall(store, draft)
    recall(store, version, 1)
    with pytest.raises(Conflict):
        recall(store, version, 1)
    with pytest.raises(Conflict):
        lift_recall(store.session, version.item.uuid, 2)


def test_the_item_waits_for_the_index_after_both(store: ContentStore):
    version = item(store)
    store.settle_pending(store.read_pending().row_ids)
    recall(store, version)
    pending = store.read_pending()
    assert pending.row_ids
    store.settle_pending(pending.row_ids)
    lift_recall(store.session, version.item.uuid, 1)
    assert store.read_pending().row_ids


def test_metadata_and_files_of_two_versions_are_compared(store: ContentStore):
    version = item(store, "# Hai\n\nHai.")
    old = store.get(version.item.uuid, 1)
    assert [one.kind for one in compare_files(old, version)] == ["changed"]
    named = store.update_metadata(
        version.item.uuid, Metadata(**{**vars_of(version), "title": "Tên khác", "grades": (6,)}), owner=LAN
    )
    found = {one.name: (one.before, one.after) for one in compare_metadata(version, named)}
    assert found == {"title": ("Phân số", "Tên khác"), "grades": ([], [6])}
    assert compare_files(version, named) == []
