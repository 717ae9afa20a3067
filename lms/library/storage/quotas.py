"""Room in the library by place: set by an administrator, told before bytes are taken."""

from __future__ import annotations

from sqlalchemy import func, select

from content_store.models import Item, Version, VersionFile
from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.db import db
from lms.core.errors import Invalid, NotAllowed
from lms.core.i18n import _
from lms.library.storage.models import LibraryQuota
from lms.orgs.models import Org
from lms.orgs.queries import get_org_by_id, within

MANAGERS = ("org_admin", "sysadmin")
MIB = 1024 * 1024


def set_quota(actor: Actor, org: Org, max_bytes: int | None) -> None:
    """Set how much a place may keep; None takes the limit away. What is there stays."""
    if not actor.has_role_at(org.lineage_ids, *MANAGERS):
        raise NotAllowed()
    row = db.session.get(LibraryQuota, org.id)
    if max_bytes is None:
        if row is not None:
            db.session.delete(row)
    elif row is None:
        db.session.add(LibraryQuota(org_id=org.id, max_bytes=max_bytes))
    else:
        row.max_bytes = max_bytes
    db.session.flush()
    record_audit(actor, "library.quota", "org", org.uuid, org_id=org.id, max_bytes=max_bytes)


def get_quota(org: Org) -> int | None:
    """Return the limit of a place itself, None where it has none of its own."""
    row = db.session.get(LibraryQuota, org.id)
    return row.max_bytes if row else None


def count_bytes(org: Org) -> int:
    """Return how much the items of a place and of those below it keep; equal bytes count once."""
    homes = [str(uuid) for uuid in db.session.scalars(select(Org.uuid).where(within(org.lineage)))]
    files = (
        select(VersionFile.sha256, func.max(VersionFile.size).label("size"))
        .join(Version, Version.id == VersionFile.version_id)
        .join(Item, Item.id == Version.item_id)
        .where(Item.home.in_(homes))
        .group_by(VersionFile.sha256)
        .subquery()
    )
    return int(db.session.scalar(select(func.coalesce(func.sum(files.c.size), 0))) or 0)


def check_room(home: Org | None, coming: int) -> None:
    """Raise Invalid when so many more bytes do not fit into a place or one above it."""
    if home is None:
        return
    statement = select(LibraryQuota).where(LibraryQuota.org_id.in_(home.lineage_ids))
    for quota in db.session.scalars(statement).all():
        org = get_org_by_id(quota.org_id)
        used = count_bytes(org)
        if used + coming > quota.max_bytes:
            text = _(
                "%(org)s has used %(used)d of its %(limit)d MB, so this does not fit. Ask its administrator for room.",
                org=org.name,
                used=used // MIB,
                limit=quota.max_bytes // MIB,
            )
            raise Invalid({"file": text}, text)
