"""Who may have another system told."""

from __future__ import annotations

from lms.core.actor import Actor

KEEPERS = ("editor", "org_admin", "sysadmin")


def can_keep_webhooks(actor: Actor) -> bool:
    """Librarians and administrators above schools; each hears what that one may see."""
    return actor.is_signed_in and actor.has_role(*KEEPERS)
