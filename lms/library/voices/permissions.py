"""Who may speak about items, and who keeps order there."""

from __future__ import annotations

from content_store.models import Version
from lms.core.actor import Actor
from lms.library.permissions import KEEPERS
from lms.library.queries import lineage_of
from lms.people.models import STAFF_ROLES


def is_staff(actor: Actor) -> bool:
    """Tell whether the actor works in the sector: pupils, guardians and citizens neither rate nor comment."""
    return actor.is_signed_in and actor.has_role(*STAFF_ROLES)


def may_moderate(actor: Actor, version: Version) -> bool:
    """Tell whether the actor may hide what is said of the item: the librarians of its place."""
    if not actor.is_signed_in or not actor.has_role(*KEEPERS):
        return False
    return actor.has_role("sysadmin") or actor.has_role_at(lineage_of(version), *KEEPERS)
