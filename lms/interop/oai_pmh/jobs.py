"""The worker's part: stamping what changed here, and harvesting what changed elsewhere."""

from __future__ import annotations

from datetime import timedelta

from lms.core.db import db, write
from lms.core.errors import Refusal
from lms.core.fetching import ComeBackLater, FetchFailed, fetch
from lms.core.jobs import job
from lms.core.schedule import every
from lms.interop.oai_pmh import copies
from lms.interop.oai_pmh.models import OaiSource
from lms.interop.oai_pmh.queries import list_due_sources
from lms.interop.oai_pmh.services import begin, list_taken, note_failure, take_page, withdraw_some
from lms.library.harvest import (
    HarvestRefused,
    StoreError,
    has_changes,
    identify_address,
    page_address,
    read_granularity,
    read_page,
    show_links,
    stamp_changes,
)

STAMPS = "harvest stamps"  # one after the other: a stamp is an order
SOURCES = "harvest sources"  # one at a time: it waits for strangers
MOST_PAGES = 500  # in one turn of the worker; the next turn goes on
SHOWN_AT_ONCE = 100


@job("stamp_harvest", max_attempts=10_000, lane=STAMPS)
def stamp_harvest() -> None:
    """Stamp what waits."""
    stamp_changes()


@job("harvest_due")
def harvest_due() -> None:
    """Queue the harvests whose time has come."""
    for source_id in list_due_sources():
        with write():
            begin(db.session.get_one(OaiSource, source_id))


@job("harvest_source", lane=SOURCES, is_long=True)
def harvest_source(source_id: int) -> None:
    """Take in what a source has that is new, page by page; every page is kept as soon as it is read."""
    try:
        for _ in range(MOST_PAGES):
            if not _harvest_page(source_id):
                return
        _again(source_id, timedelta())
    except ComeBackLater as asked:
        _again(source_id, timedelta(seconds=asked.seconds))
    except (FetchFailed, HarvestRefused, StoreError, Refusal) as error:
        is_dead = isinstance(error, HarvestRefused) and error.code in {"badResumptionToken", "bad-token"}
        with write():
            note_failure(db.session.get_one(OaiSource, source_id), str(error), from_start=is_dead)


def _harvest_page(source_id: int) -> bool:
    """Take in one page; tell whether there is another. The network is asked outside every transaction."""
    source = db.session.get_one(OaiSource, source_id, populate_existing=True)
    if source.is_paused:
        return False
    url, prefix, spec, token = source.url, source.prefix, source.set_spec, source.token
    start, is_new = source.from_stamp, source.token is None
    db.session.rollback()
    counts_days = read_granularity(fetch(identify_address(url))) == "day" if is_new else None
    if start is not None and counts_days:
        start = start[:10]
    page = read_page(fetch(page_address(url, prefix=prefix, spec=spec, start=start, token=token)))
    if page.token is not None and page.token == token:
        raise HarvestRefused("bad-token", "The resumption token leads to itself.")
    with write():
        source = db.session.get_one(OaiSource, source_id, populate_existing=True)
        if source.token != token:  # another worker was faster: its page is ours
            return source.token is not None
        take_page(source, page)
    return page.token is not None


@job("fetch_copies", lane=SOURCES, is_long=True)
def fetch_copies(source_id: int) -> None:
    """Fetch the copies that a source's records offer, some at a time; every copy is kept as soon as it is there."""
    try:
        is_over = copies.fetch_wanted(source_id)
    except ComeBackLater as asked:
        is_over, delay = False, timedelta(seconds=asked.seconds)
    else:
        delay = timedelta()
    if not is_over:
        with write():
            copies.fetch_soon(source_id, delay=delay)


@job("show_links_again", max_attempts=50)
def show_links_again(source_id: int) -> None:
    """Give everything taken in from a source the circle that the source has now; killed, it begins again harmlessly."""
    after = ""
    while True:
        with write():
            source = db.session.get_one(OaiSource, source_id, populate_existing=True)
            taken = list_taken(source_id, after, SHOWN_AT_ONCE)
            show_links([uuid for _identifier, uuid in taken], scope=source.scope)
        if not taken:
            return
        after = taken[-1][0]


@job("withdraw_links", max_attempts=50)
def withdraw_links(source_id: int) -> None:
    """Withdraw what was taken in from a removed source, some at a time; killed, it goes on where it was."""
    count = SHOWN_AT_ONCE
    while count:
        with write():
            count = withdraw_some(source_id, SHOWN_AT_ONCE)


def _again(source_id: int, delay: timedelta) -> None:
    with write():
        begin(db.session.get_one(OaiSource, source_id), delay=delay)


every("stamp_harvest", minutes=1, has_work=has_changes)
every("harvest_due", minutes=15, has_work=lambda: bool(list_due_sources()))
