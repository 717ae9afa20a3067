"""The circles an item is shared with: its owner alone, a group, school, ward, department, the sector, everyone.

A circle of a place is that place's token, which everyone below it carries. An item of a group begins with the group,
any other with its school (or what stands in a school's place).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select

from content_store.models import Version
from lms.core.actor import Actor
from lms.core.db import db
from lms.core.errors import Invalid, NotAllowed
from lms.core.events import announce
from lms.core.i18n import LazyText, _, _l
from lms.library.door import open_store, saying_refusals
from lms.library.events import ItemShown
from lms.library.permissions import SCOPES, can_change
from lms.library.queries import get_item, lineage_of
from lms.orgs.models import Org
from lms.orgs.queries import get_orgs

SCOPE_WORDS: dict[str, LazyText] = {
    "private": _l("Only me"),
    "group": _l("My group"),
    "school": _l("My school"),
    "ward": _l("My ward or commune"),
    "department": _l("My department"),
    "sector": _l("The education sector"),
    "public": _l("Everyone"),
}
PLACES = ("school", "ward", "department")  # circles of units above the item's own place, from narrow to wide
Kinds = Mapping[str, str]


def allow_change(actor: Actor, uuid: UUID) -> Version:
    """Return the newest version of an item the actor may change. Raises NotFound, NotAllowed."""
    with saying_refusals():
        version = open_store().get(uuid)
    if can_change(actor, version.item.owner, lineage_of(version)):
        return version
    get_item(actor, uuid)  # whoever may not even see it learns nothing
    raise NotAllowed()


def home_of(version: Version) -> Org | None:
    """Return the place an item comes from, None when it has none or the place is gone."""
    if not version.item.home:
        return None
    return db.session.scalar(select(Org).where(Org.uuid == UUID(version.item.home)))


def audiences_of(scope: str, home: Org | None) -> frozenset[str]:
    """Return the tokens of a sharing scope. Raises Invalid for an unknown one, or one that the place has not."""
    if scope in {"private", "sector", "public"}:
        return frozenset() if scope == "private" else frozenset({scope})
    if scope not in SCOPES or home is None:
        raise Invalid({"scope": _("Choose who may see it.")})
    if scope == own_circle(home.kind):
        return frozenset({f"org:{home.uuid}"})
    above = get_orgs(home.lineage_ids[:-1]).values()
    places = [org for org in above if org.kind == scope]
    if not places:
        raise Invalid({"scope": _("The place it comes from belongs to no such unit. Choose another circle.")})
    return frozenset({f"org:{max(places, key=lambda org: len(org.lineage_ids)).uuid}"})


def own_circle(kind: str | None) -> str:
    """Return the circle that a place of this kind is itself."""
    return "group" if kind == "group" else "school"


def check_license(version: Version, scope: str) -> None:
    """Raise Invalid where the license keeps a version from a circle."""
    if scope == "public" and version.license.sector_only:
        raise Invalid({"scope": _("Its license is for the sector only. Choose a narrower circle.")})


def show_to(version: Version, scope: str) -> Version:
    """Show this very version to a circle. Raises Invalid. Permission and review are the caller's."""
    check_license(version, scope)
    tokens, before = audiences_of(scope, home_of(version)), version.item.published_number
    with saying_refusals():
        shown = open_store().publish(version.item.uuid, audiences=tokens, number=version.number)
    announce_shown(shown, before)
    return shown


def announce_shown(shown: Version, before: int | None) -> None:
    """Say that a version is shown; `before` is the number that was, and nothing is said where it is the same."""
    if shown.number != before:
        announce(ItemShown(str(shown.item.uuid), shown.number, shown.title, before is None))


def find_kinds(versions: Iterable[Version]) -> Kinds:
    """Return the kinds of the places that items come from and are shared with, in one query at most."""
    tokens = {token for version in versions for token in (_home_token(version), *version.item.audiences)}
    uuids = [UUID(token[4:]) for token in tokens if token.startswith("org:") and len(token) > 4]
    if not uuids:
        return {}
    rows = db.session.execute(select(Org.uuid, Org.kind).where(Org.uuid.in_(uuids)))
    return {f"org:{uuid}": kind for uuid, kind in rows}


def scope_of(version: Version, kinds: Kinds | None = None) -> str:
    """Return the circle that an item is shared with; before it is published, the one proposed."""
    audiences, home = version.item.audiences, _home_token(version)
    is_proposed = version.item.state == "draft" and not audiences
    for scope in ("public", "sector"):
        if scope in audiences:
            return scope
    if not audiences and not (is_proposed and version.item.home):
        return "private"
    known = find_kinds([version]) if kinds is None else kinds
    found = {known.get(token) for token in audiences}
    for scope in reversed(PLACES):
        if scope in found and home not in audiences:
            return scope
    return own_circle(known.get(home))


def _home_token(version: Version) -> str:
    return f"org:{version.item.home or ''}"


def find_circles(homes: Iterable[str | None]) -> dict[str, frozenset[str]]:
    """Return, for each place that items come from, its own circle and those above; two queries for all of them."""
    wanted = {UUID(home) for home in homes if home}
    if not wanted:
        return {}
    places = list(db.session.scalars(select(Org).where(Org.uuid.in_(wanted))))
    above = get_orgs(sorted({one for place in places for one in place.lineage_ids[:-1]}))
    return {
        str(place.uuid): frozenset(above[one].kind for one in place.lineage_ids[:-1] if one in above)
        & frozenset(PLACES)
        | {own_circle(place.kind)}
        for place in places
    }


def scope_choices(circles: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Return (id, label) of the circles an item may be shared with; `circles` are those of its place."""
    offered = {"private", "sector", "public", *circles}
    return [(key, str(words)) for key, words in SCOPE_WORDS.items() if key in offered]
