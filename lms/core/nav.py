"""Navigation: rooms add their entries; the frame shows those the actor can use. No room is named here."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, request
from werkzeug.routing import BuildError

from lms.core.actor import Actor
from lms.core.addresses import address_of
from lms.core.i18n import LazyText, current_locale


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry: shown in `area` ('public', 'learner', 'staff') to holders of any of `roles` (empty: everyone).

    With `under`, the key of another entry, it is one of that entry's pages: in the rail only, never in a bar; it is
    marked on its own page and on the endpoints in `pages`.
    """

    area: str
    key: str
    label: LazyText | str
    endpoint: str
    icon: str
    order: int = 50
    roles: frozenset[str] = frozenset()
    under: str = ""
    pages: frozenset[str] = frozenset()


Entry = tuple[str, str, str, str]
Page = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Nav:
    """What the frame of the present page shows: its area, the current entry, entries as (key, label, url, icon).

    `below` has the pages of an entry, beside its key, as (label, url, icon, value of `aria-current` or ''). All in the
    reader's language.
    """

    area: str
    current: str
    items: tuple[Entry, ...]
    below: tuple[tuple[str, tuple[Page, ...]], ...] = ()


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
    """Return the navigation of the present request for `actor`; put together once for all who see the same."""
    endpoint, blueprint = request.endpoint or "", request.blueprint or ""
    area, current = _places.get(endpoint) or _places.get(blueprint) or ("public", "")
    if area == "any":
        area = home_area(actor)
    if request.environ.get("SCRIPT_NAME"):  # below a prefix that each request names for itself
        return _put_together(area, current, endpoint, actor)
    roles = frozenset(grant.role for grant in actor.grants)
    key = (area, current, endpoint, roles, actor.is_system, current_locale())
    known: dict[object, Nav] = current_app.extensions["navs"]
    found = known.get(key)
    if found is None:
        found = known[key] = _put_together(area, current, endpoint, actor)
    return found


def _put_together(area: str, current: str, endpoint: str, actor: Actor) -> Nav:
    shown = sorted(
        (i for i in _items.values() if i.area == area and _may_see(i, actor)), key=lambda i: i.order
    )
    items: list[Entry] = []
    below: dict[str, tuple[Page, ...]] = {}
    for item in shown:
        url = link(item.endpoint)
        if not url:
            continue
        if item.under:
            page = (str(item.label), url, item.icon, _mark(item, endpoint))
            below[item.under] = (*below.get(item.under, ()), page)
        else:
            items.append((item.key, str(item.label), url, item.icon))
    return Nav(area, current, tuple(items), tuple(below.items()))


def _mark(item: NavItem, endpoint: str) -> str:
    return "page" if item.endpoint == endpoint else "true" if endpoint in item.pages else ""


def home_area(actor: Actor) -> str:
    """Return the frame someone lives in: staff, learner, or public when not signed in."""
    if not actor.is_signed_in:
        return "public"
    staff_roles = current_app.extensions["staff_roles"]
    return "staff" if any(grant.role in staff_roles for grant in actor.grants) else "learner"


def _may_see(item: NavItem, actor: Actor) -> bool:
    return not item.roles or actor.has_role(*item.roles)


def init_app(app: Flask) -> None:
    """Give `app` the memory of its navigations: endpoints, sets of roles and languages are few."""
    app.extensions["navs"] = {}
    app.jinja_env.globals["link"] = link
