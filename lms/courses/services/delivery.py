"""Delivering a course to people: runs and every way of getting a place in one."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from lms.core.actor import SYSTEM, Actor
from lms.core.audit import record_audit
from lms.core.clock import new_uuid, now, today
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.events import announce
from lms.core.i18n import _, _l
from lms.core.insertion import insert_if_new
from lms.courses.events import LearnerEnrolled, RunCreated
from lms.courses.models import Course, Enrollment, Run, RunClass
from lms.courses.permissions import AUTHORS, can_edit_course, can_enroll_self, can_manage_run
from lms.courses.queries import count_teachers, find_active_learners, find_enrollment, find_users
from lms.orgs.models import Org
from lms.orgs.queries import get_org_by_id
from lms.people.models import User
from lms.people.queries import build_actor, list_members

CODE_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that looks like something else


class EnrollmentClosed(Conflict):
    """The run takes nobody in now."""

    code = "enrollment_closed"
    default = _l("This course is not taking people in now. Ask its teacher, or look for another one.")


@dataclass(frozen=True, slots=True)
class RunDraft:
    """What is said of a run: title, kind (class or open), first and last day."""

    title: str
    kind: str = "class"
    starts_on: date | None = None
    ends_on: date | None = None


def create_run(actor: Actor, course: Course, *, org: Org, draft: RunDraft) -> Run:
    """Open a run of `course` at `org`, taught by the actor. Raises NotAllowed, Invalid."""
    course_org = get_org_by_id(course.org_id)
    if not can_edit_course(actor, course, course_org.lineage_ids):
        raise NotAllowed()
    if org.id != course_org.id and course_org.id not in org.lineage_ids:
        raise NotAllowed()
    _check_run(draft)
    run = Run(course_id=course.id, org_id=org.id, title=draft.title.strip(), kind=draft.kind)
    run.starts_on, run.ends_on = draft.starts_on, draft.ends_on
    run.join_code = _new_code() if draft.kind == "class" else None
    db.session.add(run)
    db.session.flush()
    if actor.user_id is not None:
        _give_place(run, actor.user_id, "teacher", "teacher")
    announce(RunCreated(run.id))
    return run


def update_run(actor: Actor, run: Run, draft: RunDraft, *, state: str) -> Run:
    """Change title, dates or state (planned, open, ended)."""
    allow_manage(actor, run)
    _check_run(draft)
    if state not in {"planned", "open", "ended"}:
        raise Invalid({"state": _("Choose one of the states.")})
    run.title, run.starts_on, run.ends_on, run.state = (
        draft.title.strip(),
        draft.starts_on,
        draft.ends_on,
        state,
    )
    db.session.flush()
    return run


def _check_run(draft: RunDraft) -> None:
    if not draft.title.strip():
        raise Invalid({"title": _("Give the course run a title, such as the class it is for.")})
    if draft.starts_on and draft.ends_on and draft.ends_on < draft.starts_on:
        raise Invalid({"ends_on": _("The last day comes before the first. Change one of them.")})


def _new_code() -> str:
    return "".join(secrets.choice(CODE_SIGNS) for _sign in range(6))


def set_join_code(actor: Actor, run: Run, *, on: bool) -> str | None:
    """Give the run a new code for joining, or take it away."""
    allow_manage(actor, run)
    run.join_code = _new_code() if on else None
    db.session.flush()
    return run.join_code


def allow_manage(actor: Actor, run: Run) -> None:
    """Raise NotAllowed unless the actor manages the run."""
    course = db.session.get_one(Course, run.course_id)
    place = find_enrollment(run.id, actor.user_id, "teacher") if actor.user_id else None
    if not can_manage_run(actor, course, get_org_by_id(run.org_id).lineage_ids, place):
        raise NotAllowed()


def _give_place(run: Run, user_id: int, role: str, source: str) -> Enrollment:
    """Give a place, or wake an ended one; the same call twice changes nothing."""
    made = insert_if_new(
        Enrollment, run_id=run.id, user_id=user_id, role=role, source=source, uuid=new_uuid()
    )
    place = find_enrollment(run.id, user_id, role)
    if place is None:  # the row was just inserted or was there: its absence is a broken database
        raise RuntimeError("enrollment vanished")
    if made or place.status != "active":
        place.status, place.ended_at = "active", None
        db.session.flush()
        if role == "learner":
            announce(LearnerEnrolled(run.id, user_id))
    return place


def enroll_learner(actor: Actor, run: Run, user: User, *, source: str = "teacher") -> Enrollment:
    """Put a learner into a run."""
    allow_manage(actor, run)
    return _give_place(run, user.id, "learner", source)


def enroll_teacher(actor: Actor, run: Run, user: User) -> Enrollment:
    """Let a colleague teach the run as well. Raises Invalid for someone who teaches nowhere."""
    allow_manage(actor, run)
    if not build_actor(user).has_role(*AUTHORS):
        raise Invalid(
            {"teacher": _("This account is not a teacher's. Ask your school to give it that role.")}
        )
    record_audit(actor, "add_teacher", "run", run.uuid, org_id=run.org_id, user_id=user.id)
    return _give_place(run, user.id, "teacher", "teacher")


def enroll_class(actor: Actor, run: Run, class_org: Org) -> int:
    """Enroll a homeroom class and keep it in sync from now on; return how many learners it has today."""
    allow_manage(actor, run)
    if class_org.kind != "class" or not _is_near(get_org_by_id(run.org_id), class_org):
        raise NotFound()
    insert_if_new(RunClass, run_id=run.id, org_id=class_org.id)
    members = list_members(class_org.id, role="learner", on=today())
    for member in members:
        _give_place(run, member.id, "learner", "class")
    return len(members)


def _is_near(place: Org, class_org: Org) -> bool:
    """A class may join runs of its own school (or of a place above or below it), never of a stranger's."""
    return place.id in class_org.lineage_ids or class_org.id in place.lineage_ids


def leave_class(run_id: int, user_id: int) -> None:
    """End a place that came from a class, after the learner left that class."""
    place = find_enrollment(run_id, user_id)
    if place is not None and place.source == "class" and place.status == "active":
        place.status, place.ended_at = "ended", now()
        db.session.flush()


def join_from_class(run_id: int, user_id: int) -> None:
    """Give a place to someone who joined a class that the run follows."""
    _give_place(db.session.get_one(Run, run_id), user_id, "learner", "class")


def enroll_by_code(actor: Actor, code: str) -> Run:
    """Take a place with a code that a teacher gave out. Raises Invalid for a wrong one, EnrollmentClosed."""
    if actor.user_id is None:
        raise NotAllowed()
    cleaned = "".join(code.upper().split())
    run = db.session.scalar(select(Run).where(Run.join_code == cleaned)) if cleaned else None
    if run is None:
        raise Invalid({"code": _("No course has this code. Check it with your teacher.")})
    if run.state != "open":
        raise EnrollmentClosed()
    _give_place(run, actor.user_id, "learner", "code")
    return run


def enroll_self(actor: Actor, run: Run) -> Enrollment:
    """Take a place in an open run."""
    if actor.user_id is None:
        raise NotAllowed()
    if not can_enroll_self(run.kind, run.state):
        raise EnrollmentClosed()
    return _give_place(run, actor.user_id, "learner", "self")


def end_enrollment(actor: Actor, run: Run, place: Enrollment) -> None:
    """Take someone out of a run; what was learnt stays recorded. The actor may leave on one's own."""
    if place.run_id != run.id:
        raise NotFound()
    if place.user_id != actor.user_id or place.role == "teacher":
        allow_manage(actor, run)
    if place.role == "teacher" and count_teachers(run.id) < 2:
        raise Conflict(_("Somebody has to teach the run. Add another teacher first."))
    place.status, place.ended_at = "ended", now()
    if place.role == "teacher":
        record_audit(actor, "end_teacher", "run", run.uuid, org_id=run.org_id, user_id=place.user_id)
    db.session.flush()


def restore_enrollment(actor: Actor, run: Run, place: Enrollment) -> None:
    """Undo `end_enrollment`."""
    if place.run_id != run.id:
        raise NotFound()
    allow_manage(actor, run)
    _give_place(run, place.user_id, place.role, place.source)


@dataclass(frozen=True, slots=True)
class ImportLine:
    """What becomes of one line of an imported list: `error` is None when it is (or would be) enrolled.

    `has_place` tells that the person was inside already, so that the line changes nothing.
    """

    number: int
    login: str
    error: str | None
    has_place: bool = False


def import_enrollments(actor: Actor, run: Run, logins: Sequence[str], *, dry_run: bool) -> list[ImportLine]:
    """Enroll by user name or mail, line by line; with `dry_run` only say what would happen."""
    allow_manage(actor, run)
    keys = [login.strip().lower() for login in logins]
    users = find_users(keys)
    inside = find_active_learners(run.id, [user.id for user in users.values()])
    lines, met = [], set[int]()
    for number, (login, key) in enumerate(zip(logins, keys, strict=True), start=1):
        user = users.get(key)
        if user is None:
            lines.append(ImportLine(number, login, _("No account has this name or mail.")))
            continue
        lines.append(ImportLine(number, login, None, user.id in inside or user.id in met))
        if not dry_run and not lines[-1].has_place:
            _give_place(run, user.id, "learner", "csv")
        met.add(user.id)
    return lines


def open_course_run(course: Course, org: Org, title: str) -> Run:
    """Open a self-paced run for everyone; called by `mooc` after it checked the actor."""
    return create_run(SYSTEM, course, org=org, draft=RunDraft(title=title, kind="open"))
