"""Copies of what other libraries offer under open licenses: noted at the harvest, fetched by the worker afterwards.

A record whose copy cannot be had stays the link that it is. What became of each copy stands in its row, so a worker
that is killed goes on with the next.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select, update

from lms.core.db import db, write
from lms.core.errors import Refusal
from lms.core.fetching import FetchFailed, fetch_work
from lms.core.jobs import enqueue
from lms.interop.oai_pmh.models import OaiSource, OaiTaken
from lms.library.harvest import Metadata, Taken
from lms.library.harvest_copies import Fetched, prepare_copy, put_copy, stage_copy

AT_ONCE = 50  # in one turn of the worker; the next turn goes on


def note_offer(source: OaiSource, row: OaiTaken, record: Taken) -> None:
    """Note where a copy of a record may be had, if its source is to be copied and its license lets us."""
    if source.policy != "copy" or record.offer is None:
        return
    row.copy_state, row.copy_problem = "wanted", None
    row.copy_license, row.copy_from = record.offer.license_id, "\n".join(record.offer.addresses)


def as_kept(row: OaiTaken, metadata: Metadata) -> Metadata:
    """Return what is said of a record for the item that holds its copy: the license it was given with stays."""
    if row.copy_license is None or not row.has_copy:
        return metadata
    return replace(metadata, license_id=row.copy_license, type=None)


def fetch_soon(source_id: int, *, delay: timedelta | None = None) -> None:
    """Have the worker fetch what is wanted of a source, once; call inside `write()`."""
    enqueue("fetch_copies", key=f"copies:{source_id}", delay=delay, source_id=source_id)


def want_again(source_id: int) -> None:
    """Have what could not be had tried once more."""
    refused = (OaiTaken.source_id == source_id, OaiTaken.copy_state == "refused")
    db.session.execute(update(OaiTaken).where(*refused).values(copy_state="wanted", copy_problem=None))
    fetch_soon(source_id)


def want_no_more(source_id: int) -> None:
    """Fetch nothing more of a source; what was copied stays a copy, the rest the links that they are."""
    open_ones = (OaiTaken.source_id == source_id, OaiTaken.copy_state.in_(("wanted", "refused")))
    db.session.execute(update(OaiTaken).where(*open_ones).values(copy_state=None, copy_problem=None))


def fetch_wanted(source_id: int) -> bool:
    """Fetch some of the copies that are wanted; tell whether that was all. Raises ComeBackLater."""
    for _ in range(AT_ONCE):
        wanted = select(OaiTaken).where(
            OaiTaken.source_id == source_id, OaiTaken.copy_state == "wanted", OaiTaken.is_deleted.is_(False)
        )
        row = db.session.scalar(wanted.order_by(OaiTaken.identifier).limit(1))
        if row is None or db.session.get_one(OaiSource, source_id).is_paused:
            return True
        identifier, addresses = row.identifier, (row.copy_from or "").split("\n")
        db.session.rollback()
        problem = _fetch_one(source_id, identifier, addresses)
        if problem:
            with write():
                row = db.session.get_one(OaiTaken, (source_id, identifier), populate_existing=True)
                row.copy_state, row.copy_problem = "refused", problem[:200]
    return False


def count_copies(source_ids: list[int]) -> dict[int, int]:
    """Return how many copies were taken in of each source."""
    query = (
        select(OaiTaken.source_id, func.count())
        .where(OaiTaken.source_id.in_(source_ids), OaiTaken.copy_state == "done")
        .group_by(OaiTaken.source_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def _fetch_one(source_id: int, identifier: str, addresses: list[str]) -> str:
    """Take in the copy of one record; return why not, where it cannot be had. The network is asked outside writes."""
    problem = "It gives no address of a file."
    for address in addresses:
        try:
            fetched = _fetch_from(address)
            if fetched is None:
                continue
            with write():
                row = db.session.get_one(OaiTaken, (source_id, identifier), populate_existing=True)
                if row.copy_state == "wanted" and not row.is_deleted:
                    put_copy(row.item_uuid, fetched, license_id=row.copy_license or "")
                    row.copy_state, row.has_copy, row.copy_problem = "done", True, None
            return ""
        except (FetchFailed, Refusal) as error:
            problem = str(error)
    return problem


def _fetch_from(address: str) -> Fetched | None:
    """The inspected file at an address, or where its page leads to; nothing where there is only a page."""
    with stage_copy() as staged:
        name = fetch_work(address, staged)
        return None if name is None else prepare_copy(name, staged)
