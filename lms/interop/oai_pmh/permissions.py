"""Who may say which libraries are harvested."""

from __future__ import annotations

from lms.core.actor import Actor


def can_manage_sources(actor: Actor) -> bool:
    """The site's own keepers: a source fills the library of every school."""
    return actor.is_system or actor.has_role("sysadmin")
