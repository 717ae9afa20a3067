"""Building the demo: steps that find or make, each in short writes, so that a broken-off one can be run again.

The last step leaves a mark in the audit log. A site with the mark is left alone: what visitors changed stays.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from lms.core.actor import SYSTEM
from lms.core.audit import AuditEntry, record_audit
from lms.core.db import db, write
from lms.core.errors import Conflict
from lms.core.jobs import run_due_jobs
from lms.demo.content.people import DEPARTMENT
from lms.demo.curriculum import build_curriculum
from lms.demo.learning import build_learning
from lms.demo.news import build_news
from lms.demo.places import build_people, build_places
from lms.demo.shelves import Made, build_library, is_stocked
from lms.demo.teaching import build_courses
from lms.demo.together import build_together
from lms.orgs.queries import find_org
from lms.people.models import User

MARK = ("demo", "1")


def is_complete() -> bool:
    """Tell whether the demo was built to its end here."""
    query = select(AuditEntry.id).where(AuditEntry.object_kind == MARK[0], AuditEntry.object_id == MARK[1])
    return db.session.scalar(query.limit(1)) is not None


def build_demo(say: Callable[[str], None], made: Made | None = None) -> bool:
    """Build what is missing, telling each step (and, for a patient reader, each item, lesson and learner) to `say`; False when all was there. Raises Conflict on a site in use.

    `made` gives library files made before; tests share them.
    """
    if is_complete():
        return False
    _check_empty()
    say("places")
    build_places()
    say("people")
    build_people()
    if not is_stocked():
        say("library")
        build_library(say, made)
    say("courses")
    build_courses(say)
    say("learning")
    build_learning(say)
    say("together")
    build_together(say)
    say("curriculum")
    build_curriculum()
    say("search")
    run_due_jobs()
    say("news")
    build_news()
    with write():
        record_audit(SYSTEM, "demo.built", *MARK)
    return True


def _check_empty() -> None:
    """Everyone can read the demo's password, so it never goes into a site with people of its own."""
    if find_org(DEPARTMENT) is None and db.session.scalar(select(User.id).limit(1)) is not None:
        raise Conflict("This site has people already; the demo is for an empty one. Choose another DATA_DIR.")
