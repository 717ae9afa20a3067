"""What people improved together in the small school: a remix, a suggested change, a shared lesson, learners reached."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from uuid import UUID

from content_store.models import Version
from lms.core.db import write
from lms.lessons.lesson_sharing import plan_share, share_lesson, write_lesson
from lms.library import services as library
from lms.library.remixes import services as remix
from lms.library.suggested_changes import services as suggesting
from lms.library.usage import keep_usage, list_marked, mark_items
from tests.cast import Cast

TEXT = "# Đổi đơn vị diện tích\n\n{0}\n\nMột héc-ta bằng mười nghìn mét vuông.\n"


def make_improving(cast: Cast, lesson_uuid: str) -> dict[str, str]:
    """Make one of each; return what pages are opened by."""
    first = _original(cast)
    with write():
        made = remix.remix_item(cast.phuc.actor, first.item.uuid)
        library.publish_item(cast.phuc.actor, made.item.uuid, scope="public")
        hidden = remix.remix_item(cast.ha.actor, first.item.uuid, home=cast.school)
        library.publish_item(cast.ha.actor, hidden.item.uuid, scope="school")
        again = remix.remix_item(cast.lan.actor, made.item.uuid, home=cast.school)
        library.publish_item(cast.lan.actor, again.item.uuid, scope="public")
    words = [library.NewFile("dien-tich.md", BytesIO(TEXT.format("Một mét vuông bằng 100 dm².").encode()))]
    file = library.prepare_files(cast.phuc.actor, words)[0]
    with write():
        offer = suggesting.suggest_change(
            cast.phuc.actor,
            first.item.uuid,
            note="Viết rõ một trăm là bao nhiêu, thêm lớp 5.",
            metadata=replace(_said(first), grades=(5, 6)),
            file=file,
        )
        mark_items([first.item.uuid])
        for marked in list_marked(1):
            keep_usage(
                marked,
                3,
                [(cast.school.id, 41, 30), (cast.other_school.id, 17, 3), (cast.department.id, 2, 2)],
            )
    return {
        "improved": str(first.item.uuid),
        "remix": str(again.item.uuid),
        "remix_of_phuc": str(made.item.uuid),
        "suggestion": str(offer.uuid),
        "shared_lesson": _share(cast, lesson_uuid),
    }


def _original(cast: Cast) -> Version:
    words = library.NewFile(
        "dien-tich.md", BytesIO(TEXT.format("Một mét vuông bằng một trăm đề-xi-mét.").encode())
    )
    files = library.prepare_files(cast.lan.actor, [words])
    said = library.Metadata(
        title="Đổi đơn vị diện tích",
        subject="toan",
        grades=(6,),
        license_id="CC-BY-SA-4.0",
        authors=("Nguyễn Thị Lan",),
    )
    with write():
        uuid = library.add_item(cast.lan.actor, files, home=cast.school, metadata=said).item.uuid
        return library.publish_item(cast.lan.actor, uuid, scope="public")


def _said(version: Version) -> library.Metadata:
    return library.Metadata(
        title=version.title,
        subject=version.subject,
        license_id=version.license_id,
        authors=tuple(version.authors),
    )


def _share(cast: Cast, lesson_uuid: str) -> str:
    lan = cast.lan.actor
    plan = plan_share(lan, UUID(lesson_uuid))
    assert not plan.problems, plan.problems
    file = write_lesson(lan, plan)
    with write():
        uuid = share_lesson(lan, plan, file, license_id=plan.licenses[0][0])
        library.publish_item(lan, uuid, scope="public")
    return str(uuid)
