"""Who may put things into the library, change them, and share them how widely."""

from __future__ import annotations

from collections.abc import Iterable

from lms.core.actor import Actor

CONTRIBUTORS = ("teacher", "editor", "reviewer", "school_admin", "org_admin", "sysadmin")
KEEPERS = ("editor", "org_admin", "sysadmin")
SCOPES = ("private", "group", "school", "ward", "department", "sector", "public")  # from narrow to wide


def can_contribute(actor: Actor) -> bool:
    """Anyone who works in the sector."""
    return actor.has_role(*CONTRIBUTORS)


def owner_token(actor: Actor) -> str:
    """Return the token under which the actor owns items; a stranger owns nothing."""
    if actor.uuid is None:
        return "system" if actor.is_system else "nobody"
    return f"user:{actor.uuid}"


def can_change(actor: Actor, owner: str, lineage: Iterable[int]) -> bool:
    """The owner, and the librarians of the place the item comes from."""
    if actor.is_system or (actor.uuid is not None and owner == owner_token(actor)):
        return True
    return actor.has_role_at(lineage, *KEEPERS)
