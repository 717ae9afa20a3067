"""Telling people what is new in the searches they keep: one notice for each search, once a day or a week.

Every hour the searches that are due are looked at, some at a time. Where nothing came since the last look, nothing is
searched for. What is told is a number and never a title: an item may be made private before the notice is read, and
its page shows only what its reader may see then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from content_store import arrivals
from content_store.arrivals import Arrived
from content_store.models import Item
from content_store.search import Query, SearchUnavailable
from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.db import db, write
from lms.core.i18n import _l, ngettext
from lms.core.jobs import enqueue, job
from lms.core.schedule import every
from lms.library.door import open_store
from lms.library.queries import FACETS, tokens_of
from lms.library.saved_searches.models import SavedSearch
from lms.library.saved_searches.services import next_look, search_at
from lms.notices.services import News, notify_people
from lms.notices.topics import Topic, register_topic
from lms.people.models import User
from lms.people.queries import build_actor

BATCH = 25
ROUNDS = 20
MOST_CAME = 5_000
PAGE, PAGES = 100, 10
MOST_TOLD = 300
MOST_FRESH = 100
LATER = timedelta(hours=1)
KEPT = timedelta(days=40)


def _words(about: Mapping[str, Any]) -> str:
    return ngettext(
        "%(num)d new item for your search “%(name)s”.",
        "%(num)d new items for your search “%(name)s”.",
        about["count"],
        name=about["name"],
    )


NEWS = register_topic(
    Topic(
        "saved_search_news",
        _l("New items for a search you keep"),
        _words,
        icon="search",
        endpoint="library.saved_search",
        address=("search_uuid",),
    )
)


@dataclass(frozen=True, slots=True)
class Due:
    """A search to look at, as it was read: it may change before the look is settled."""

    id: int
    uuid: UUID
    user_id: int
    name: str
    address: dict[str, Any]
    alerts: str
    looked_at: datetime
    due_at: datetime
    told: list[str]


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at one search found: up to which moment, and the versions not told of before."""

    search: Due
    until: datetime | None
    pins: tuple[str, ...] = ()


@job("tell_saved_searches", lane="saved_searches")
def tell_saved_searches() -> None:
    """Look at the searches that are due and tell what is new; safe to repeat and to run twice at once."""
    for _round in range(ROUNDS):
        if _look_at_some() < BATCH:
            break
    else:
        with write():
            enqueue("tell_saved_searches", key="more saved searches")
    with write():
        arrivals.forget_arrivals(db.session(), now() - KEPT)


def has_due_searches() -> bool:
    """Tell whether any search waits to be looked at."""
    return db.session.scalar(select(SavedSearch.id).where(SavedSearch.due_at <= now()).limit(1)) is not None


def _list_due(moment: datetime) -> list[Due]:
    columns = [getattr(SavedSearch, one.name) for one in fields(Due)]
    query = select(*columns).where(SavedSearch.due_at <= moment)
    rows = db.session.execute(query.order_by(SavedSearch.due_at, SavedSearch.id).limit(BATCH))
    return [Due(*row) for row in rows]


def _look_at_some() -> int:
    """Search outside of the write: it takes a while, and SQLite has one writer."""
    moment = now()
    rows = _list_due(moment)
    if not rows:
        return 0
    until = arrivals.settled_moment(db.session())
    is_quiet = not arrivals.has_arrivals(db.session(), min(row.looked_at for row in rows), until)
    actors = {} if is_quiet else _actors(rows)
    looks = [_look(row, actors.get(row.user_id), until, is_quiet) for row in rows]
    db.session.rollback()
    with write():
        notify_people(NEWS.key, [news for look in looks if (news := _settle(look, moment))])
    return len(rows)


def _actors(rows: Sequence[Due]) -> dict[int, Actor]:
    """Return who may hear of something, with the roles of today."""
    wanted = {row.user_id for row in rows}
    users = db.session.scalars(select(User).where(User.id.in_(wanted), User.status == "active"))
    return {user.id: build_actor(user) for user in users}


def _look(saved: Due, actor: Actor | None, until: datetime, is_quiet: bool) -> Look:
    if until <= saved.looked_at:
        return Look(saved, None)
    if is_quiet or actor is None:
        return Look(saved, until)
    came = arrivals.list_arrived(
        db.session(), saved.looked_at, until, audiences=tokens_of(actor), most=MOST_CAME
    )
    news = [one for one in came if one.pin not in set(saved.told)]
    if not news:
        return Look(saved, until)
    try:
        return Look(saved, until, tuple(_matching(actor, saved, news)))
    except SearchUnavailable:
        return Look(saved, None)


def _matching(actor: Actor, saved: Due, news: Sequence[Arrived]) -> list[str]:
    """Return the pins among `news`, which the actor may see, that the search finds; the latest first."""
    search = search_at(saved.address)
    filters = {name: values for name, values in search.filters.items() if name in FACETS}
    waiting = {str(one.uuid): one.pin for one in news}
    oldest, after, found = min(one.updated_at for one in news), None, list[str]()
    for _page in range(PAGES):
        results = open_store().search(
            Query(
                text=search.q,
                audiences=tokens_of(actor),
                filters={**filters, "state": frozenset({"published"})},
                sort="newest",
                after=after,
                size=PAGE,
            )
        )
        found += [pin for hit in results.hits if (pin := waiting.pop(hit.uuid, None))]
        after = results.next
        if (
            after is None
            or not waiting
            or len(found) >= MOST_FRESH
            or _is_past(results.hits[-1].uuid, oldest)
        ):
            break
    return found[:MOST_FRESH]


def _is_past(uuid: str, oldest: datetime) -> bool:
    """Whether results, the last changed first, have come to what is older than all that is looked for."""
    changed = db.session.scalar(select(Item.updated_at).where(Item.uuid == UUID(uuid)))
    return changed is not None and changed < oldest


def _settle(look: Look, moment: datetime) -> News | None:
    """Move the search on; whoever does that tells, so that two looks make one notice."""
    saved = look.search
    values: dict[str, Any] = {"due_at": moment + LATER}
    if look.until is not None:
        values = {"due_at": next_look(saved.alerts, moment), "looked_at": look.until}
    if look.pins:
        values |= {"told": [*look.pins, *saved.told][:MOST_TOLD], "fresh": len(look.pins)}
    moved = db.session.execute(
        update(SavedSearch)
        .where(SavedSearch.id == saved.id, SavedSearch.due_at == saved.due_at)
        .where(SavedSearch.looked_at == saved.looked_at, SavedSearch.alerts == saved.alerts)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1 or not look.pins or look.until is None:  # type: ignore[attr-defined]
        return None
    about = {"search_uuid": str(saved.uuid), "name": saved.name, "count": len(look.pins)}
    return News(saved.user_id, f"{saved.uuid}:{look.until:%Y%m%dT%H%M%S%f}", about)


every("tell_saved_searches", minutes=60, has_work=has_due_searches)
