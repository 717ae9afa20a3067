"""Pages of reported problems: the form for whoever sees one, the queue and the case for librarians."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from content_store.models import Version
from lms.core.db import write
from lms.core.errors import Invalid, NotFound
from lms.core.i18n import LazyText, _, _l
from lms.core.nav import NavItem, add_nav_item
from lms.core.rates import limit_rate
from lms.core.web import actor, see_other, toast
from lms.library import queries, recall
from lms.library.blueprint import bp
from lms.library.permissions import KEEPERS
from lms.library.reports import queries as report_queries
from lms.library.reports import services as reports
from lms.library.reports.models import ItemCase
from lms.library.review.queries import names_of
from lms.library.showing import TYPE_ICONS, card_facts
from lms.people.access import signed_in

Answer = Response | tuple[str, int]
REPORT_RATE = "10/hour"  # of one person: enough for whoever goes through a course, few for mischief
QUEUE_WORDS = {"open": _l("Waiting"), "mine": _l("Taken by me"), "closed": _l("Done")}
STATE_WORDS: dict[str, LazyText] = {
    "open": _l("waiting"),
    "taken": _l("being looked at"),
    "settled": _l("settled"),
    "rejected": _l("rejected"),
    "recalled": _l("recalled"),
}
STATE_BADGES = {"open": "warn", "taken": "info", "settled": "ok", "rejected": "", "recalled": "danger"}

add_nav_item(
    NavItem(
        "staff",
        "library-reports",
        _l("Reported problems"),
        "library.reports",
        "flag",
        23,
        frozenset(KEEPERS),
        under="library",
        pages=frozenset({"library.report_case"}),
    )
)


def _number() -> int | None:
    asked = request.values.get("version", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else None


def _errors(error: Invalid) -> dict[str, str]:
    return {name: str(words) for name, words in error.fields.items()}


@bp.get("/library/<uuid:item_uuid>/report")
@signed_in()
def report_item(item_uuid: UUID) -> str:
    """Show the form to report a problem."""
    return _report_page(queries.get_item(actor(), item_uuid, _number()), {})


def _report_page(version: Version, errors: dict[str, str]) -> str:
    return render_template(
        "library/report.html",
        page_title=_("Report a problem"),
        version=version,
        is_reported=report_queries.has_open_report(actor(), version.item.uuid),
        kinds=[(key, str(words)) for key, words in reports.KINDS.items()],
        errors=errors,
        typed=request.form,
    )


@bp.post("/library/<uuid:item_uuid>/report")
@signed_in()
def send_report(item_uuid: UUID) -> Answer:
    """Report a problem of an item."""
    limit_rate("library_report", REPORT_RATE, actor().user_id)
    form = request.form
    try:
        with write():
            reports.report_problem(
                actor(),
                item_uuid,
                kind=form.get("kind", ""),
                words=form.get("words", ""),
                number=_number(),
            )
    except Invalid as error:
        return _report_page(queries.get_item(actor(), item_uuid, _number()), _errors(error)), 422
    toast(_("Thank you. A librarian looks at it, and you are told how it ends."))
    return see_other(url_for("library.item", item_uuid=item_uuid))


@bp.get("/library/reports", endpoint="reports")
@signed_in(*KEEPERS)
def list_reports() -> str:
    """List the reported items of the librarian's places."""
    who, asked = actor(), request.args.get("queue", "open")
    queue = asked if asked in report_queries.QUEUES else "open"
    page = report_queries.list_cases(who, queue=queue, after=request.args.get("after"))
    return render_template(
        "library/reports.html",
        page_title=_("Reported problems"),
        tabs=[
            (str(words), url_for("library.reports", queue=key), key == queue)
            for key, words in QUEUE_WORDS.items()
        ],
        queue=queue,
        rows=page.rows,
        next_url=url_for("library.reports", queue=queue, after=page.next) if page.next else "",
        kind_words=reports.KINDS,
        state_words=STATE_WORDS,
        state_badges=STATE_BADGES,
        icons=TYPE_ICONS,
    )


@bp.get("/library/reports/<uuid:case_uuid>")
@signed_in(*KEEPERS)
def report_case(case_uuid: UUID) -> str:
    """Show what was reported of an item, and what can be done."""
    return _case_page(report_queries.get_case(actor(), case_uuid), {})


def _case_page(case: ItemCase, errors: dict[str, str]) -> str:
    who, version = actor(), report_queries.find_shown(case)
    if version is None:
        raise NotFound()
    names = names_of([case.taken_by, case.closed_by])
    return render_template(
        "library/report_case.html",
        page_title=_("Reported: %(title)s", title=version.title),
        case=case,
        version=version,
        facts=card_facts(version),
        icon_name=TYPE_ICONS.get(version.type, "file-text"),
        told=report_queries.list_reports(case),
        earlier=report_queries.list_earlier_cases(who, case),
        taken_by=names.get(case.taken_by or 0, ""),
        closed_by=names.get(case.closed_by or 0, ""),
        is_mine=case.taken_by == who.user_id,
        may_close=report_queries.may_close(who, version),
        may_recall=recall.may_recall(who, version) and version.recall is None,
        kind_words=reports.KINDS,
        state_words=STATE_WORDS,
        state_badges=STATE_BADGES,
        errors=errors,
        typed=request.form,
    )


def _did(case_uuid: UUID, deed: Callable[[], object], words: str) -> Answer:
    try:
        with write():
            deed()
    except Invalid as error:
        return _case_page(report_queries.get_case(actor(), case_uuid), _errors(error)), 422
    toast(words)
    return see_other(url_for("library.report_case", case_uuid=case_uuid))


@bp.post("/library/reports/<uuid:case_uuid>/take")
@signed_in(*KEEPERS)
def take_report(case_uuid: UUID) -> Answer:
    """Take a case upon oneself."""
    return _did(case_uuid, lambda: reports.take_case(actor(), case_uuid), _("You look after it now."))


@bp.post("/library/reports/<uuid:case_uuid>/release")
@signed_in(*KEEPERS)
def release_report(case_uuid: UUID) -> Answer:
    """Give a case back to all librarians."""
    return _did(
        case_uuid, lambda: reports.release_case(actor(), case_uuid), _("It waits for any librarian again.")
    )


@bp.post("/library/reports/<uuid:case_uuid>/close")
@signed_in(*KEEPERS)
def close_report(case_uuid: UUID) -> Answer:
    """Settle or reject a case with an answer."""
    verdict, answer = request.form.get("verdict", ""), request.form.get("answer", "")
    return _did(
        case_uuid,
        lambda: reports.close_case(actor(), case_uuid, verdict, answer=answer),
        _("It is done. The reporters read your answer."),
    )


@bp.post("/library/reports/<uuid:case_uuid>/author")
@signed_in(*KEEPERS)
def tell_report_author(case_uuid: UUID) -> Answer:
    """Tell the author of a reported item what to mend."""
    limit_rate("library_ask_author", "30/hour", actor().user_id)
    note = request.form.get("note", "")
    return _did(
        case_uuid, lambda: reports.ask_author(actor(), case_uuid, note=note), _("The author is told.")
    )
