"""Letters with notices: one for each person, however much there is to say; and the link that ends them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import update

from lms.core.clock import now
from lms.core.config import Settings
from lms.core.db import db, write
from lms.core.errors import NotFound
from lms.core.i18n import LOCALES, _, ngettext, speaking
from lms.core.jobs import enqueue
from lms.core.mail import Letter, render_letter
from lms.notices.hours import after_quiet
from lms.notices.models import Notice
from lms.notices.queries import DueMail, list_due_mail, list_unwanted
from lms.notices.topics import say

PEOPLE_A_STEP = 50
MOST_TOLD = 20


def mail_due_notices() -> int:
    """Write the letters that are due, some people a step; return how many letters."""
    written = 0
    while True:
        moment = now()
        due = list_due_mail(moment, people=PEOPLE_A_STEP, each=MOST_TOLD)
        unwanted = list_unwanted([one.user_id for one in due])
        letters = {}
        for one in due:
            if after_quiet(one.hours, moment) <= moment and (told := _still_wanted(one, unwanted)):
                letters[one.user_id] = _write_letter(one, told)
        db.session.rollback()
        if not due:
            return written
        with write():
            written += _hand_over(due, letters, moment)


def _still_wanted(due: DueMail, unwanted: set[tuple[int, str]]) -> list[Notice]:
    """Leave out what was read on the site since, and what is not wanted by mail any more."""
    if not due.user.is_active or due.user.email is None or due.user.email_verified_at is None:
        return []
    return [
        notice
        for notice in due.notices
        if (notice.read_at is None or not notice.is_shown) and (due.user_id, notice.topic) not in unwanted
    ]


def _hand_over(due: Sequence[DueMail], letters: dict[int, Letter], moment: datetime) -> int:
    """Put letters into the post and mark their notices, in one step; what another worker took first is left out."""
    late = {one.user_id: after_quiet(one.hours, moment) for one in due}
    for until in {until for until in late.values() if until > moment}:
        _move([user_id for user_id, end in late.items() if end == until], moment, mail_at=until)
    ready = [user_id for user_id, end in late.items() if end <= moment]
    nothing = [user_id for user_id in ready if user_id not in letters]
    _move(nothing, moment, mail_at=None)
    taken = _move(
        [user_id for user_id in ready if user_id in letters], moment, mail_at=None, mailed_at=moment
    )
    for user_id in sorted(taken):
        letter = letters[user_id]
        enqueue(
            "send_mail",
            to=letter.to,
            subject=letter.subject,
            text=letter.text,
            unsubscribe=letter.unsubscribe,
        )
    return len(taken)


def _move(user_ids: Sequence[int], moment: datetime, **values: datetime | None) -> set[int]:
    """Change the due notices of `user_ids`; return whose there were."""
    if not user_ids:
        return set()
    due = update(Notice).where(Notice.user_id.in_(user_ids), Notice.mail_at <= moment).values(**values)
    moved = db.session.execute(due.returning(Notice.user_id).execution_options(synchronize_session=False))
    return set(moved.scalars())


def _write_letter(due: DueMail, notices: Sequence[Notice]) -> Letter:
    locale = due.user.locale or LOCALES[0]
    settings = _settings()
    base, site = settings.base_url, settings.site_name
    stop_url = f"{base}/notices/stop/{make_stop_token(due.user.uuid, [one.topic for one in notices])}"
    with speaking(locale):
        told = [(say(one.topic, one.about), f"{base}/notices/{one.uuid}") for one in notices]
        count = len(told)
        subject = told[0][0]
        if count > 1:
            subject = ngettext(
                "%(num)s notice from %(site)s", "%(num)s notices from %(site)s", count, site=site
            )
    more = due.count - len(due.notices)
    text = render_letter(
        "notices",
        locale,
        name=due.user.full_name,
        site=site,
        told=told,
        more=more,
        list_url=f"{base}/notices",
        choices_url=f"{base}/account/notices",
        stop_url=stop_url,
    )
    return Letter(str(due.user.email), str(subject)[:150], text, stop_url)


def make_stop_token(user_uuid: UUID, topics: Sequence[str]) -> str:
    """Return the signed part of the link in a letter that ends letters about its topics."""
    return _signer().dumps([user_uuid.hex, sorted(set(topics))])


def read_stop_token(token: str) -> tuple[UUID, list[str]]:
    """Return whose letter it was and its topics. Raises NotFound for a link we did not make."""
    try:
        user_uuid, topics = _signer().loads(token)
        return UUID(user_uuid), [str(topic) for topic in topics]
    except (BadSignature, ValueError, TypeError, AttributeError) as error:
        raise NotFound(_("This link is broken. Open it from the letter again.")) from error


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(_settings().secret_key, salt="benhoc-notices-stop")


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found
