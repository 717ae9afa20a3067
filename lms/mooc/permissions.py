"""Who may open a course to the public."""

from __future__ import annotations

from collections.abc import Iterable

from lms.core.actor import Actor

OPENERS = ("editor", "school_admin", "org_admin", "sysadmin")


def can_open_course(actor: Actor, lineage: Iterable[int]) -> bool:
    """Those who answer for the place's courses; a teacher asks them."""
    return actor.has_role_at(lineage, *OPENERS)
