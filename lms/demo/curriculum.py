"""The demo's items stand on topics of the curriculum; a topic that is set already is left, so it may run again."""

from __future__ import annotations

from uuid import UUID

from lms.core.actor import SYSTEM
from lms.core.db import write
from lms.demo.content import together as words
from lms.demo.content.topics import topics_by_slug
from lms.demo.places import actor_of
from lms.demo.shelves import shelved
from lms.demo.teaching import find_course, lessons_of
from lms.lessons.lesson_sharing import plan_share
from lms.library.curriculum import place_item
from lms.library.queries import list_own_items


def build_curriculum() -> None:
    """Place every item that has topics, and the remix and the lesson that became items on those of their originals."""
    known, wanted = shelved(), topics_by_slug()
    placed = {UUID(known[slug]): topics for slug, topics in wanted.items() if slug in known}
    placed |= dict.fromkeys([*_remixes(), *_shared_lessons()], wanted[words.SHEET])
    with write():
        for item, topics in placed.items():
            place_item(SYSTEM, item, topics)


def _remixes() -> list[UUID]:
    own = list_own_items(actor_of(words.REMIXER), size=100).versions
    return [version.item.uuid for version in own if version.title == words.REMIXED_TITLE]


def _shared_lessons() -> list[UUID]:
    if (course := find_course(words.LESSON_COURSE)) is None:
        return []
    lesson = lessons_of(course)[words.LESSON_TITLE_PLACE]
    share = plan_share(actor_of(words.LESSON_AUTHOR), lesson.uuid).share
    return [share.item_uuid] if share is not None else []
