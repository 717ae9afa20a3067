"""Pages of importing a list of people: send, look, confirm, see how far it is."""

from __future__ import annotations

import csv
import io
from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.db import write
from lms.core.errors import Invalid
from lms.core.i18n import _, current_locale
from lms.core.rates import limit_rate
from lms.core.web import actor, see_other, toast
from lms.orgs.queries import get_org_by_id
from lms.people import imports
from lms.people.access import signed_in
from lms.people.imports_plan import count_deeds
from lms.people.imports_reading import LARGEST
from lms.people.labels import ROLE_LABELS
from lms.people.manage_blueprint import ADMINS, bp
from lms.people.manage_forms import field_errors
from lms.people.manage_queries import get_reached_org, list_reached_ancestors

SHOWN_ERRORS = 200
SHOWN_ROWS = 50

EXAMPLES = {
    "vi": (
        ("Họ và tên", "Lớp", "Mã học sinh", "Vai trò", "Tên đăng nhập", "Mail"),
        ("Nguyễn Ngọc Ánh", "6A1", "HS0001", "Học sinh", "", ""),
        ("Đỗ Quốc Bảo", "6A1", "HS0002", "Học sinh", "", ""),
        ("Vũ Thị Thu", "6A1", "", "Giáo viên", "thuvt", "thu@example.vn"),
    ),
    "en": (
        ("Full name", "Class", "Pupil code", "Role", "User name", "Mail"),
        ("Nguyễn Ngọc Ánh", "6A1", "HS0001", "Pupil", "", ""),
        ("Đỗ Quốc Bảo", "6A1", "HS0002", "Pupil", "", ""),
        ("Vũ Thị Thu", "6A1", "", "Teacher", "thuvt", "thu@example.vn"),
    ),
}


@bp.route("/manage/orgs/<uuid:org_uuid>/import", methods=["GET", "POST"])
@signed_in(*ADMINS)
def new_import(org_uuid: UUID) -> str | tuple[str, int] | Response:
    """Send a list; it is read and kept, nothing is written yet."""
    org = get_reached_org(actor(), org_uuid, *ADMINS)
    error: Invalid | None = None
    if request.method == "POST":
        limit_rate("import", "60/hour", actor().user_id)
        try:
            upload = request.files.get("file")
            if upload is None or not upload.filename:
                raise Invalid({"file": _("Choose a file first.")})
            rows = imports.read_people(upload.stream.read(LARGEST + 1))
            with write():
                draft = imports.draft_import(actor(), org, rows, file_name=upload.filename)
            return see_other(url_for("manage.show_import", draft_uuid=draft.uuid))
        except Invalid as refusal:
            error = refusal
    page = render_template(
        "manage/import_form.html",
        page_title=_("Import people"),
        org=org,
        above=list_reached_ancestors(actor(), org, *ADMINS),
        drafts=imports.list_drafts(actor(), org),
        errors=field_errors(error) if error else {},
    )
    return (page, 422) if error else page


@bp.get("/manage/imports/<uuid:draft_uuid>")
@signed_in(*ADMINS)
def show_import(draft_uuid: UUID) -> str:
    """What the list would do, how far it is, or what came of it."""
    draft = imports.get_draft(actor(), draft_uuid)
    steps = imports.plan_draft(actor(), draft) if draft.state == "draft" else []
    return render_template(
        "manage/import.html",
        page_title=_("Import people"),
        draft=draft,
        org=get_org_by_id(draft.org_id),
        counts=count_deeds(steps),
        wrong=[step for step in steps if step.deed == "error"][:SHOWN_ERRORS],
        good=[step for step in steps if step.deed != "error"][:SHOWN_ROWS],
        problems=draft.problems[:SHOWN_ERRORS],
        job=imports.find_job(draft),
        role_labels=ROLE_LABELS,
    )


@bp.post("/manage/imports/<uuid:draft_uuid>/confirm")
@signed_in(*ADMINS)
def confirm_import(draft_uuid: UUID) -> Response:
    """Write what was shown, in the background."""
    with write():
        imports.confirm_import(actor(), imports.get_draft(actor(), draft_uuid))
    toast(_("The import runs. You may close this page; it goes on."))
    return see_other(url_for("manage.show_import", draft_uuid=draft_uuid))


@bp.get("/manage/imports/example.csv")
@signed_in(*ADMINS)
def import_example() -> Response:
    """An example list with headings in the reader's language, as Excel opens it."""
    text = io.StringIO()
    csv.writer(text).writerows(EXAMPLES[current_locale()])
    response = Response(text.getvalue().encode("utf-8-sig"), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=benhoc-import.csv"
    return response
