"""What a token may be made for. The room that answers programs registers its scopes; nothing else can be chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lms.core.actor import Actor
from lms.core.i18n import LazyText


@dataclass(frozen=True, slots=True)
class Scope:
    """One thing a token may do. Nobody without any of `roles` (empty: everyone) is offered it."""

    key: str
    label: LazyText
    roles: frozenset[str] = frozenset()


_scopes: dict[str, Scope] = {}


def register_scope(scope: Scope) -> Scope:
    """Add a scope; the same key replaces."""
    _scopes[scope.key] = scope
    return scope


def list_scopes(actor: Actor) -> list[Scope]:
    """Return the scopes that `actor` may give to a token, in the order of their registration."""
    return [scope for scope in _scopes.values() if not scope.roles or actor.has_role(*scope.roles)]


def find_scopes(keys: Iterable[str]) -> list[Scope]:
    """Return those of the scopes that there are."""
    return [_scopes[key] for key in keys if key in _scopes]
