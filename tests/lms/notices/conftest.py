"""A topic of the tests, told to whoever is named in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from lms.core.clock import now
from lms.core.db import db, write
from lms.core.i18n import _l
from lms.notices import topics
from lms.notices.models import Notice
from lms.notices.services import News, notify_people
from lms.notices.topics import Topic, register_topic
from lms.people.models import User
from tests.cast import Cast, Person


@pytest.fixture
def topic() -> Iterator[Topic]:
    """News that is mailed at once unless chosen otherwise, and leads to the page of one's account."""
    made = register_topic(
        Topic(
            "test_news",
            _l("Notices"),
            lambda about: f"News of {about['what']}",
            endpoint="people.account",
            mail="at_once",
            people=lambda who: select(User.id).where(User.id.in_(who["ids"])),
        )
    )
    yield made
    del topics._topics["test_news"]


@pytest.fixture
def lan(cast: Cast) -> Person:
    """Cô Lan, with a mail address she has confirmed."""
    with write():
        user = db.session.get_one(User, cast.lan.user.id)
        user.email, user.email_verified_at = "lan@example.test", now()
    return cast.lan


def news(*people: Person, key: str = "1", **about: Any) -> int:
    """Write the same news to each of `people`."""
    with write():
        return notify_people(
            "test_news", [News(one.user.id, key, {"what": "rain", **about}) for one in people]
        )


def notices_of(person: Person) -> list[Notice]:
    """Return what was written to someone, shown or not."""
    return list(
        db.session.scalars(select(Notice).where(Notice.user_id == person.user.id).order_by(Notice.id))
    )
