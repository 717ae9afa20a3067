"""Withdrawing a bad version and taking that back; what is told where a lesson pins one.

Equal bytes under the same license are equally bad, so the versions that have the same file go together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from content_store import recall as store_recall
from content_store.models import Version
from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.clock import now
from lms.core.db import after_commit, db
from lms.core.errors import Invalid, NotAllowed
from lms.core.events import announce
from lms.core.i18n import _
from lms.core.jobs import enqueue
from lms.core.page_cache import forget_pages
from lms.library.door import open_store, saying_refusals
from lms.library.events import RecallLifted, VersionsRecalled
from lms.library.permissions import KEEPERS, owner_token
from lms.library.queries import get_item, lineage_of, load_pinned, may_change
from lms.library.values import PinnedItem


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """That a version was withdrawn: when, why, and by whose own token."""

    at: datetime
    reason: str
    by: str


def may_recall(actor: Actor, version: Version) -> bool:
    """Tell whether the actor may withdraw versions of the item: its owner, the librarians of its place, a sysadmin."""
    if version.item.published_number is None or not (actor.is_signed_in or actor.is_system):
        return False
    return actor.has_role("sysadmin") or may_change(actor, version)


def may_lift(actor: Actor, version: Version) -> bool:
    """Tell whether the actor may give it back: a librarian; its owner only where he withdrew it himself."""
    if version.recall is None or not may_recall(actor, version):
        return False
    if version.recall.recalled_by == owner_token(actor) or actor.has_role("sysadmin"):
        return True
    return actor.has_role_at(lineage_of(version), *KEEPERS)


def recall_version(actor: Actor, uuid: UUID, number: int, *, reason: str) -> Sequence[int]:
    """Withdraw a version and those with the same file; return their numbers. Raises NotFound, NotAllowed, Invalid."""
    version = get_item(actor, uuid, number)
    if not may_recall(actor, version):
        raise NotAllowed()
    if not reason.strip() or len(reason) > store_recall.LONGEST_REASON:
        raise Invalid({"reason": _("Say in a sentence why it is recalled.")})
    shown = version.item.published_number or 0
    others = (row.number for row in same_file(version) if row.number <= shown and row.recall is None)
    numbers = sorted({number, *others})
    with saying_refusals():
        for one in reversed(numbers):
            store_recall.recall_version(db.session(), uuid, one, by=owner_token(actor), reason=reason)
    record_audit(actor, "recall", "item", uuid, numbers=numbers)
    announce(VersionsRecalled(str(uuid), tuple(numbers), version.title, now().isoformat()))
    _tell_others()
    return numbers


def lift_recall(actor: Actor, uuid: UUID, number: int) -> Sequence[int]:
    """Give a withdrawn version and those with the same file back. Raises NotFound, NotAllowed, Conflict."""
    version = get_item(actor, uuid, number)
    if version.recall is not None and not may_lift(actor, version):
        raise NotAllowed()
    numbers = sorted({number, *(row.number for row in same_file(version) if may_lift(actor, row))})
    with saying_refusals():
        for one in numbers:
            store_recall.lift_recall(db.session(), uuid, one)
    record_audit(actor, "lift_recall", "item", uuid, numbers=numbers)
    announce(RecallLifted(str(uuid), tuple(numbers), version.title, now().isoformat()))
    _tell_others()
    return numbers


def _tell_others() -> None:
    """The index follows, and public pages kept for strangers hold no link to the files any longer."""
    enqueue("index_items", key="index_items")
    after_commit(forget_pages)


def same_file(version: Version) -> list[Version]:
    """Return the versions of the item that have this one's main file under the same license, it among them."""
    if version.main is None:
        return [version]
    return [
        row
        for row in open_store().versions(version.item.uuid)
        if row.main is not None
        and row.main.sha256 == version.main.sha256
        and row.license_id == version.license_id
    ]


def find_withdrawals(pins: Iterable[str]) -> dict[str, Withdrawal]:
    """Return what is withdrawn of several pinned versions, in one query."""
    found = store_recall.find_recalls(db.session(), pins)
    return {pin: Withdrawal(row.recalled_at, row.reason, row.recalled_by) for pin, row in found.items()}


def find_withdrawal(pin: str) -> Withdrawal | None:
    """Return whether a pinned version is withdrawn, and why."""
    return find_withdrawals([pin]).get(pin)


def load_usable(pins: Iterable[str]) -> dict[str, PinnedItem]:
    """Return each pinned version that exists and is not withdrawn: what a lesson may be published with."""
    wanted = set(pins)
    bad = find_withdrawals(wanted)
    return load_pinned(wanted - set(bad)) if wanted - set(bad) else {}
