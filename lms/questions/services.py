"""Keeping questions in a course's bank."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from lms.core.actor import Actor
from lms.core.db import db
from lms.core.errors import NotAllowed
from lms.courses.models import Course
from lms.courses.permissions import can_edit_course
from lms.orgs.queries import get_org_by_id
from lms.questions.models import Question, QuestionBank, QuestionVersion
from lms.questions.queries import find_latest_version, find_question
from lms.questions.specs import QuestionSpec, spec_data, spec_digest


def keep_question(
    actor: Actor, course: Course, spec: QuestionSpec, *, uuid: UUID | None = None
) -> tuple[Question, QuestionVersion]:
    """Put `spec` into the bank of `course`: as a new question, or as the next version of the one named `uuid`.

    An unchanged question gets no new version, so that publishing a lesson twice leaves the bank alone.
    """
    if not can_edit_course(actor, course, get_org_by_id(course.org_id).lineage_ids):
        raise NotAllowed()
    question = find_question(course.id, uuid) if uuid else None
    if question is None:
        question = Question(bank_id=_bank_of(course).id)
        db.session.add(question)
        db.session.flush()
    latest = find_latest_version(question)
    digest = spec_digest(spec)
    if latest is not None and latest.digest == digest:
        return question, latest
    version = QuestionVersion(
        question_id=question.id,
        number=latest.number + 1 if latest else 1,
        kind=spec.kind,
        data=spec_data(spec),
        digest=digest,
    )
    db.session.add(version)
    db.session.flush()
    return question, version


def _bank_of(course: Course) -> QuestionBank:
    bank = db.session.scalar(select(QuestionBank).where(QuestionBank.course_id == course.id))
    if bank is None:
        bank = QuestionBank(course_id=course.id)
        db.session.add(bank)
        db.session.flush()
    return bank
