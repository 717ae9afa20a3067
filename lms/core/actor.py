"""Who acts. A frozen value built once per request by `people` and passed first to every service."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held at a node of the tree; it reaches every node below."""

    role: str
    org_id: int


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone (or the system itself) who acts, with what that one may reach.

    `audiences` are the opaque tokens that search and library compare; `lineage` arguments are the ids of a node
    and all its ancestors, so that permission stays pure arithmetic on values.
    """

    user_id: int | None = None
    uuid: UUID | None = None
    display_name: str = ""
    login: str = ""
    locale: str | None = None
    grants: tuple[Grant, ...] = ()
    audiences: frozenset[str] = field(default_factory=lambda: frozenset({"public"}))
    session_id: int | None = None
    must_change_password: bool = False
    is_system: bool = False

    @property
    def is_signed_in(self) -> bool:
        """True for a person with an account."""
        return self.user_id is not None

    @property
    def initials(self) -> str:
        """Two letters for the avatar: first letters of the middle and given name, as Vietnamese names are called."""
        words = self.display_name.split()
        return "".join(word[0] for word in words[-2:]).upper()

    def has_role(self, *roles: str) -> bool:
        """Tell whether any of `roles` is held anywhere."""
        return self.is_system or any(grant.role in roles for grant in self.grants)

    def has_role_at(self, lineage: Iterable[int], *roles: str) -> bool:
        """Tell whether any of `roles` is held at the node whose `lineage` (itself and ancestors) is given."""
        if self.is_system:
            return True
        nodes = frozenset(lineage)
        return any(grant.role in roles and grant.org_id in nodes for grant in self.grants)

    def org_ids(self, *roles: str) -> frozenset[int]:
        """Return the nodes at which any of `roles` is held (the roots of what these roles reach)."""
        return frozenset(grant.org_id for grant in self.grants if grant.role in roles)


ANONYMOUS = Actor()
SYSTEM = Actor(display_name="system", is_system=True)
