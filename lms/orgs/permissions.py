"""Who may change the tree: arithmetic on roles and lineages, no database."""

from __future__ import annotations

from collections.abc import Iterable

from lms.core.actor import Actor

SCHOOL_KINDS = frozenset({"class", "group"})


def can_manage_below(actor: Actor, lineage: Iterable[int], kind: str) -> bool:
    """Tell whether `actor` may create, rename, move or close a node of `kind` under the node of `lineage`.

    A school administrator shapes classes and groups only; roots (empty lineage) belong to system administrators.
    """
    nodes = tuple(lineage)
    if is_everywhere(actor) or actor.has_role_at(nodes, "org_admin"):
        return True
    return kind in SCHOOL_KINDS and actor.has_role_at(nodes, "school_admin")


def is_everywhere(actor: Actor) -> bool:
    """Tell whether `actor` reaches every tree: the system itself and its administrators, wherever appointed."""
    return actor.has_role("sysadmin")
