"""Rating an item with a reason: once for each person, changeable, tied to the version that was looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    Integer,
    ScalarSelect,
    Select,
    bindparam,
    case,
    func,
    literal,
    select,
    union_all,
)

from content_store.models import Version
from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.clock import now
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.events import announce
from lms.core.i18n import LazyText, _, _l
from lms.core.insertion import insert_if_new
from lms.core.paging import Page, take_page
from lms.library.permissions import owner_token
from lms.library.queries import get_item
from lms.library.review.queries import names_of
from lms.library.voices.events import WordsHidden
from lms.library.voices.models import ItemComment, ItemRating
from lms.library.voices.permissions import is_staff, may_moderate

REASONS: dict[str, LazyText] = {
    "clear": _l("Clear and easy to follow"),
    "correct": _l("Correct and made with care"),
    "ready": _l("Ready to use in class"),
    "lively": _l("Pupils like working with it"),
    "unclear": _l("Hard to follow"),
    "wrong": _l("It has mistakes"),
    "old": _l("Out of date"),
    "level": _l("Does not fit the grade"),
    "other": _l("Another reason"),
}
STARS = (5, 4, 3, 2, 1)
LONGEST_WORDS = 1000


@dataclass(frozen=True, slots=True)
class Voices:
    """What is said of an item in numbers: how many gave each number of stars, one's own stars, how many comments."""

    spread: tuple[tuple[int, int], ...] = ()  # (stars, how many), five stars first
    own: int | None = None
    comments: int = 0

    @property
    def count(self) -> int:
        """How many people rated."""
        return sum(times for _stars, times in self.spread)

    @property
    def mean(self) -> float | None:
        """The mean, None as long as nobody rated."""
        return sum(stars * times for stars, times in self.spread) / self.count if self.count else None


@dataclass(frozen=True, slots=True)
class Rated:
    """One rating with the name of whoever gave it."""

    rating: ItemRating
    name: str
    reason: str


def may_rate(actor: Actor, version: Version) -> bool:
    """Tell whether the actor may rate the item: staff, and nobody what they made or own themselves."""
    own = owner_token(actor)
    return is_staff(actor) and version.item.state == "published" and own not in _makers(version)


def _makers(version: Version) -> set[str]:
    return {version.item.owner, version.created_by}


def find_voices(actor: Actor, item_uuid: UUID) -> Voices:
    """Return the numbers of an item the actor was given, in one query."""
    asked = {"user_id": actor.user_id or 0, "item_uuid": item_uuid}
    rows = [tuple(row) for row in db.session.execute(_select_voices(), asked)]
    times = {stars: count for stars, count, _own in rows}
    return Voices(
        spread=tuple((stars, times.get(stars, 0)) for stars in STARS),
        own=next((stars for stars, _count, is_own in rows if is_own), None),
        comments=times.get(0, 0),
    )


@lru_cache(maxsize=1)
def _select_voices() -> CompoundSelect[int, int, int]:
    """Put together once: every page of an item asks it."""
    own = func.max(case((ItemRating.user_id == bindparam("user_id"), 1), else_=0))
    rated = (
        select(ItemRating.stars, func.count(ItemRating.id), own)
        .where(ItemRating.item_uuid == bindparam("item_uuid"))
        .group_by(ItemRating.stars)
    )
    said = select(literal(0), _select_comments().scalar_subquery(), literal(0))
    return union_all(rated, said)


def select_said() -> tuple[ScalarSelect[int | None], ...]:
    """Select of `:item_uuid` how many rated it, their stars together, those of `:user_id`, and how many comments.

    They ride along with other numbers of the page.
    """
    of_item, reader = ItemRating.item_uuid == bindparam("item_uuid"), bindparam("user_id", type_=Integer())
    own = select(ItemRating.stars).where(of_item, ItemRating.user_id == reader)
    return (
        select(func.count(ItemRating.id)).where(of_item).scalar_subquery(),
        select(func.sum(ItemRating.stars)).where(of_item).scalar_subquery(),
        own.limit(1).scalar_subquery(),
        _select_comments().scalar_subquery(),
    )


def _select_comments() -> Select[int]:
    return select(func.count(ItemComment.id)).where(
        ItemComment.item_uuid == bindparam("item_uuid"),
        ItemComment.deleted_at.is_(None),
        ItemComment.hidden_at.is_(None),
    )


def find_own_rating(actor: Actor, item_uuid: UUID) -> ItemRating | None:
    """Return what the actor said of an item."""
    return db.session.scalar(
        select(ItemRating).where(
            ItemRating.item_uuid == item_uuid, ItemRating.user_id == (actor.user_id or 0)
        )
    )


def list_ratings(actor: Actor, item_uuid: UUID, *, after: str | None = None, size: int = 20) -> Page[Rated]:
    """Return the ratings of an item the actor may see with their reasons, the latest first; for staff only."""
    if not is_staff(actor):
        raise NotAllowed()
    page = take_page(
        db.session(),
        select(ItemRating).where(ItemRating.item_uuid == item_uuid),
        keys=[ItemRating.id],
        after=after,
        size=size,
        descending=True,
    )
    return Page(_with_names(page.rows), page.next)


def _with_names(rows: Sequence[ItemRating]) -> list[Rated]:
    names = names_of(row.user_id for row in rows)
    return [Rated(row, names.get(row.user_id, ""), str(REASONS[row.reason])) for row in rows]


def rate_item(
    actor: Actor, item_uuid: UUID, *, stars: int, reason: str, words: str = "", number: int | None = None
) -> ItemRating:
    """Rate an item, or change one's rating. Raises NotFound, NotAllowed, Conflict, Invalid."""
    version = get_item(actor, item_uuid, number)
    user_id = _need_right(actor, version)
    said = words.strip()[:LONGEST_WORDS]
    _check(stars, reason, said)
    insert_if_new(
        ItemRating,
        item_uuid=item_uuid,
        user_id=user_id,
        number=version.number,
        stars=stars,
        reason=reason,
        words=said,
        hidden_reason="",
    )
    rating = cast(ItemRating, find_own_rating(actor, item_uuid))
    if rating.words != said:
        rating.hidden_at, rating.hidden_by, rating.hidden_reason = None, None, ""
    rating.number, rating.stars, rating.reason, rating.words = version.number, stars, reason, said
    rating.updated_at = now()
    db.session.flush()
    return rating


def withdraw_rating(actor: Actor, item_uuid: UUID) -> None:
    """Take one's rating back. Raises NotFound."""
    get_item(actor, item_uuid)
    rating = find_own_rating(actor, item_uuid)
    if rating is None:
        raise NotFound()
    db.session.delete(rating)
    db.session.flush()


def hide_rating_words(actor: Actor, item_uuid: UUID, uuid: UUID, *, reason: str) -> ItemRating:
    """Take the words of a rating away from others; its stars count on. Raises NotFound, NotAllowed, Invalid."""
    version = get_item(actor, item_uuid)
    if not may_moderate(actor, version):
        raise NotAllowed()
    rating = db.session.scalar(
        select(ItemRating).where(ItemRating.uuid == uuid, ItemRating.item_uuid == item_uuid)
    )
    if rating is None:
        raise NotFound()
    said = reason.strip()[:500]
    if not said:
        raise Invalid({"hide_reason": _("Say in a sentence why it is hidden.")})
    moment = now()
    rating.hidden_at, rating.hidden_by, rating.hidden_reason = moment, actor.user_id, said
    record_audit(actor, "hide", "item_rating", uuid)
    db.session.flush()
    if rating.user_id != actor.user_id:
        announce(
            WordsHidden(str(uuid), str(item_uuid), version.title, said, rating.user_id, moment.isoformat())
        )
    return rating


def _need_right(actor: Actor, version: Version) -> int:
    if not is_staff(actor) or actor.user_id is None:
        raise NotAllowed()
    if owner_token(actor) in _makers(version):
        raise NotAllowed(_("Nobody rates their own material. Ask a colleague to look at it."))
    if version.item.state != "published":
        raise Conflict(_("Only what is published can be rated."))
    return actor.user_id


def _check(stars: int, reason: str, words: str) -> None:
    problems: dict[str, LazyText | str] = {}
    if stars not in STARS:
        problems["stars"] = _("Choose one to five stars.")
    if reason not in REASONS:
        problems["reason"] = _("Choose the reason that fits best.")
    elif reason == "other" and not words:
        problems["words"] = _("Say your reason in your own words.")
    if problems:
        raise Invalid(problems)
