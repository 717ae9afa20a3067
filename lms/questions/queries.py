"""Reading banks and versions."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from lms.core.db import db
from lms.questions.models import Question, QuestionBank, QuestionVersion


def find_question(course_id: int, uuid: UUID) -> Question | None:
    """Return the question of this uuid in the bank of the course."""
    statement = select(Question).join(QuestionBank, Question.bank_id == QuestionBank.id)
    return db.session.scalar(statement.where(Question.uuid == uuid, QuestionBank.course_id == course_id))


def find_latest_version(question: Question) -> QuestionVersion | None:
    """Return the newest version of `question`."""
    return db.session.scalar(
        select(QuestionVersion)
        .where(QuestionVersion.question_id == question.id)
        .order_by(QuestionVersion.number.desc())
        .limit(1)
    )


def count_questions(course_id: int) -> int:
    """Count the questions in the bank of a course."""
    statement = select(func.count(Question.id)).join(QuestionBank, Question.bank_id == QuestionBank.id)
    return db.session.scalar(statement.where(QuestionBank.course_id == course_id)) or 0
