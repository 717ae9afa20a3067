"""Slow work of notices: telling many people, writing letters, forgetting what is old."""

from __future__ import annotations

from typing import Any

from lms.core.db import write
from lms.core.jobs import job
from lms.core.schedule import every
from lms.notices import services
from lms.notices.letters import mail_due_notices
from lms.notices.queries import has_due_mail
from lms.notices.topics import get_topic

MAIL_MINUTES = 5


@job("tell_notices")
def tell_notices(topic: str, notice_key: str, about: dict[str, Any], who: dict[str, Any]) -> None:
    """Write one notice for each of those whom a topic concerns, five hundred a step; repeating adds nobody twice."""
    people = get_topic(topic).people
    if people is None:
        raise LookupError(f"the topic {topic!r} does not say whom it concerns")
    after: int | None = 0
    while after is not None:
        with write():
            after = services.tell_batch(topic, notice_key, about, people(who), after)


@job("mail_notices", lane="notices")
def mail_notices() -> None:
    """Write the letters that are due, one for each person."""
    mail_due_notices()


@job("forget_notices", lane="notices")
def forget_notices() -> None:
    """Delete notices older than 120 days, a batch a step."""
    count = 1
    while count:
        with write():
            count = services.forget_old_notices()


every("mail_notices", minutes=MAIL_MINUTES, has_work=has_due_mail)
every("forget_notices", minutes=24 * 60)
