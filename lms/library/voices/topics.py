"""What authors and commenters are told: somebody commented, answered, or a librarian hid their words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from lms.core.events import listens_to
from lms.core.i18n import _, _l
from lms.library.voices.events import CommentWritten, WordsHidden
from lms.notices.services import tell
from lms.notices.topics import Topic, register_topic
from lms.people.models import STAFF_ROLES, User


def select_owner(owner: str) -> Select[int]:
    """Select the person behind the token of an item's owner; nobody where a place or the site owns it."""
    kind, _colon, uuid = owner.partition(":")
    if kind != "user":
        return select(User.id).where(User.id.is_(None))
    return select(User.id).where(User.uuid == UUID(uuid))


def _owner(who: Mapping[str, Any]) -> Select[int]:
    return select_owner(who["owner"]).where(User.id.not_in([who["by"], who["answered"] or 0]))


def _person(who: Mapping[str, Any]) -> Select[int]:
    return select(User.id).where(User.id == who["user_id"])


COMMENTED = register_topic(
    Topic(
        "item_commented",
        _l("Somebody comments on your material"),
        lambda about: _("Somebody commented on “%(title)s”.", title=about["title"]),
        icon="message-square",
        endpoint="library.comments",
        address=("item_uuid",),
        roles=STAFF_ROLES,
        people=_owner,
    )
)
ANSWERED = register_topic(
    Topic(
        "comment_answered",
        _l("Somebody answers your comment"),
        lambda about: _("Somebody answered your comment on “%(title)s”.", title=about["title"]),
        icon="messages-square",
        endpoint="library.comments",
        address=("item_uuid",),
        roles=STAFF_ROLES,
        people=_person,
    )
)
HIDDEN = register_topic(
    Topic(
        "words_hidden",
        _l("A librarian hid what you wrote"),
        lambda about: _(
            "A librarian hid what you wrote about “%(title)s”: %(reason)s",
            title=about["title"],
            reason=about["reason"],
        ),
        icon="shield",
        endpoint="library.item",
        address=("item_uuid",),
        roles=STAFF_ROLES,
        people=_person,
    )
)


@listens_to(CommentWritten)
def tell_of_comment(event: CommentWritten) -> None:
    """Tell whoever is answered, and the owner of the item."""
    about = {"item_uuid": event.item_uuid, "title": event.title}
    who = {"owner": event.owner, "by": event.by, "answered": event.answered}
    tell(COMMENTED.key, key=event.comment_uuid, about=about, who=who)
    if event.answered is not None and event.answered != event.by:
        tell(ANSWERED.key, key=event.comment_uuid, about=about, who={"user_id": event.answered})


@listens_to(WordsHidden)
def tell_of_hiding(event: WordsHidden) -> None:
    """Tell the writer why."""
    about = {"item_uuid": event.item_uuid, "title": event.title, "reason": event.reason}
    tell(HIDDEN.key, key=f"{event.uuid}:{event.moment}", about=about, who={"user_id": event.writer})
