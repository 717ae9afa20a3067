"""Results that stay: what a learner did in ended courses, a pupil's summary for a new school, who left a run."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request

from lms.core.actor import Actor
from lms.core.errors import NotFound
from lms.core.i18n import _
from lms.core.nav import place
from lms.core.web import actor
from lms.courses.queries import get_run
from lms.lessons.blueprint import bp
from lms.lessons.record_queries import list_leavers, list_run_records
from lms.orgs.queries import get_orgs
from lms.people.access import signed_in
from lms.people.manage_blueprint import KEEPERS
from lms.people.models import User
from lms.people.permissions import can_manage_people
from lms.people.queries import get_visible_user, list_grants

place("lessons.earlier", "learner", "results")
place("lessons.person_results", "staff", "manage")
place("lessons.run_leavers", "staff", "teach")


@bp.get("/learn/results/earlier")
@signed_in()
def earlier() -> str:
    """One's own results of courses that ended or that one left."""
    records = list_run_records(actor().user_id or 0, only_over=True)
    return render_template("learn/earlier.html", page_title=_("Earlier results"), records=records)


@bp.get("/manage/users/<uuid:user_uuid>/results")
@signed_in(*KEEPERS)
def person_results(user_uuid: UUID) -> str:
    """A pupil's results in all courses as a summary, those of earlier classes and schools too."""
    user = get_visible_user(actor(), user_uuid)
    if not _may_see_results(actor(), user):
        raise NotFound()
    return render_template(
        "lessons/person_results.html",
        page_title=_("Results of %(name)s", name=user.full_name),
        user=user,
        records=list_run_records(user.id),
        to_manage=actor().has_role("school_admin", "org_admin", "sysadmin"),
    )


def _may_see_results(who: Actor, user: User) -> bool:
    """Who administers the pupil's place, and the homeroom teachers of the pupil's own class."""
    orgs = [org for grant, org in list_grants(user) if grant.role == "learner"]
    if user.home_org_id is not None:
        orgs += get_orgs([user.home_org_id]).values()
    homerooms = who.org_ids("teacher")
    return any(
        can_manage_people(who, org.lineage_ids) or (org.kind == "class" and org.id in homerooms)
        for org in orgs
    )


@bp.get("/teach/runs/<uuid:run_uuid>/left")
@signed_in()
def run_leavers(run_uuid: UUID) -> str:
    """Who left a run, with what was done there: the old class keeps it."""
    run = get_run(actor(), run_uuid)
    return render_template(
        "lessons/run_leavers.html",
        page_title=_("Who left: %(run)s", run=run.title),
        run=run,
        page=list_leavers(run, request.args.get("after")),
    )
