"""Navigation: rooms add their entries; the frame shows those the actor can use. No room is named here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import current_app, request
from werkzeug.routing import BuildError

from lms.core.actor import Actor
from lms.core.addresses import address_of
from lms.core.i18n import LazyText


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry: shown in `area` ('public', 'learner', 'staff') to holders of any of `roles` (empty: everyone).

    With `under`, the key of another entry, it is one of that entry's pages: in the rail only, never in a bar.
    """

    area: str
    key: str
    label: LazyText | str
    endpoint: str
    icon: str
    order: int = 50
    roles: frozenset[str] = frozenset()
    under: str = ""


@dataclass(frozen=True, slots=True)
class Nav:
    """What the frame of the present page shows: its area, the current entry, entries as (key, label, url, icon).

    `below` has the pages of an entry, by its key, as (label, url, icon, is current).
    """

    area: str
    current: str
    items: tuple[tuple[str, LazyText | str, str, str], ...]
    below: Mapping[str, tuple[tuple[LazyText | str, str, str, bool], ...]] = field(default_factory=dict)


_items: dict[tuple[str, str], NavItem] = {}
_places: dict[str, tuple[str, str]] = {}


def add_nav_item(item: NavItem) -> None:
    """Add an entry; the same area and key replaces."""
    _items[item.area, item.key] = item


def place(name: str, area: str, key: str) -> None:
    """Say in which area, under which entry, the pages of a blueprint or a single endpoint stand."""
    _places[name] = (area, key)


def link(endpoint: str, **values: object) -> str:
    """Return the address of `endpoint`, or '' where this installation has no such page."""
    try:
        return address_of(endpoint, **values)
    except BuildError:
        return ""


def build_nav(actor: Actor) -> Nav:
    """Return the navigation of the present request for `actor`."""
    endpoint, blueprint = request.endpoint or "", request.blueprint or ""
    area, current = _places.get(endpoint) or _places.get(blueprint) or ("public", "")
    if area == "any":
        area = home_area(actor)
    shown = sorted(
        (i for i in _items.values() if i.area == area and _may_see(i, actor)), key=lambda i: i.order
    )
    items = ((i.key, i.label, link(i.endpoint), i.icon) for i in shown if not i.under)
    below: dict[str, tuple[tuple[LazyText | str, str, str, bool], ...]] = {}
    for item in shown:
        if item.under and (url := link(item.endpoint)):
            entry = (item.label, url, item.icon, item.endpoint == endpoint)
            below[item.under] = (*below.get(item.under, ()), entry)
    return Nav(area, current, tuple(entry for entry in items if entry[2]), below)


def home_area(actor: Actor) -> str:
    """Return the frame someone lives in: staff, learner, or public when not signed in."""
    if not actor.is_signed_in:
        return "public"
    staff_roles = current_app.extensions["staff_roles"]
    return "staff" if any(grant.role in staff_roles for grant in actor.grants) else "learner"


def _may_see(item: NavItem, actor: Actor) -> bool:
    return not item.roles or actor.has_role(*item.roles)
