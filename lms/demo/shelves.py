"""The demo library: real files put in by their authors, shared as their licenses allow, sorted into collections."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from uuid import UUID

from lms.core.actor import SYSTEM, Actor
from lms.core.assets import load_manifest
from lms.core.db import write
from lms.core.paths import STATIC
from lms.demo.content.courses import all_courses
from lms.demo.content.library import generate_items
from lms.demo.content.model import DemoItem, ItemBlock
from lms.demo.content.people import STAFF, everyone
from lms.demo.places import actor_of, get_place
from lms.library.queries import list_collections, list_own_items
from lms.library.services import (
    Metadata,
    NewFile,
    add_item,
    add_to_collection,
    create_collection,
    prepare_files,
    publish_item,
)

FONT = "be-vietnam-pro-400.ttf"
LIBRARIAN = "bao"
BATCH = 24
COLLECTIONS: tuple[tuple[str, str, str, str], ...] = (
    ("lan", "Phân số lớp 6", "Hình, phiếu và sổ tay cho chương Phân số, xếp theo thứ tự dạy.", "toan"),
    ("huy", "Khoa học quanh bến", "Thí nghiệm, hình và phim ngắn từ những việc thấy mỗi ngày ở bến.", "khoa-hoc-tu-nhien"),
    ("yen", "Dữ liệu để thực hành", "Những bảng số nhỏ để nhập, sắp xếp, lọc và vẽ biểu đồ.", "tin-hoc"),
    ("truc", "English at the quay", "Dialogues, sounds and pictures for a first conversation.", "ngoai-ngu-1"),
)  # fmt: skip
Made = tuple[Path, list[DemoItem]]


def used_slugs() -> frozenset[str]:
    """Return the items that some lesson shows."""
    blocks = (block for course in all_courses() for lesson in course.lessons for block in lesson.activities)
    return frozenset(block.item_slug for block in blocks if isinstance(block, ItemBlock))


def shelved() -> dict[str, str]:
    """Return slug → item uuid of everything the demo's authors have put in, drafts too."""
    found: dict[str, str] = {}
    for person in STAFF:
        found |= _shelved_by(actor_of(person.username))
    return found | _shelved_by(actor_of("lan"))


def _shelved_by(actor: Actor) -> dict[str, str]:
    found: dict[str, str] = {}
    after: str | None = None
    while True:
        page = list_own_items(actor, after=after, size=100)
        for version in page.versions:
            mains = [file.filename for file in version.files if file.role == "main"]
            found |= {Path(name).stem: str(version.item.uuid) for name in mains}
        if (after := page.next) is None:
            return found


def is_stocked() -> bool:
    """Tell whether the last collection stands, which is made after all items."""
    username, title, _description, _subject = COLLECTIONS[-1]
    return title in {collection.title for collection in list_collections(actor_of(username)).rows}


def build_library(say: Callable[[str], None], made: Made | None = None) -> None:
    """Make the files (or take those `made`), put in the missing items, then the collections."""
    with ExitStack() as stack:
        if made is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="benhoc-demo-")))
            made = folder, generate_items(folder, _font())
        folder, items = made
        known, used = shelved(), used_slugs()
        waiting = [
            (item, _scope_of(item, place, item.slug in used))
            for place, item in enumerate(items)
            if item.slug not in known
        ]
        for start in range(0, len(waiting), BATCH):
            say(f"item {start}")
            _shelve(folder, waiting[start : start + BATCH])
    _collect(items)


def _font() -> Path | None:
    name = load_manifest().get(FONT)
    return STATIC / name if name else None


def _scope_of(item: DemoItem, place: int, is_used: bool) -> str:
    """Share with everyone; what no lesson shows also stands for narrower circles."""
    if item.license_id == "sector-only":
        return "sector"
    if item.license_id == "all-rights-reserved":
        return "school"
    if is_used or place % 6:
        return "public"
    return "sector" if place % 12 else "school"


def _owner_of(item: DemoItem) -> str:
    """Return the user name of the first author who has an account; the librarian keeps the rest."""
    names = {person.name: person.username for person in everyone()}
    return next((names[author] for author in item.authors if author in names), LIBRARIAN)


def home_of(username: str) -> str:
    """Return the code of the place of somebody's first role."""
    return next(person.grants[0][1] for person in everyone() if person.username == username)


def _shelve(folder: Path, rows: Sequence[tuple[DemoItem, str]]) -> None:
    """Read the files of some items together, which is quick, then put in and share each one in its own write."""
    with ExitStack() as opened:
        files = [file for item, _scope in rows for file in _files_of(folder, item, opened)]
        prepared = iter(prepare_files(SYSTEM, files))
    for item, scope in rows:
        owner = _owner_of(item)
        actor = actor_of(owner)
        own = list(islice(prepared, 1 + len(item.extra_files)))
        with write():
            version = add_item(actor, own, home=get_place(home_of(owner)), metadata=_metadata_of(item))
            publish_item(SYSTEM, version.item.uuid, scope=scope)  # the demo's reviewers have seen it all


def _files_of(folder: Path, item: DemoItem, opened: ExitStack) -> list[NewFile]:
    main = NewFile(item.filename, opened.enter_context((folder / item.filename).open("rb")))
    return [
        main,
        *(
            NewFile(
                extra.filename,
                opened.enter_context((folder / extra.filename).open("rb")),
                role=extra.role,
                language=extra.language,
            )
            for extra in item.extra_files
        ),
    ]


def _metadata_of(item: DemoItem) -> Metadata:
    return Metadata(
        title=item.title,
        description=item.description,
        language=item.language,
        subject=item.subject,
        grades=item.grades,
        license_id=item.license_id,
        authors=item.authors,
        keywords=item.keywords,
    )


def _collect(items: Sequence[DemoItem]) -> None:
    known, used = shelved(), used_slugs()
    for username, title, description, subject in COLLECTIONS:
        actor = actor_of(username)
        if title in {collection.title for collection in list_collections(actor).rows}:
            continue
        place = get_place(home_of(username))
        with write():
            collection = create_collection(actor, title=title, description=description, home=place)
            for item in items:
                if item.subject == subject and item.slug in used:
                    add_to_collection(actor, collection.uuid, UUID(known[item.slug]))
