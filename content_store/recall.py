"""Withdrawing one version that turned out bad, and taking that back.

The version stays where it is, for what pins it must be able to say what it was; but nobody is given its
files any more, and it is not shown: the newest good version before it is, or the item is retired.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import and_, event, inspect, or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapper, Session, aliased

from content_store import catalogue, clock, indexing
from content_store.errors import Conflict, StoreError
from content_store.models import Item, Recall, Version, VersionFile
from content_store.values import parse_pin

LONGEST_REASON = 1000


def recall_version(session: Session, item_uuid: UUID, number: int, *, by: str, reason: str) -> Version:
    """Withdraw a version. Raises ItemNotFound; Conflict when it is withdrawn already or was never published."""
    said = " ".join(reason.replace("\x00", "").split())
    if not said or len(said) > LONGEST_REASON:
        raise StoreError("Say in a sentence why it is recalled.", code="no-reason")
    item = catalogue.get_item(session, item_uuid, lock=True)
    version = _read_anew(session, item_uuid, number)
    if version.recall is not None:
        raise Conflict("This version is recalled already.", code="recalled-already")
    if version.shown_to is None:
        raise Conflict("This version was never published. Nobody uses it.", code="never-published")
    was_shown = item.published_number == number and item.state == "published"
    session.add(Recall(version_id=version.id, reason=said, recalled_by=by, was_shown=was_shown))
    session.flush()
    if item.published_number == number:
        _fall_back(session, item, number)
    _touch(session, item)
    return _read_anew(session, item_uuid, number)


def lift_recall(session: Session, item_uuid: UUID, number: int) -> Version:
    """Give a withdrawn version back; it is shown again if it was and nothing newer is. Raises ItemNotFound, Conflict."""
    item = catalogue.get_item(session, item_uuid, lock=True)
    recall = _read_anew(session, item_uuid, number).recall
    if recall is None:
        raise Conflict("This version is not recalled.", code="not-recalled")
    was_shown = recall.was_shown
    session.delete(recall)
    session.flush()
    if was_shown and item.published_number == number:
        item.state = "published"  # it was retired by the recall, for nothing good was left
    elif was_shown and (item.published_number or 0) < number:
        item.published_number = number
    _touch(session, item)
    return _read_anew(session, item_uuid, number)


def find_recalls(session: Session, pins: Iterable[str]) -> dict[str, Recall]:
    """The recall of each of several pinned versions that is withdrawn, in one query."""
    wanted = {parse_pin(pin): pin for pin in pins}
    if not wanted:
        return {}
    same = or_(*(and_(Item.uuid == uuid, Version.number == number) for uuid, number in wanted))
    query = (
        select(Item.uuid, Version.number, Recall)
        .join(Version, Version.id == Recall.version_id)
        .join(Item, Item.id == Version.item_id)
        .where(same)
        .execution_options(populate_existing=True)
    )
    return {wanted[uuid, number]: recall for uuid, number, recall in session.execute(query)}


def _fall_back(session: Session, item: Item, number: int) -> None:
    """Show the newest good version that all who may see the item were shown already; without one, none."""
    earlier = session.execute(
        select(Version.number, Version.shown_to)
        .outerjoin(Recall, Recall.version_id == Version.id)
        .where(Version.item_id == item.id, Version.number < number, Recall.version_id.is_(None))
        .where(Version.shown_to.is_not(None))
        .order_by(Version.number.desc())
    )
    good = next((row.number for row in earlier if _covers(row.shown_to, item.audiences)), None)
    if good is not None:
        item.published_number = good
    elif item.state == "published":
        item.state = "retired"


def _covers(shown_to: list[str], audiences: frozenset[str]) -> bool:
    return "public" in shown_to or audiences <= frozenset(shown_to)


def _read_anew(session: Session, item_uuid: UUID, number: int) -> Version:
    version = catalogue.get_version(session, item_uuid, number)
    session.expire(version, ["recall"])
    return version


def _touch(session: Session, item: Item) -> None:
    item.updated_at = clock.now()
    session.flush()
    indexing.mark_dirty(session, item.uuid)
    session.flush()


@event.listens_for(Item, "before_update")
def _refuse_to_show(mapper: Mapper[Any], connection: Connection, target: Item) -> None:
    """What was withdrawn comes back by lifting only, in every caller: neither itself nor its file under a new number."""
    changed = inspect(target).attrs
    if target.state != "published" or target.published_number is None:
        return
    if not (changed.published_number.history.has_changes() or changed.state.history.has_changes()):
        return
    shown, bad = aliased(Version), aliased(Version)
    ours, theirs = aliased(VersionFile), aliased(VersionFile)
    same_file = and_(ours.sha256 == theirs.sha256, shown.license_id == bad.license_id)
    query = (
        select(bad.id)
        .select_from(shown)
        .join(bad, bad.item_id == shown.item_id)
        .join(Recall, Recall.version_id == bad.id)
        .outerjoin(ours, and_(ours.version_id == shown.id, ours.role == "main"))
        .outerjoin(theirs, and_(theirs.version_id == bad.id, theirs.role == "main"))
        .where(shown.item_id == target.id, shown.number == target.published_number)
        .where(or_(bad.id == shown.id, and_(bad.number < shown.number, same_file)))
        .limit(1)
    )
    if connection.execute(query).first() is not None:
        raise Conflict(
            "This file was recalled. Put in a corrected file, or ask the librarian.", code="recalled-files"
        )
