"""Reading notices. A notice is visible to its person and to nobody else, whatever the role."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, SQLColumnExpression, and_, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute

from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.paging import Page, take_page
from lms.notices.hours import Hours
from lms.notices.models import Notice, NoticeChoice, NoticeHours
from lms.notices.topics import Topic
from lms.people.models import RoleGrant, User
from lms.people.queries import is_current

MOST_COUNTED = 100


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the filter on notices that `actor` may see: one's own that are shown on the site."""
    return and_(Notice.user_id == actor.user_id, Notice.is_shown)


def list_notices(
    actor: Actor, *, unread_only: bool = False, after: str | None = None, size: int = 25
) -> Page[Notice]:
    """Return one's own notices, the latest first."""
    statement = select(Notice).where(visible_to(actor))
    if unread_only:
        statement = statement.where(Notice.read_at.is_(None))
    return take_page(db.session(), statement, keys=[Notice.id], after=after, size=size, descending=True)


def get_notice(actor: Actor, uuid: UUID) -> Notice:
    """Return one's own notice. Raises NotFound, for those of others as well."""
    found = db.session.scalar(select(Notice).where(Notice.uuid == uuid, visible_to(actor)))
    if found is None:
        raise NotFound()
    return found


def count_unread(user_id: InstrumentedAttribute[int]) -> ScalarSelect[int]:
    """Return the subselect that counts someone's unread notices, up to a hundred; it rides along with the session."""
    unread = select(Notice.id).where(Notice.user_id == user_id, Notice.read_at.is_(None))
    some = unread.correlate(User).limit(MOST_COUNTED).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def list_choices(user_id: int) -> dict[str, NoticeChoice]:
    """Return what someone chose, by topic."""
    rows = db.session.scalars(select(NoticeChoice).where(NoticeChoice.user_id == user_id))
    return {row.topic: row for row in rows}


def find_hours(user_id: int) -> Hours:
    """Return someone's hours, the usual ones without a choice."""
    return hours_of(db.session.get(NoticeHours, user_id))


def hours_of(row: NoticeHours | None) -> Hours:
    """Return the hours of a row, the usual ones of None."""
    return Hours() if row is None else Hours(row.quiet_from, row.quiet_to, row.daily_at)


def is_pupil(user_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Return the condition that someone learns in a class: a school's child, who gets no letters unasked."""
    return exists().where(RoleGrant.user_id == user_id, RoleGrant.role == "learner", is_current())


def can_be_mailed() -> ColumnElement[bool]:
    """Return the condition that a user has a mail address known to be the user's own."""
    return and_(User.email.is_not(None), User.email_verified_at.is_not(None))


@dataclass(frozen=True, slots=True)
class Recipient:
    """How one person gets one topic."""

    user_id: int
    is_shown: bool
    mail: str
    hours: Hours


def list_recipients(
    topic: Topic,
    people: Select[int] | Collection[int],
    *,
    unless_told: str | None = None,
    after: int = 0,
    size: int,
) -> list[Recipient]:
    """Return how each of `people` gets `topic`, by id, beginning behind `after`. One query, active accounts only.

    With `unless_told`, those who have the notice of this key already are left out.
    """
    statement = (
        select(User.id, can_be_mailed(), is_pupil(User.id), NoticeChoice, NoticeHours)
        .outerjoin(NoticeChoice, and_(NoticeChoice.user_id == User.id, NoticeChoice.topic == topic.key))
        .outerjoin(NoticeHours, NoticeHours.user_id == User.id)
        .where(User.id.in_(people), User.id > after, User.status == "active")
    )
    if unless_told is not None:
        statement = statement.where(~was_told(User.id, topic.key, unless_told))
    return [
        Recipient(
            user_id,
            choice is None or choice.is_shown,
            mail_mode(topic, choice, has_address=bool(has_address), is_pupil=bool(pupil)),
            hours_of(hours),
        )
        for user_id, has_address, pupil, choice, hours in db.session.execute(
            statement.order_by(User.id).limit(size)
        )
    ]


def mail_mode(topic: Topic, choice: NoticeChoice | None, *, has_address: bool, is_pupil: bool) -> str:
    """Return how someone gets `topic` by mail: as chosen; else as the topic says, and pupils not at all."""
    if not has_address:
        return "none"
    if choice is not None and choice.mail is not None:
        return choice.mail
    return "none" if is_pupil else topic.mail


def has_due_mail() -> bool:
    """Tell whether any notice waits to be mailed now."""
    due = select(Notice.id).where(Notice.mail_at.is_not(None), Notice.mail_at <= now())
    return db.session.scalar(due.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class DueMail:
    """What waits to be mailed to one person: the first of it, and how much there is of it."""

    user_id: int
    user: User
    hours: Hours
    notices: list[Notice]
    count: int


def list_due_mail(moment: datetime, *, people: int, each: int) -> list[DueMail]:
    """Return what is due for the next few people, whoever waits longest first. Two queries."""
    due = and_(Notice.mail_at.is_not(None), Notice.mail_at <= moment)
    waiting = select(Notice.user_id).where(due).group_by(Notice.user_id).order_by(func.min(Notice.mail_at))
    ids = list(db.session.scalars(waiting.limit(people)))
    place = func.row_number().over(partition_by=Notice.user_id, order_by=Notice.id).label("place")
    count = func.count().over(partition_by=Notice.user_id).label("count")
    placed = select(Notice.id, place, count).where(due, Notice.user_id.in_(ids)).subquery()
    statement = (
        select(Notice, User, NoticeHours, placed.c.count)
        .join(placed, placed.c.id == Notice.id)
        .join(User, User.id == Notice.user_id)
        .outerjoin(NoticeHours, NoticeHours.user_id == User.id)
        .where(placed.c.place <= each)
        .order_by(Notice.user_id, Notice.id)
    )
    found: dict[int, DueMail] = {}
    for notice, user, hours, total in db.session.execute(statement):
        found.setdefault(user.id, DueMail(user.id, user, hours_of(hours), [], total)).notices.append(notice)
    return list(found.values())


def list_unwanted(user_ids: Collection[int]) -> set[tuple[int, str]]:
    """Return (user, topic) for which someone has chosen no mail."""
    rows = db.session.execute(
        select(NoticeChoice.user_id, NoticeChoice.topic).where(
            NoticeChoice.user_id.in_(user_ids), NoticeChoice.mail == "none"
        )
    )
    return {(user_id, topic) for user_id, topic in rows}


def was_told(
    user_id: SQLColumnExpression[int], topic: str, key: SQLColumnExpression[str] | str
) -> ColumnElement[bool]:
    """Return the condition that someone has the notice of this key already; for selects of rooms above."""
    return exists().where(Notice.user_id == user_id, Notice.topic == topic, Notice.key == key)


def find_operators(roles: Collection[str]) -> Select[int]:
    """Select the ids of those who hold any of `roles` today."""
    return select(RoleGrant.user_id).where(RoleGrant.role.in_(roles), is_current())
