"""News of the site itself: a background job that failed for good. Its asker and the keepers are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app
from sqlalchemy import Select, select

from lms.core.clock import today
from lms.core.events import listens_to
from lms.core.i18n import _, _l
from lms.core.jobs import JobFailed
from lms.notices.queries import find_operators
from lms.notices.services import tell
from lms.notices.topics import Topic, register_topic
from lms.people.models import STAFF_ROLES, User

# A failure to tell or to mail would tell and mail of itself.
SILENT = frozenset({"tell_notices", "mail_notices"})


def _words(about: Mapping[str, Any]) -> str:
    return _("The background job %(job)s failed. Look at its error, then try again.", job=about["job"])


def _keepers(_who: Mapping[str, Any]) -> Select[int]:
    return find_operators(current_app.extensions.get("operator_roles", ()))


JOB_FAILED = register_topic(
    Topic(
        "job_failed",
        _l("A background job failed"),
        _words,
        icon="triangle-alert",
        endpoint="jobs.jobs",
        roles=frozenset({"sysadmin"}),
        people=_keepers,
    )
)


def _asker_words(about: Mapping[str, Any]) -> str:
    return _(
        "What you asked for could not be done (%(job)s). Try again, or ask your administrator.",
        job=about["job"],
    )


def _asker(who: Mapping[str, Any]) -> Select[int]:
    return select(User.id).where(User.id == who["user_id"])


OWN_JOB_FAILED = register_topic(
    Topic(
        "own_job_failed",
        _l("Work you asked for failed"),
        _asker_words,
        icon="triangle-alert",
        mail="at_once",
        roles=STAFF_ROLES,
        people=_asker,
    )
)


@listens_to(JobFailed)
def tell_of_failure(event: JobFailed) -> None:
    """Tell the keepers once a day for each kind of job, and whoever asked each time: an outage is no flood of news."""
    if event.name in SILENT:
        return
    about = {"job": event.name}
    tell(JOB_FAILED.key, key=f"{event.name}:{today()}", about=about)
    if event.user_id is not None:
        tell(OWN_JOB_FAILED.key, key=str(event.job_id), about=about, who={"user_id": event.user_id})
