"""Pages of putting many items in at once: send, look, confirm, see how far it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import render_template, url_for
from werkzeug.wrappers import Response

from content_store.uploads import ReceivedFile, Upload
from lms.core.db import db, write
from lms.core.errors import Invalid, NotAllowed
from lms.core.i18n import _, current_locale
from lms.core.rates import limit_rate
from lms.core.web import actor, csrf, see_other, settings, toast
from lms.library import queries
from lms.library.blueprint import bp
from lms.library.bulk import services as bulk_imports
from lms.library.bulk.models import LibraryImport
from lms.library.permissions import can_contribute
from lms.library.refusal_words import words_of_code
from lms.library.showing import upload_limit
from lms.library.storage.quotas import check_room
from lms.library.uploads.receiving import receive_upload
from lms.library.uploads.views import refuse_full_homes
from lms.people.access import signed_in

SHOWN_PROBLEMS, SHOWN_ROWS = 200, 50
EXAMPLES = {
    "vi": (
        (
            "Tệp",
            "Tiêu đề",
            "Mô tả",
            "Môn",
            "Lớp",
            "Loại",
            "Giấy phép",
            "Ngôn ngữ",
            "Tác giả",
            "Nguồn",
            "Từ khóa",
            "Bộ sưu tập",
        ),
        (
            "toan/phan-so.pdf",
            "Phân số bằng nhau",
            "Bài đọc có hình và ba bài tập.",
            "Toán",
            "6",
            "Tài liệu",
            "CC BY 4.0",
            "Tiếng Việt",
            "Nguyễn Thị Lan",
            "",
            "phân số; rút gọn",
            "Toán 6, học kì 1",
        ),
    ),
    "en": (
        (
            "File",
            "Title",
            "Description",
            "Subject",
            "Grades",
            "Type",
            "License",
            "Language",
            "Authors",
            "Source",
            "Keywords",
            "Collection",
        ),
        (
            "maths/fractions.pdf",
            "Equal fractions",
            "A text with pictures and three exercises.",
            "Mathematics",
            "6",
            "Document",
            "CC BY 4.0",
            "English",
            "Nguyễn Thị Lan",
            "",
            "fraction; reduce",
            "Maths 6, term 1",
        ),
    ),
}


@bp.get("/library/import")
@signed_in()
def new_import() -> str:
    """Show where a zip with its table goes in."""
    if not can_contribute(actor()):
        raise NotAllowed()
    return _form({})


@bp.post("/library/import")
@csrf.exempt  # the token is checked by `receive_upload`, before or in the streamed body
@signed_in()
def receive_import() -> Response | tuple[str, int]:
    """Read a zip and its table; nothing is written yet."""
    who = actor()
    if not can_contribute(who):
        raise NotAllowed()
    limit_rate("library_import", "60/hour", who.user_id)
    try:
        refuse_full_homes(who)
        with receive_upload() as form:
            draft_uuid = _draft_of(form)
    except Invalid as error:
        return _form({name: str(text) for name, text in error.fields.items()}), 422
    return see_other(url_for("library.show_import", import_uuid=draft_uuid))


def _draft_of(form: Upload) -> UUID:
    archive, sheet = _file(form, "archive"), _file(form, "sheet")
    zipped, table = archive.staged if archive else None, sheet.staged if sheet else None
    rows, problems, known = bulk_imports.read_files(actor(), zipped, table, form.value("addresses"))
    home = bulk_imports.find_home(actor(), form.value("home"))
    check_room(home, zipped.size if zipped else 0)
    db.session.rollback()
    kept = bulk_imports.keep_archive(zipped) if zipped else None
    with write():
        draft = bulk_imports.draft_import(
            actor(),
            rows=rows,
            problems=problems,
            known=known,
            archive=kept,
            file_name=next((file.filename for file in (archive, sheet) if file), _("List of addresses")),
            home=home,
        )
        return draft.uuid


def _file(form: Upload, name: str) -> ReceivedFile | None:
    return next((file for file in form.files if file.field == name), None)


def _form(errors: dict[str, str]) -> str:
    homes = queries.list_homes(actor())
    return render_template(
        "library/bulk_form.html",
        page_title=_("Add many at once"),
        homes=[(str(org.uuid), org.name) for org in homes],
        imports=bulk_imports.list_imports(actor()),
        max_size=upload_limit(settings().max_upload_mb),
        errors=errors,
    )


@bp.get("/library/import/<uuid:import_uuid>")
@signed_in()
def show_import(import_uuid: UUID) -> str:
    """What the import would do, how far it is, or what came of it."""
    draft = bulk_imports.get_import(actor(), import_uuid)
    faults = [one for one in draft.problems if one["number"] != bulk_imports.NO_ROW]
    return render_template(
        "library/bulk.html",
        page_title=_("Add many at once"),
        draft=draft,
        fresh=max(0, draft.row_count - draft.known_count),
        rows=_shown_rows(draft),
        problems=_worded(faults[:SHOWN_PROBLEMS]),
        faults=faults,
        wrong_rows=len({one["number"] for one in faults}),
        left_over=[one["value"] for one in draft.problems if one["number"] == bulk_imports.NO_ROW],
        job=bulk_imports.find_job(draft),
    )


def _shown_rows(draft: LibraryImport) -> list[tuple[int, str, str]]:
    return [
        (row["number"], row["said"].get("title", ""), row["file"] or row["said"].get("source", ""))
        for row in draft.rows[:SHOWN_ROWS]
    ]


def _worded(problems: Iterable[dict[str, Any]]) -> list[tuple[int, str, str]]:
    return [(one["number"], one["value"], words_of_code(one["code"])) for one in problems]


@bp.post("/library/import/<uuid:import_uuid>/confirm")
@signed_in()
def confirm_import(import_uuid: UUID) -> Response:
    """Write what was shown, in the background."""
    with write():
        bulk_imports.confirm_import(actor(), import_uuid)
    toast(_("The import runs. You may close this page; it goes on."))
    return see_other(url_for("library.show_import", import_uuid=import_uuid))


@bp.get("/library/import/example.csv")
@signed_in()
def import_example() -> Response:
    """An example table with headings in the reader's language, as Excel opens it."""
    text = io.StringIO()
    csv.writer(text).writerows(EXAMPLES[current_locale()])
    response = Response(text.getvalue().encode("utf-8-sig"), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=benhoc-hoc-lieu.csv"
    return response
