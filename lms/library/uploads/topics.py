"""What is told of an upload that the worker read while its sender was away: that it could not be taken, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, select

from lms.core.i18n import _, _l
from lms.notices.topics import Topic, register_topic
from lms.people.models import STAFF_ROLES, User


def _words(about: Mapping[str, Any]) -> str:
    return _("“%(filename)s” is not in your drafts. %(reason)s", **about)


def _sender(who: Mapping[str, Any]) -> Select[int]:
    return select(User.id).where(User.id == who["user_id"])


NOT_TAKEN = register_topic(
    Topic(
        "upload_not_taken",
        _l("A file you sent could not be taken"),
        _words,
        icon="circle-alert",
        endpoint="library.upload",
        roles=STAFF_ROLES,
        people=_sender,
    )
)
