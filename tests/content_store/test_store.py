"""What people rely on: items, versions, audiences, collections, on both databases."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from PIL import Image
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from content_store import collections, previews
from content_store.blobs import LocalBlobs
from content_store.errors import Conflict, ItemNotFound, NotPermitted, RefusedFile, StoreError
from content_store.links import LinkSigner
from content_store.models import Blob, Reading, Version
from content_store.store import ContentStore, Metadata, NewFile

ABSENT = "01a2012c-c905-7254-8f7f-f69938fdfafc"
LAN, HUNG, ALL = "user:lan", "user:hung", "public"
TEXT = "# Phân số\n\nPhân số là một phần của cái toàn thể. Tử số và mẫu số là hai số nguyên.\n"
FRACTIONS = Metadata(
    title="Phân số",
    subject="toan",
    grades=(6,),
    license_id="CC-BY-4.0",
    authors=("Cô Lan",),
    keywords=("tử số",),
)


def markdown(text: str = TEXT, name: str = "phan-so.md") -> NewFile:
    return NewFile(name, io.BytesIO(text.encode()))


def captions(language: str | None = "vi", text: str = "Xin chào các em") -> NewFile:
    vtt = f"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n{text}\n"
    return NewFile("phu-de.vtt", io.BytesIO(vtt.encode()), role="captions", language=language)


def published(store: ContentStore, title: str = "Phân số", audience: str = ALL, owner: str = LAN) -> Version:
    version = store.add(owner=owner, files=[markdown()], metadata=replace(FRACTIONS, title=title))
    return store.publish(version.item.uuid, audiences=frozenset({audience}))


def test_a_file_alone_is_enough_and_tells_its_own_title(store: ContentStore):
    version = store.add(owner=LAN, files=[markdown()])
    assert (version.title, version.language, version.type) == ("Phân số", "vi", "page")
    assert (version.number, version.item.state) == (1, "draft")
    assert version.license_id == "all-rights-reserved"
    assert "toàn thể" in version.text()
    assert "<h1" in (version.reading_html() or "")


def test_metadata_given_is_kept_in_nfc(store: ContentStore):
    decomposed = replace(FRACTIONS, title=unicodedata.normalize("NFD", "  Phân   số "))
    version = store.add(owner=LAN, files=[markdown()], metadata=decomposed)
    assert (version.title, version.subject, version.grades) == ("Phân số", "toan", [6])
    assert version.attribution("vi").startswith("“Phân số” · Tác giả: Cô Lan · Giấy phép: CC BY 4.0")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": "  "}, "bad-title"),
        ({"license_id": "WTF"}, "unknown-license"),
        ({"subject": "alchemy"}, "unknown-subject"),
        ({"type": "hologram"}, "unknown-type"),
        ({"grades": (13,)}, "unknown-grade"),
        ({"source_url": "javascript:alert(1)"}, "bad-source-url"),
    ],
)
def test_metadata_that_no_list_contains_is_refused(store: ContentStore, change: dict[str, object], code: str):
    with pytest.raises(StoreError) as caught:
        store.add(owner=LAN, files=[markdown()], metadata=replace(FRACTIONS, **change))  # type: ignore[arg-type]
    assert caught.value.code == code


def test_equal_bytes_are_stored_and_inspected_once(
    store: ContentStore, store_session: Session, monkeypatch: pytest.MonkeyPatch
):
    first = store.add(owner=LAN, files=[markdown()])
    monkeypatch.setattr(previews.formats, "inspect", None)
    second = store.add(owner=HUNG, files=[markdown(name="khác.md")])
    assert second.title == first.title
    assert second.main and first.main
    assert second.main.reading_id == first.main.reading_id
    assert len(store_session.scalars(select(Reading)).all()) == 1


def test_an_empty_file_is_refused_and_leaves_no_half_made_item(store: ContentStore, blobs: LocalBlobs):
    with pytest.raises(RefusedFile) as caught:
        store.add(owner=LAN, files=[NewFile("a.pdf", io.BytesIO())])
    assert caught.value.code == "empty-file"
    assert store.list_items().versions == ()
    assert list((blobs.root / "incoming").iterdir()) == list(blobs.list()) == []


def test_a_damaged_file_is_refused_and_leaves_nothing(store: ContentStore, blobs: LocalBlobs):
    with pytest.raises(RefusedFile):
        store.add(owner=LAN, files=[NewFile("a.pdf", io.BytesIO(b"%PDF-1.7\nbroken"))])
    assert list((blobs.root / "incoming").iterdir()) == list(blobs.list()) == []


def test_an_item_without_a_file_is_only_a_link(store: ContentStore):
    with pytest.raises(RefusedFile):
        store.add(owner=LAN, files=[], metadata=FRACTIONS)
    link = replace(FRACTIONS, license_id="link-only", source_url="https://nxb.example.vn/toan6")
    version = store.add(owner=LAN, files=[], metadata=link)
    assert (version.format, version.type, version.main, version.preview) == ("link", "link", None, None)
    assert store.may_use(version, {LAN}, "embed").code == "link-only"


def test_a_copy_is_handed_out_only_where_the_license_lets_it_be_kept(store: ContentStore):
    signer, everyone = LinkSigner("secret" * 6, "https://files.example.vn"), {"public"}
    free = store.add(owner=LAN, files=[markdown()], metadata=replace(FRACTIONS, license_id="CC-BY-4.0"))
    kept = store.add(
        owner=LAN, files=[markdown()], metadata=replace(FRACTIONS, license_id="all-rights-reserved")
    )
    for version in (free, kept):
        store.publish(version.item.uuid, audiences=frozenset(everyone))
    assert store.download_link(free, free.files[0].uuid, everyone, signer=signer).startswith("https://")
    assert store.download_link(kept, kept.files[0].uuid, {LAN}, signer=signer)
    with pytest.raises(NotPermitted, match="read it here") as refused:
        store.download_link(kept, kept.files[0].uuid, everyone, signer=signer)
    assert refused.value.code == "no-download"
    with pytest.raises(NotPermitted) as refused:
        store.download_link(free, free.files[0].uuid, {"org:1"}, signer=signer)
    assert refused.value.code == "not-visible"
    with pytest.raises(ItemNotFound):
        store.download_link(free, kept.files[0].uuid, everyone, signer=signer)


def test_a_new_version_leaves_the_old_one_as_it_was(store: ContentStore):
    first = store.add(owner=LAN, files=[markdown()], metadata=FRACTIONS)
    second = store.add_version(
        first.item.uuid, owner=HUNG, files=[markdown("# Phân số\n\nMới")], note="sửa lỗi"
    )
    assert (second.number, second.title, second.created_by, second.note) == (2, "Phân số", HUNG, "sửa lỗi")
    assert "Mới" in second.text()
    assert "Mới" not in store.get(first.item.uuid, 1).text()
    assert store.get_pinned(first.pin).number == 1
    assert store.get(str(first.item.uuid)).number == 2
    assert [version.number for version in store.versions(first.item.uuid)] == [2, 1]


def test_changed_metadata_is_a_new_version_of_the_same_files(store: ContentStore):
    first = store.add(owner=LAN, files=[markdown()], metadata=FRACTIONS)
    second = store.update_metadata(first.item.uuid, replace(FRACTIONS, title="Phân số 6"), owner=LAN)
    assert (second.number, second.title) == (2, "Phân số 6")
    assert second.main and first.main
    assert second.main.sha256 == first.main.sha256
    same = store.update_metadata(first.item.uuid, replace(FRACTIONS, title="Phân số 6"), owner=LAN)
    assert same.number == 2


def test_a_version_row_cannot_be_changed(store: ContentStore, store_session: Session):
    version = store.add(owner=LAN, files=[markdown()])
    version.title = "khác"
    with pytest.raises(Conflict) as caught:
        store_session.flush()
    assert caught.value.code == "version-immutable"


def test_two_people_who_edit_at_once_are_told(store: ContentStore):
    first = store.add(owner=LAN, files=[markdown()], metadata=FRACTIONS)
    store.update_metadata(first.item.uuid, replace(FRACTIONS, title="A"), owner=LAN, expected=1)
    with pytest.raises(Conflict) as caught:
        store.update_metadata(first.item.uuid, replace(FRACTIONS, title="B"), owner=HUNG, expected=1)
    assert caught.value.code == "version-conflict"


def test_captions_are_attached_and_replaced_by_language(store: ContentStore):
    item = store.add(owner=LAN, files=[markdown()]).item
    store.attach_file(item.uuid, captions("vi"), owner=LAN)
    store.attach_file(item.uuid, captions("en", "Hello"), owner=LAN)
    newest = store.attach_file(item.uuid, captions("vi", "Chào lại"), owner=LAN)
    assert newest.number == 4
    assert sorted(file.language or "" for file in newest.captions) == ["en", "vi"]
    assert "Chào lại" in newest.text()
    assert newest.main and newest.main.role == "main"
    assert store.get(item.uuid, 2).captions[0].format == "captions"


def test_readers_see_the_published_version_until_the_next_is_published(store: ContentStore):
    item = published(store).item
    store.update_metadata(item.uuid, replace(FRACTIONS, title="Bản mới"), owner=LAN)
    assert store.get_shown(item.uuid).title == "Phân số"
    assert store.get_many([item.uuid])[item.uuid].number == 1
    store.publish(item.uuid)
    assert store.get_shown(item.uuid).title == "Bản mới"
    assert item.audiences == {ALL}


def test_a_list_shows_what_is_shared_and_ones_own_and_nothing_else(store: ContentStore):
    shared = published(store, "Chung", "org:a")
    store.add(owner=LAN, files=[markdown()])
    for reader, titles in (("org:a", {"Chung"}), (LAN, {"Chung", "Phân số"}), ("org:b", set())):
        page = store.list_items(audiences={reader})
        assert {version.title for version in page.versions} == titles
    store.retire(shared.item.uuid)
    assert store.list_items(audiences={"org:a"}).versions == ()
    assert [v.title for v in store.list_items(owner=LAN, state="retired").versions] == ["Chung"]
    store.restore(shared.item.uuid)
    assert len(store.list_items(audiences={"org:a"}).versions) == 1


def test_pages_of_a_list_hold_every_item_once(store: ContentStore):
    for number in range(7):
        published(store, f"Bài {number}")
    seen, after = [], None
    while True:
        page = store.list_items(audiences={ALL}, after=after, size=3)
        seen += [version.title for version in page.versions]
        after = page.next
        if after is None:
            break
    assert seen == [f"Bài {number}" for number in reversed(range(7))]
    with pytest.raises(StoreError, match="first page"):
        store.list_items(after="nonsense")


def test_a_list_costs_the_same_however_long_it_is(
    store: ContentStore, store_session: Session, queries: Callable[[], int]
):
    for number in range(4):
        published(store, f"Bài {number}")
    store_session.expunge_all()
    before = queries()
    page = store.list_items(audiences={ALL})
    _ = [(v.format, v.preview, v.item.audiences, v.attribution("vi"), v.pages) for v in page.versions]
    assert queries() - before <= 3


def test_several_pins_are_read_at_once(store: ContentStore):
    first, other = published(store, "A"), published(store, "B")
    missing = f"{uuid4()}@1"
    found = store.get_pinned_many([first.pin, other.pin, missing])
    assert {pin: version.title for pin, version in found.items()} == {first.pin: "A", other.pin: "B"}


@pytest.mark.parametrize(
    "pin",
    ["", "x@1", ABSENT, f"{ABSENT}@", f"{ABSENT}@-1", f"{ABSENT}@1", f"{ABSENT}@9999999999999"],
)
def test_a_made_up_pin_finds_nothing(store: ContentStore, pin: str):
    with pytest.raises(ItemNotFound):
        store.get_pinned(pin)


def test_a_link_opens_exactly_the_file(store: ContentStore):
    version = store.add(owner=LAN, files=[markdown()])
    signer = LinkSigner("secret", "https://files.example.org")
    assert version.main
    token, name = store.file_link(version.main, signer=signer, disposition="attachment").rsplit("/", 2)[1:]
    grant = signer.read(token, name)
    assert (grant.sha256, grant.disposition, name) == (version.main.sha256, "attachment", "phan-so.md")
    assert store.get_file(version.main.uuid).version.number == 1


def test_an_image_has_a_preview_that_is_stored_and_recorded(store: ContentStore, store_session: Session):
    picture = io.BytesIO()
    Image.new("RGB", (900, 600), "teal").save(picture, "PNG")
    picture.seek(0)
    version = store.add(owner=LAN, files=[NewFile("anh.png", picture)])
    assert version.preview
    assert version.preview.media_type == "image/webp"
    with store.open(version.preview) as stream:
        assert stream.read(4) == b"RIFF"
    assert store_session.get(Blob, version.preview.sha256)


def test_a_collection_keeps_its_order_and_hides_what_is_not_shared(store: ContentStore):
    session = store.session
    collection = collections.create_collection(session, owner=LAN, title="Ôn tập")

    def titles(audiences: set[str] | None = None) -> list[str]:
        return [v.title for v in collections.list_collected(session, collection, audiences=audiences)]

    def first() -> UUID:
        return collections.list_collected(session, collection)[0].item.uuid

    for title, audience in (("B", ALL), ("A", ALL), ("Riêng", "org:a")):
        collections.add_to_collection(session, collection, published(store, title, audience).item.uuid)
    collections.add_to_collection(session, collection, first())
    assert titles() == ["B", "A", "Riêng"]
    assert titles({ALL}) == ["B", "A"]
    collections.remove_from_collection(session, collection, first())
    assert titles({ALL}) == ["A"]


def test_too_many_files_are_refused(store: ContentStore):
    with pytest.raises(RefusedFile) as caught:
        store.add(owner=LAN, files=[markdown()] * 51)
    assert caught.value.code == "too-many-files"


def test_preparing_writes_no_row(store: ContentStore, store_session: Session):
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(store_session.get_bind(), "before_cursor_execute", note)
    prepared = store.prepare([markdown()])
    event.remove(store_session.get_bind(), "before_cursor_execute", note)
    assert statements
    assert not [each for each in statements if each.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert store.guess(prepared[0]).title == "Phân số"
    assert store.add(owner=LAN, files=prepared).title == "Phân số"
