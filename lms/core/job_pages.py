"""The page of background jobs, for those who keep the site running. Which roles these are, the application says."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from lms.core.db import db, write
from lms.core.errors import NotAllowed, NotFound
from lms.core.i18n import LazyText, _, _l
from lms.core.jobs import Job, find_standstill, retry_job
from lms.core.nav import place
from lms.core.paging import Page, take_page
from lms.core.web import actor, see_other, toast

bp = Blueprint("jobs", __name__)
place(bp.name, "staff", "manage")

STATES: dict[str, LazyText] = {
    "failed": _l("Failed"),
    "running": _l("Running"),
    "queued": _l("Waiting"),
    "done": _l("Done"),
}


def _check_operator() -> None:
    """Refuse everyone but the site's keepers; strangers learn nothing of the page."""
    who = actor()
    if not who.is_signed_in:
        raise NotFound()
    if not who.has_role(*current_app.extensions.get("operator_roles", ())):
        raise NotAllowed()


def count_jobs() -> dict[str, int]:
    """Return how many jobs are in each state."""
    counts = dict.fromkeys(STATES, 0)
    for state, count in db.session.execute(select(Job.state, func.count()).group_by(Job.state)):
        counts[state] = count
    return counts


def list_jobs(state: str, after: str | None = None, *, size: int = 50) -> Page[Job]:
    """Return jobs of one state, the latest first."""
    statement = select(Job).where(Job.state == state)
    return take_page(db.session(), statement, keys=[Job.id], after=after, size=size, descending=True)


@bp.get("/manage/jobs")
def jobs() -> str:
    """Jobs by state; without a choice the failed ones, if there are any."""
    _check_operator()
    counts = count_jobs()
    state = request.args.get("state", "")
    if state not in STATES:
        state = next((name for name in STATES if counts[name]), "failed")
    return render_template(
        "manage/jobs.html",
        page_title=_("Background jobs"),
        states=STATES,
        state=state,
        counts=counts,
        page=list_jobs(state, request.args.get("after")),
        still_since=find_standstill(),
    )


@bp.post("/manage/jobs/<int:job_id>/retry")
def retry(job_id: int) -> Response:
    """Queue a failed job again."""
    _check_operator()
    with write():
        retry_job(job_id)
    toast(_("The job waits for the worker again."))
    return see_other(url_for("jobs.jobs", state="queued"))
