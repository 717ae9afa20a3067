"""What can be done with notices: tell news, read it, choose how to get it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, select, update

from lms.core.actor import Actor
from lms.core.clock import new_uuid, now
from lms.core.db import db
from lms.core.errors import Invalid, NotAllowed
from lms.core.i18n import _
from lms.core.insertion import insert_each_if_new, insert_if_new
from lms.core.jobs import enqueue
from lms.notices.hours import Hours, mail_moment
from lms.notices.models import MAIL_MODES, Notice, NoticeChoice, NoticeHours
from lms.notices.queries import Recipient, get_notice, list_recipients, visible_to
from lms.notices.topics import Topic, get_topic, list_topics
from lms.people.queries import get_user

BATCH = 500
KEPT = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class News:
    """One notice to be written: for whom, about what; `key` makes telling it twice harmless."""

    user_id: int
    key: str
    about: Mapping[str, Any]


def tell(topic: str, *, key: str, about: Mapping[str, Any], who: Mapping[str, Any] | None = None) -> None:
    """Tell those whom `topic` concerns, from the worker: writes one job row now, whoever and however many they are.

    `who` is given to the topic's `people` (default: `about`). The same topic, key and person make one notice.
    """
    enqueue(
        "tell_notices",
        key=f"tell:{topic}:{key}"[:160],
        topic=topic,
        notice_key=key,
        about=dict(about),
        who=dict(about if who is None else who),
    )


def tell_batch(
    topic_key: str, key: str, about: Mapping[str, Any], people: Select[int], after: int
) -> int | None:
    """Write the notice of `key` for the next of `people` behind user id `after`; return the last id, None at the end."""
    topic = get_topic(topic_key)
    found = list_recipients(topic, people, unless_told=key, after=after, size=BATCH)
    _insert(topic, found, {one.user_id: [News(one.user_id, key, about)] for one in found})
    return found[-1].user_id if len(found) == BATCH else None


def notify_people(topic_key: str, news: Sequence[News]) -> int:
    """Write news that differs from person to person; return how many notices are new. Two statements for a batch."""
    topic = get_topic(topic_key)
    made = 0
    for start in range(0, len(news), BATCH):
        by_user: dict[int, list[News]] = {}
        for one in news[start : start + BATCH]:
            by_user.setdefault(one.user_id, []).append(one)
        made += _insert(topic, list_recipients(topic, list(by_user), size=BATCH), by_user)
    return made


def _insert(topic: Topic, people: Sequence[Recipient], news: Mapping[int, Sequence[News]]) -> int:
    moment = now()
    return insert_each_if_new(
        Notice,
        [
            _row(topic, one, each, moment)
            for one in people
            if one.is_shown or one.mail != "none"
            for each in news[one.user_id]
        ],
    )


def _row(topic: Topic, one: Recipient, news: News, moment: datetime) -> dict[str, Any]:
    return {
        "uuid": new_uuid(),
        "created_at": moment,
        "user_id": one.user_id,
        "topic": topic.key,
        "key": news.key,
        "about": dict(news.about),
        "is_shown": one.is_shown,
        "read_at": None if one.is_shown else moment,
        "mail_at": mail_moment(one.mail, one.hours, moment),
    }


def read_notice(actor: Actor, uuid: UUID) -> Notice:
    """Mark one's own notice as read; it need not be mailed any more. Raises NotFound."""
    notice = get_notice(actor, uuid)
    if notice.read_at is None:
        notice.read_at, notice.mail_at = now(), None
        db.session.flush()
    return notice


def read_all_notices(actor: Actor) -> None:
    """Mark all one's own notices as read."""
    unread = update(Notice).where(visible_to(actor), Notice.read_at.is_(None))
    db.session.execute(
        unread.values(read_at=now(), mail_at=None).execution_options(synchronize_session=False)
    )


@dataclass(frozen=True, slots=True)
class Choices:
    """How someone wants notices: for each topic (shown here, how mailed; None: not asked), and the hours."""

    topics: Mapping[str, tuple[bool, str | None]]
    hours: Hours


def save_choices(actor: Actor, choices: Choices) -> None:
    """Keep how `actor` wants notices from now on. Raises NotAllowed for a stranger, Invalid."""
    if actor.user_id is None:
        raise NotAllowed()
    known = {topic.key for topic in list_topics(actor)}
    hours = (choices.hours.quiet_from, choices.hours.quiet_to, choices.hours.daily_at)
    modes = {mode for _on, mode in choices.topics.values()}
    if not known >= set(choices.topics) or not modes <= {None, *MAIL_MODES}:
        raise Invalid(message=_("Choose one of the ways offered for each kind of notice."))
    if any(not 0 <= hour <= 23 for hour in hours):
        raise Invalid({"quiet_from": _("Choose full hours from 0 to 23.")})
    for topic, (is_shown, mode) in choices.topics.items():
        _choose(actor.user_id, topic, is_shown=is_shown, mail=mode)
    insert_if_new(
        NoticeHours, user_id=actor.user_id, quiet_from=hours[0], quiet_to=hours[1], daily_at=hours[2]
    )
    row = db.session.get_one(NoticeHours, actor.user_id)
    row.quiet_from, row.quiet_to, row.daily_at = hours
    db.session.flush()


def stop_mail(user_uuid: UUID, topics: Sequence[str]) -> None:
    """End the letters about `topics` for the reader of a letter, who proved it by its link. Raises NotFound."""
    user = get_user(user_uuid)
    for topic in topics:
        _choose(user.id, topic, mail="none")
    waiting = update(Notice).where(Notice.user_id == user.id, Notice.topic.in_(topics))
    db.session.execute(waiting.values(mail_at=None).execution_options(synchronize_session=False))


def _choose(user_id: int, topic: str, *, mail: str | None, is_shown: bool | None = None) -> None:
    """Keep one choice; None leaves what was chosen before."""
    insert_if_new(NoticeChoice, user_id=user_id, topic=topic, is_shown=True)
    row = db.session.get_one(NoticeChoice, (user_id, topic))
    row.mail = row.mail if mail is None else mail
    row.is_shown = row.is_shown if is_shown is None else is_shown
    db.session.flush()


def forget_old_notices() -> int:
    """Delete up to a batch of notices older than 120 days, read or not; return how many."""
    old = select(Notice.id).where(Notice.created_at < now() - KEPT).order_by(Notice.created_at).limit(BATCH)
    ids = list(db.session.scalars(old))
    db.session.execute(delete(Notice).where(Notice.id.in_(ids)).execution_options(synchronize_session=False))
    return len(ids)
