"""Making an item of one's own from a version of another's, under a license that its sources allow."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from content_store import catalogue, lineage
from content_store.lineage_models import Lineage
from content_store.models import Item, Version
from content_store.rights import LICENSES
from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.db import db
from lms.core.errors import Invalid, NotAllowed
from lms.core.i18n import _, current_locale
from lms.core.jobs import enqueue
from lms.library.door import open_store, saying_refusals
from lms.library.permissions import can_contribute, owner_token
from lms.library.queries import get_item, may_use, tokens_of
from lms.library.refusal_words import words_of_code
from lms.library.storage.quotas import check_room
from lms.orgs.models import Org


def get_adaptable(actor: Actor, uuid: UUID, number: int | None = None) -> Version:
    """Return a version that the actor may adapt. Raises NotFound, and NotAllowed with the reason."""
    version = get_item(actor, uuid, number)
    if not can_contribute(actor):
        raise NotAllowed()
    verdict = may_use(actor, version, "adapt")
    if not verdict.allowed:
        raise NotAllowed(words_of_code(verdict.code))
    return version


def license_choices(version: Version) -> tuple[str, list[tuple[str, str]]]:
    """Return the license that a remix of the version is proposed to carry, and (id, name) of all that it may."""
    proposed, allowed = lineage.license_for(version)
    names = [(one.id, one.name(current_locale())) for one in LICENSES.values() if one.id in allowed]
    return proposed, sorted(names, key=lambda pair: pair[0] != proposed)


def remix_item(
    actor: Actor, uuid: UUID, *, number: int | None = None, license_id: str = "", home: Org | None = None
) -> Version:
    """Make a draft of the actor's own from a version. Raises NotFound, NotAllowed, Invalid.

    What it came from is kept for ever, and so is the demand of its license. A button pressed twice makes one draft:
    while the one made before is as it was, it is returned.
    """
    version = get_adaptable(actor, uuid, number)
    if license_id and license_id not in LICENSES:
        raise Invalid({"license": _("Choose a license of the list.")})
    catalogue.get_item(
        db.session(), version.item.uuid, lock=True
    )  # the second of two presses waits for the first
    before = _untouched_remix(actor, version, license_id or lineage.license_for(version)[0], home)
    if before is not None:
        return before
    check_room(home, sum(file.size for file in version.files))
    with saying_refusals():
        made = lineage.fork(
            open_store(),
            version,
            tokens_of(actor),
            owner=owner_token(actor),
            license_id=license_id or None,
            author=actor.display_name,
            home=str(home.uuid) if home else None,
        )
    record_audit(actor, "remix", "item", made.item.uuid, source=version.pin)
    enqueue("index_items", key="index_items")
    return made


def _untouched_remix(actor: Actor, version: Version, license_id: str, home: Org | None) -> Version | None:
    """Return the draft that the same wish made before, if nothing was done with it since."""
    return db.session.scalars(
        select(Version)
        .join(Version.item)
        .join(Lineage, Lineage.item_id == Item.id)
        .where(
            Lineage.source_id == version.id,
            Lineage.how == "adaptation",
            Item.owner == owner_token(actor),
            Item.state == "draft",
            Item.latest_number == 1,
            Item.home.is_(None) if home is None else Item.home == str(home.uuid),
            Version.license_id == license_id,
            Version.title == version.title,
        )
        .order_by(Version.id)
        .limit(1)
    ).first()
