"""Reported problems: anybody with a token files one, the librarians of its place read, take and answer them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import jsonify, request
from werkzeug.wrappers import Response

from content_store import catalogue
from lms.core.actor import Actor
from lms.core.conditions import make_tag, need_match, with_tag
from lms.core.db import db
from lms.core.errors import Invalid, NotAllowed
from lms.core.i18n import _
from lms.core.idempotency import repeatable, write_once
from lms.core.openapi import NUMBER, TEXT, UUID_TEXT, describe, in_path, in_query, list_of, optional, thing
from lms.core.rates import limit_rate
from lms.core.web import actor
from lms.library.api.blueprint import (
    IF_MATCH,
    IF_NONE_MATCH,
    ITEM_PATH,
    MOMENT,
    OWN_READER,
    PAGE_REFUSALS,
    READ,
    READ_REFUSALS,
    REPEATABLE,
    WRITE,
    WRITE_REFUSALS,
    WRITER,
    bp,
)
from lms.library.api.bodies import VERSION, read_object, read_text, read_version, taken, text_up_to
from lms.library.api.lists import AFTER, PAGE_SIZE, read_after, read_size
from lms.library.api.showing import full
from lms.library.door import saying_refusals
from lms.library.reports import queries as report_queries
from lms.library.reports import services as reports
from lms.library.reports.models import ItemCase, ItemReport
from lms.library.reports.queries import CaseRow, Told
from lms.library.reports.views import REPORT_RATE
from lms.people.bearer import needs_token


@bp.post("/api/v1/library/items/<uuid:item_uuid>/reports")
@needs_token(WRITE)
@repeatable
def file_report(item_uuid: UUID) -> Response:
    """Report a problem of an item; its librarians look into it."""
    who, body = actor(), read_object("kind", "words", "version")
    limit_rate("library_report", REPORT_RATE, who.user_id)
    kind, words = read_text(body, "kind", longest=12), read_text(body, "words", longest=reports.LONGEST_WORDS)
    number = read_version(body)
    return write_once(
        lambda: reports.report_problem(who, item_uuid, kind=kind, words=words, number=number), _told_new
    )


def _told_new(made: ItemReport) -> Response:
    answer = jsonify(uuid=str(made.uuid), kind=made.kind, words=made.words, version=made.number)
    answer.status_code = 201
    return answer


@bp.get("/api/v1/library/reports")
@needs_token(READ)
def cases() -> Response:
    """List the reported items of the librarian's places."""
    who, queue = _need_keeper(), request.args.get("queue", "open")
    if queue not in report_queries.QUEUES:
        raise Invalid({"queue": _("Choose one of the list.")})
    page = report_queries.list_cases(who, queue=queue, after=read_after(), size=read_size())
    return jsonify(cases=[_line(row) for row in page.rows], next=page.next)


@bp.get("/api/v1/library/reports/<uuid:case_uuid>")
@needs_token(READ)
def case(case_uuid: UUID) -> Response:
    """Describe a case with all that was reported."""
    return _told(report_queries.get_case(_need_keeper(), case_uuid))


@bp.post("/api/v1/library/reports/<uuid:case_uuid>/take")
@needs_token(WRITE)
@repeatable
def take_case(case_uuid: UUID) -> Response:
    """Take a case upon oneself."""
    return _deed(case_uuid, lambda who: reports.take_case(who, case_uuid))


@bp.post("/api/v1/library/reports/<uuid:case_uuid>/release")
@needs_token(WRITE)
@repeatable
def release_case(case_uuid: UUID) -> Response:
    """Give a case back to all librarians."""
    return _deed(case_uuid, lambda who: reports.release_case(who, case_uuid))


@bp.post("/api/v1/library/reports/<uuid:case_uuid>/tell-author")
@needs_token(WRITE)
@repeatable
def tell_author(case_uuid: UUID) -> Response:
    """Tell the author of a reported item what to mend."""
    note = read_text(read_object("note"), "note", longest=reports.LONGEST_WORDS)
    limit_rate("library_ask_author", "30/hour", actor().user_id)
    return _deed(case_uuid, lambda who: reports.ask_author(who, case_uuid, note=note))


@bp.post("/api/v1/library/reports/<uuid:case_uuid>/close")
@needs_token(WRITE)
@repeatable
def close_case(case_uuid: UUID) -> Response:
    """Settle or reject a case with an answer that every reporter reads."""
    body = read_object("verdict", "answer")
    verdict = read_text(body, "verdict", longest=12)
    answer = read_text(body, "answer", longest=reports.LONGEST_WORDS)
    return _deed(
        case_uuid,
        lambda who: reports.close_case(who, case_uuid, verdict, answer=answer),
        needs_tag=True,
    )


def _need_keeper() -> Actor:
    who = actor()
    if not report_queries.can_triage(who):
        raise NotAllowed()
    return who


def _deed(case_uuid: UUID, do: Callable[[Actor], ItemCase], *, needs_tag: bool = False) -> Response:
    """Do something about a case as the program read it: nothing that was reported meanwhile is answered unread."""
    who = _need_keeper()

    def deed() -> ItemCase:
        found = report_queries.get_case(who, case_uuid)
        if needs_tag or "If-Match" in request.headers:
            with saying_refusals():
                catalogue.get_item(db.session(), found.item_uuid, lock=True)
            db.session.refresh(found)
            need_match(_tag(found, report_queries.list_reports(found)))
        return do(who)

    return write_once(deed, _told)


def _tag(row: ItemCase, told: list[Told]) -> str:
    return make_tag(row.uuid, row.state, row.taken_by, row.noted_at, len(told))


def _told(row: ItemCase) -> Response:
    told = report_queries.list_reports(row)
    said = [
        {
            "uuid": str(one.report.uuid),
            "kind": one.report.kind,
            "words": one.report.words,
            "version": one.report.number,
            "by": one.name,
            "created_at": one.report.created_at.isoformat(),
        }
        for one in told
    ]
    line = _line(report_queries.get_row(row))
    answer = jsonify({**line, "note": row.note, "answer": row.answer, "reports": said})
    return with_tag(answer, _tag(row, told))


def _line(row: CaseRow) -> dict[str, object]:
    found, version = row.case, row.version
    return {
        "uuid": str(found.uuid),
        "state": found.state,
        "item": {"uuid": str(found.item_uuid), "version": version.number, "title": version.title},
        "place": row.place,
        "count": row.count,
        "kinds": list(row.kinds),
        "taken_by": row.taken_by,
        "created_at": found.created_at.isoformat(),
        "closed_at": found.closed_at.isoformat() if found.closed_at else None,
        "url": full("library.report_case", case_uuid=found.uuid),
    }


_KIND = {"enum": list(reports.KINDS)}
_WORDS = text_up_to(reports.LONGEST_WORDS)
_LINE = {
    "uuid": UUID_TEXT,
    "state": {"enum": ["open", "taken", "settled", "rejected", "recalled"]},
    "item": thing(uuid=UUID_TEXT, version=NUMBER, title=TEXT),
    "place": TEXT,
    "count": NUMBER,
    "kinds": list_of(_KIND),
    "taken_by": TEXT,
    "created_at": MOMENT,
    "closed_at": optional(MOMENT),
    "url": TEXT,
}
_REPORT = {"uuid": UUID_TEXT, "kind": _KIND, "words": TEXT, "version": NUMBER}
_BY = {
    "type": "string",
    "description": "The name of a colleague; nothing for pupils, guardians and citizens.",
}
_CASE = thing(**_LINE, note=TEXT, answer=TEXT, reports=list_of(thing(**_REPORT, by=_BY, created_at=MOMENT)))
_CASE_PATH = in_path("case_uuid", UUID_TEXT, "The case: all reports of an item while it is looked into.")
describe(
    "/library/items/{item_uuid}/reports",
    method="post",
    key="report_item",
    summary="Report a problem of an item. `content`, `harmful` and `other` ask for words.",
    parameters=(ITEM_PATH, REPEATABLE),
    body=taken(("kind",), kind=_KIND, words=_WORDS, version=VERSION),
    answer=thing(**_REPORT),
    status=201,
    refusals=WRITE_REFUSALS,
    security=WRITER,
)
describe(
    "/library/reports",
    key="list_cases",
    summary="List the reported items of a librarian's places, the oldest first.",
    parameters=(
        in_query("queue", {"type": "string", "enum": list(report_queries.QUEUES)}, "Which of them."),
        AFTER,
        PAGE_SIZE,
    ),
    answer=thing(cases=list_of(thing(**_LINE)), next=optional(TEXT)),
    refusals=PAGE_REFUSALS,
    security=OWN_READER,
)
describe(
    "/library/reports/{case_uuid}",
    key="get_case",
    summary="Describe a case with all that was reported of the item.",
    parameters=(_CASE_PATH, IF_NONE_MATCH),
    answer=_CASE,
    refusals=(*READ_REFUSALS, 304),
    security=OWN_READER,
)
for _path, _key, _summary, _body, _tagged in (
    ("take", "take_case", "Take a case upon oneself.", None, False),
    ("release", "release_case", "Give a case back to all librarians.", None, False),
    (
        "tell-author",
        "tell_author",
        "Tell the author of a reported item what to mend.",
        taken(("note",), note=text_up_to(reports.LONGEST_WORDS, least=1)),
        False,
    ),
    (
        "close",
        "close_case",
        "Settle or reject a case with an answer that every reporter reads.",
        taken(
            ("verdict", "answer"),
            verdict={"enum": list(reports.VERDICTS)},
            answer=text_up_to(reports.LONGEST_WORDS, least=1),
        ),
        True,
    ),
):
    describe(
        f"/library/reports/{{case_uuid}}/{_path}",
        method="post",
        key=_key,
        summary=_summary,
        parameters=(_CASE_PATH, {**IF_MATCH, "required": _tagged}, REPEATABLE),
        body=_body,
        answer=_CASE,
        refusals=(*WRITE_REFUSALS, 428) if _tagged else WRITE_REFUSALS,
        security=WRITER,
    )
