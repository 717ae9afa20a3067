"""What is underway in the small school: two versions of a PDF, drafts to confirm, uploads that wait, a collection."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from PIL import Image, ImageDraw

from lms.core.db import write
from lms.interop.webhooks.services import add_webhook
from lms.library import services as library
from lms.library.uploads import tus_drafts
from tests.cast import Cast

GUESSED = "# Phiếu bài tập Toán lớp 6: phân số\n\nTác giả: Nguyễn Thị Lan\n\nGiấy phép: CC BY 4.0\n\nRút gọn phân số.\n"


def make_underway(cast: Cast) -> dict[str, str]:
    """Make one of each; return what pages are opened by."""
    lan, phuc = cast.lan.actor, cast.phuc.actor
    books = [library.prepare_files(lan, [_book(tint)]) for tint in ("lightgray", "steelblue")]
    draft = library.prepare_files(phuc, [library.NewFile("phieu.md", BytesIO(GUESSED.encode()))])
    with write():
        book = library.add_item(lan, books[0], home=cast.school, metadata=library.Metadata(title="Bản đồ"))
        library.publish_item(lan, book.item.uuid, scope="school")
        library.add_version(lan, book.item.uuid, books[1], note="Đổi màu trang hai")
        library.publish_item(lan, book.item.uuid, scope="school")
        guessed = library.add_item(phuc, draft, home=cast.other_school)
        collection = library.create_collection(lan, title="Cho tuần tới")
        library.add_to_collection(lan, collection.uuid, book.item.uuid)
        tus_drafts.begin_upload(phuc, filename="phim.mp4", length=1 << 24, limit=1 << 30, home=None)
        hook, _secret = add_webhook(cast.tuan.actor, url="https://example.org/ben", topics=["item.published"])
    _make_waiting(cast)
    return {
        "book": str(book.item.uuid),
        "guessed": str(guessed.item.uuid),
        "collection": str(collection.uuid),
        "webhook": str(hook.uuid),
    }


def _book(tint: str) -> library.NewFile:
    """A PDF of three pages, of which the second has this color."""
    pages = [Image.new("RGB", (300, 400), color) for color in ("white", tint, "white")]
    ImageDraw.Draw(pages[0]).rectangle((40, 60, 260, 200), fill="teal")
    target = BytesIO()
    pages[0].save(target, "PDF", save_all=True, append_images=pages[1:])
    target.seek(0)
    return library.NewFile("ban-do.pdf", target)


def _make_waiting(cast: Cast) -> None:
    """An upload of thầy Phúc's that has come whole and waits for its reader, who will not look after it these days."""
    phuc, data = cast.phuc.actor, b"mot bai dai"
    with write():
        row = tus_drafts.begin_upload(
            phuc, filename="bài giảng dài.txt", length=len(data), limit=1 << 20, home=None
        )
    with tus_drafts.open_store().blobs.stage() as staged:
        staged.write(data)
        tus_drafts.append_piece(phuc, row.uuid, staged, start=0)
    with write():
        tus_drafts.get_upload(phuc, row.uuid).expires_at += timedelta(days=2)
