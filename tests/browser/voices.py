"""What people of the live site said of its library: ratings, comments, a reported problem, a shelf, a short address."""

from __future__ import annotations

from uuid import UUID

from lms.core.db import db, write
from lms.library import short_links
from lms.library.reports import services as reports
from lms.library.reports.models import ItemCase
from lms.library.shelves import services as shelves
from lms.library.voices import comments, ratings
from tests.cast import Cast


def make_voices(cast: Cast, items: dict[str, str]) -> dict[str, str]:
    """Let colleagues speak of the PDF; return the case, the shelf and the item by the names that pages use."""
    item, picture = UUID(items["pdf"]), UUID(items["png"])
    lan, ha, phuc, tuan = (one.actor for one in (cast.lan, cast.ha, cast.phuc, cast.tuan))
    with write():
        ratings.rate_item(ha, item, stars=5, reason="ready", words="Lớp 6A1 học rất hào hứng.")
        ratings.rate_item(phuc, item, stars=3, reason="other", words="Nên thêm đáp án.")
        first = comments.add_comment(phuc, item, text="Trang 2 in ra hơi mờ, có bản rõ hơn không ạ?")
        comments.add_comment(lan, item, text="Mình sẽ đưa bản rõ hơn lên.", answers=first.uuid)
        rude = comments.add_comment(ha, item, text="Lời không nên đọc.")
        comments.hide_comment(tuan, item, rude.uuid, reason="Nói về người, không về học liệu.")
        reports.report_problem(
            cast.minh.actor, item, kind="content", words="Câu 3 trang 1 có hai đáp án đúng."
        )
        report = reports.report_problem(phuc, item, kind="broken")
        shelf = shelves.create_shelf(
            tuan, cast.department, title="Bắt đầu với phân số", description="Học liệu hay cho tuần đầu."
        )
        shelves.put_on_shelf(tuan, shelf.uuid, item, words="Phiếu này hợp để kiểm tra đầu giờ.")
        shelves.put_on_shelf(tuan, shelf.uuid, picture)
        shelves.open_shelf(tuan, shelf.uuid)
        short_links.make_code(lan, item)
        case = reports.take_case(tuan, db.session.get_one(ItemCase, report.case_id).uuid)
    return {"case": str(case.uuid), "shelf": str(shelf.uuid), "spoken": str(item)}
