"""What is told of suggested changes: to the keeper that one waits, to whoever made it how it was answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from content_store.lineage_models import Suggestion
from lms.core.i18n import _, _l
from lms.notices.services import tell
from lms.notices.topics import Topic, register_topic
from lms.people.models import STAFF_ROLES, User


def _made_words(about: Mapping[str, Any]) -> str:
    return _("Somebody suggests a change of “%(title)s”.", title=about["title"])


def _answer_words(about: Mapping[str, Any]) -> str:
    if about.get("state") == "accepted":
        return _("Your change of “%(title)s” was accepted. Thank you.", title=about["title"])
    return _("Your change of “%(title)s” was not accepted. Read why.", title=about["title"])


def _holder(who: Mapping[str, Any]) -> Select[int]:
    """Select the person behind a token of the store; what the system owns concerns nobody."""
    kind, _colon, uuid = str(who["token"]).partition(":")
    if kind != "user":
        return select(User.id).where(User.id.is_(None))
    return select(User.id).where(User.uuid == UUID(uuid))


MADE = register_topic(
    Topic(
        "change_suggested",
        _l("Somebody suggests a change of your material"),
        _made_words,
        icon="pencil",
        endpoint="library.suggestion",
        address=("suggestion_uuid",),
        roles=STAFF_ROLES,
        people=_holder,
    )
)
ANSWERED = register_topic(
    Topic(
        "suggestion_answered",
        _l("A change you suggested was answered"),
        _answer_words,
        icon="pencil",
        endpoint="library.suggestion",
        address=("suggestion_uuid",),
        roles=STAFF_ROLES,
        people=_holder,
    )
)


def tell_keeper(suggestion: Suggestion, title: str) -> None:
    """Tell the owner of the item that a change waits."""
    about = {"suggestion_uuid": str(suggestion.uuid), "title": title}
    tell(MADE.key, key=str(suggestion.uuid), about=about, who={"token": suggestion.item.owner})


def tell_answer(suggestion: Suggestion, title: str) -> None:
    """Tell whoever made a suggestion how it was answered."""
    about = {"suggestion_uuid": str(suggestion.uuid), "title": title, "state": suggestion.state}
    tell(ANSWERED.key, key=str(suggestion.uuid), about=about, who={"token": suggestion.author})
