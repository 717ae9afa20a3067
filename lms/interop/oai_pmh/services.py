"""Keeping the sources of harvests, and taking in what a page of theirs says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select

from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.clock import now
from lms.core.db import db
from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.jobs import enqueue
from lms.core.outbound import names_inside
from lms.interop.oai_pmh import copies
from lms.interop.oai_pmh.models import OaiSource, OaiTaken
from lms.interop.oai_pmh.queries import check_keeper, get_source
from lms.library.harvest import PREFIXES, Answer, Taken, change_link, put_link, retire_link

SCOPES = ("sector", "public")
HOURS = (1, 6, 24, 168)
POLICIES = ("link", "copy")


def add_source(
    actor: Actor,
    *,
    name: str,
    url: str,
    prefix: str = "oai_dc",
    set_spec: str | None = None,
    scope: str = "sector",
    every_hours: int = 24,
    policy: str = "link",
) -> OaiSource:
    """Add a library to harvest and begin at once; one that was removed is taken up again. Raises NotAllowed, Invalid."""
    check_keeper(actor)
    problems = _problems(name, url, prefix, scope, every_hours, policy)
    if problems:
        raise Invalid(problems)
    spec = (set_spec or "").strip()[:200] or None
    source = _find_removed(url.strip(), prefix, spec) or OaiSource(
        url=url.strip(), prefix=prefix, set_spec=spec
    )
    source.name, source.scope, source.every_hours = name.strip()[:200], scope, every_hours
    source.policy, source.is_paused, source.removed_at, source.from_stamp = policy, False, None, None
    db.session.add(source)
    db.session.flush()
    record_audit(actor, "add", "oai_source", source.uuid, url=source.url)
    begin(source)
    return source


def change_source(
    actor: Actor, uuid: UUID, *, name: str, scope: str, every_hours: int, policy: str
) -> OaiSource:
    """Change what is done with a library's records. Raises NotAllowed, NotFound, Invalid.

    Another circle is given by the worker to what was taken in before. From links to copies everything is harvested
    anew, for offers are read there; from copies to links nothing more is fetched, and what was copied stays.
    """
    source = get_source(actor, uuid)
    problems = _problems(name, source.url, source.prefix, scope, every_hours, policy)
    if problems:
        raise Invalid(problems)
    before = {"scope": source.scope, "every_hours": source.every_hours, "policy": source.policy}
    source.name, source.scope, source.policy = name.strip()[:200], scope, policy
    if every_hours != source.every_hours:
        source.every_hours = every_hours
        source.next_at = min(source.next_at, now() + timedelta(hours=every_hours))
    if scope != before["scope"]:
        enqueue("show_links_again", key=f"scope:{source.id}", source_id=source.id)
    if policy == "link" and before["policy"] == "copy":
        copies.want_no_more(source.id)
    elif policy == "copy" and before["policy"] == "link":
        source.from_stamp = source.token = source.started_stamp = None
        if not source.is_paused:
            begin(source)
    after = {"scope": scope, "every_hours": every_hours, "policy": policy}
    record_audit(actor, "change", "oai_source", source.uuid, before=before, after=after)
    db.session.flush()
    return source


def list_taken(source_id: int, after: str, size: int) -> Sequence[tuple[str, UUID]]:
    """Return identifier and item of some of a source's records, from one on."""
    rows = select(OaiTaken.identifier, OaiTaken.item_uuid).where(
        OaiTaken.source_id == source_id, OaiTaken.identifier > after
    )
    return [(row[0], row[1]) for row in db.session.execute(rows.order_by(OaiTaken.identifier).limit(size))]


def _problems(name: str, url: str, prefix: str, scope: str, every_hours: int, policy: str) -> dict[str, str]:
    parts = urlsplit(url.strip())
    checks = {
        "name": (bool(name.strip()), _("Give it a name.")),
        "url": (
            parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and not parts.fragment
            and len(url) < 1000
            and not any(letter.isspace() for letter in url.strip()),
            _("Give the full address, such as https://library.example.org/oai."),
        ),
        "prefix": (prefix in PREFIXES, _("Choose one of the list.")),
        "scope": (scope in SCOPES, _("Choose one of the list.")),
        "every_hours": (every_hours in HOURS, _("Choose one of the list.")),
        "policy": (policy in POLICIES, _("Choose one of the list.")),
    }
    found = {field: words for field, (is_good, words) in checks.items() if not is_good}
    if "url" not in found and names_inside(url.strip()):
        found["url"] = _(
            "This address lies inside a private network. Only addresses out in the world are asked."
        )
    return found


def harvest_now(actor: Actor, uuid: UUID) -> OaiSource:
    """Ask the worker to harvest a source now. Raises NotAllowed, NotFound."""
    source = get_source(actor, uuid)
    source.is_paused = False
    begin(source)
    if source.policy == "copy":
        copies.want_again(source.id)
    return source


def pause_source(actor: Actor, uuid: UUID) -> OaiSource:
    """Harvest a source no more; what was taken in stays. Raises NotAllowed, NotFound."""
    source = get_source(actor, uuid)
    source.is_paused = True
    record_audit(actor, "pause", "oai_source", source.uuid)
    db.session.flush()
    return source


def remove_source(actor: Actor, uuid: UUID, *, withdraw: bool) -> OaiSource:
    """Take a source out of the list for good; `withdraw` its materials, which lessons that pin them keep.

    Raises NotAllowed, NotFound.
    """
    source = get_source(actor, uuid)
    source.is_paused, source.removed_at = True, now()
    source.token = source.started_stamp = None
    if withdraw:
        enqueue("withdraw_links", key=f"withdraw:{source.id}", source_id=source.id)
    record_audit(actor, "remove", "oai_source", source.uuid, url=source.url, withdraw=withdraw)
    db.session.flush()
    return source


def withdraw_some(source_id: int, size: int) -> int:
    """Withdraw some of what was taken in from a removed source; return how many there were."""
    source = db.session.get_one(OaiSource, source_id, populate_existing=True)
    left = select(OaiTaken).where(OaiTaken.source_id == source_id, OaiTaken.is_deleted.is_(False))
    rows = (
        db.session.scalars(left.order_by(OaiTaken.identifier).limit(size)).all() if source.removed_at else ()
    )
    for row in rows:
        retire_link(row.item_uuid)
        row.is_deleted = True  # so that a later harvest brings it back
    db.session.flush()
    return len(rows)


def _find_removed(url: str, prefix: str, spec: str | None) -> OaiSource | None:
    return db.session.scalar(
        select(OaiSource)
        .where(
            OaiSource.url == url, OaiSource.prefix == prefix, OaiSource.set_spec.is_not_distinct_from(spec)
        )
        .where(OaiSource.removed_at.is_not(None))
        .order_by(OaiSource.id)
        .limit(1)
    )


def begin(source: OaiSource, *, delay: timedelta | None = None) -> None:
    """Queue the harvest of a source, once."""
    source.next_at = now() + timedelta(hours=source.every_hours)
    enqueue("harvest_source", key=f"harvest:{source.id}", delay=delay, source_id=source.id)


def take_page(source: OaiSource, page: Answer) -> None:
    """Take in one page and note, in the same transaction, where the next one begins."""
    if source.started_stamp is None:
        source.started_stamp = page.moment
    known = _known(source, page.records)
    for record in page.records:
        try:
            row = _take_record(source, known.get(record.identifier), record)
        except Invalid:  # what no list of ours contains: one bad record must not hold up the rest
            source.skipped += 1
        else:
            known |= {record.identifier: row} if row else {}
    source.token = page.token
    source.error = None
    if page.token is None:
        source.from_stamp = source.started_stamp or source.from_stamp
        source.started_stamp = None
        source.done_at = now()
    db.session.flush()
    if source.policy == "copy":
        copies.fetch_soon(source.id)


def note_failure(source: OaiSource, words: str, *, from_start: bool = False) -> None:
    """Note why a harvest stopped; it goes on after its last page, or from its beginning when that token is dead."""
    source.error = words[:400]
    if from_start:
        source.token = source.started_stamp = None
    db.session.flush()


def _known(source: OaiSource, records: Sequence[Taken]) -> dict[str, OaiTaken]:
    wanted = [record.identifier for record in records]
    rows = select(OaiTaken).where(OaiTaken.source_id == source.id, OaiTaken.identifier.in_(wanted))
    return {row.identifier: row for row in db.session.scalars(rows)}


def _take_record(source: OaiSource, known: OaiTaken | None, record: Taken) -> OaiTaken | None:
    """Make, change or retire the item of one record; return the row when it is new: a page may say a thing twice."""
    if record.metadata is None:
        if known is not None and record.is_deleted and not known.is_deleted:
            retire_link(known.item_uuid)
            known.is_deleted, known.stamp = True, record.stamp
        elif not record.is_deleted:
            source.skipped += 1
        return None
    if known is None:
        uuid = put_link(record.metadata, scope=source.scope)
        row = OaiTaken(source_id=source.id, identifier=record.identifier, item_uuid=uuid, stamp=record.stamp)
        row.is_deleted = False
        copies.note_offer(source, row, record)
        db.session.add(row)
        source.taken += 1
        return row
    change_link(known.item_uuid, copies.as_kept(known, record.metadata), is_back=known.is_deleted)
    copies.note_offer(source, known, record)
    known.is_deleted, known.stamp = False, record.stamp
    return None
