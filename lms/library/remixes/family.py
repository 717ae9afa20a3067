"""Where an item comes from and what was made of it, as far as the reader may know.

Ancestors are credited by name where the reader may see them, and also where their license lets anybody pass them on:
such a license asks for nothing but that credit. Of all others there is a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Integer, ScalarSelect, bindparam, func, or_, select

from content_store import lineage
from content_store.catalogue import visible_to
from content_store.lineage_models import Lineage, Suggestion
from content_store.models import Item, Version
from lms.core.actor import Actor
from lms.core.db import db
from lms.library.permissions import owner_token
from lms.library.queries import is_found_by, tokens_of


@dataclass(frozen=True, slots=True)
class Relative:
    """One item of the family: the version it is told of by, whether it may be opened, what comes behind it."""

    version: Version
    how: str
    may_open: bool
    further: tuple[Relative, ...] = ()
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """Both directions from one version. `hidden_above` and `hidden_below` count what may not be named."""

    above: Sequence[Relative] = ()
    below: Sequence[Relative] = ()
    hidden_above: int = 0
    hidden_below: int = 0
    all_below: int = 0
    contributors: Sequence[str] = field(default=())


@dataclass(frozen=True, slots=True)
class Ties:
    """How many works an item was made from, how many were made of it, how many offers wait: for its page."""

    above: int = 0
    below: int = 0
    waiting: int = 0


def select_ties() -> tuple[ScalarSelect[int], ...]:
    """Select the direct ties of `:item_id` at `:number` that are known to everyone, in the order of `Ties`.

    Drafts made of it are nobody's business. They ride along with other numbers of the page.
    """
    item_id, number = bindparam("item_id", type_=Item.id.type), bindparam("number", type_=Integer())
    above = select(func.count()).where(
        Lineage.item_id == item_id,
        Lineage.since <= number,
        or_(Lineage.until.is_(None), Lineage.until >= number),
    )
    below = (
        select(func.count(func.distinct(Lineage.item_id)))
        .join(Version, Version.id == Lineage.source_id)
        .join(Item, Item.id == Lineage.item_id)
        .where(Version.item_id == item_id, Item.state != "draft")
    )
    waiting = select(func.count()).where(Suggestion.item_id == item_id, Suggestion.state == "open")
    return above.scalar_subquery(), below.scalar_subquery(), waiting.scalar_subquery()


def may_open(actor: Actor, item: Item) -> bool:
    """Tell whether a relative has a page for the actor, as `visible_to` says it of rows."""
    return item.owner == owner_token(actor) or is_found_by(actor, item)


def may_name(actor: Actor, version: Version) -> bool:
    """Tell whether a work that something was made from is credited by name to the actor."""
    is_passed_on = version.license.redistribute and version.item.state != "draft"
    return is_passed_on or may_open(actor, version.item)


def find_family(actor: Actor, version: Version) -> Family:
    """Return the family of a version; the number of queries does not grow with it."""
    above = lineage.list_ancestors(db.session(), [version.id]).get(version.id, [])
    sources = lineage.get_versions(db.session(), [one.source_id for one in above])
    named = {one for one, source in sources.items() if may_name(actor, source)}
    visible = visible_to(tokens_of(actor))
    below = lineage.list_descendants(db.session(), version.item_id, visible)
    seen, hidden = lineage.count_descendants(db.session(), version.item_id, visible)
    return Family(
        above=_climb(actor, version.item_id, above, sources, named),
        below=_descend(actor, version.item_id, below),
        hidden_above=len(sources) - len(named),
        hidden_below=hidden,
        all_below=seen + hidden,
        contributors=_names(version, [sources[one.source_id] for one in above if one.source_id in named]),
    )


def _names(version: Version, sources: Iterable[Version]) -> list[str]:
    """Everybody who had a part in it, the eldest work first, each once."""
    works = [*reversed(list(sources)), version]
    return list(dict.fromkeys(name for work in works for name in work.authors))


def _climb(
    actor: Actor,
    item_id: int,
    edges: Sequence[lineage.Descent],
    sources: Mapping[int, Version],
    named: set[int],
) -> tuple[Relative, ...]:
    """Nest the works below what was made of them; behind one that may not be named its own sources stand in its place."""
    by_item: dict[int, list[lineage.Descent]] = {}
    for edge in edges:
        by_item.setdefault(edge.item_id, []).append(edge)
    told: set[int] = set()

    def of(item: int, path: frozenset[int]) -> list[Relative]:
        found: list[Relative] = []
        for edge in by_item.get(item, ()):
            source = sources[edge.source_id]
            if source.item_id in path:
                continue
            if edge.source_id not in named:
                found += of(source.item_id, path | {source.item_id})
                continue
            is_again = edge.source_id in told
            told.add(edge.source_id)
            further = () if is_again else tuple(of(source.item_id, path | {source.item_id}))
            found.append(Relative(source, edge.how, may_open(actor, source.item), further, is_again))
        return found

    return tuple(of(item_id, frozenset({item_id})))


def _descend(actor: Actor, item_id: int, edges: Sequence[lineage.Descent]) -> tuple[Relative, ...]:
    shown = lineage.get_shown(db.session(), [edge.item_id for edge in edges])
    parents = _items_of({edge.source_id for edge in edges})
    by_parent: dict[int, list[lineage.Descent]] = {}
    for edge in edges:
        parent = parents[edge.source_id]
        by_parent.setdefault(parent if parent in shown else item_id, []).append(edge)
    told: set[int] = {item_id}

    def of(parent: int) -> tuple[Relative, ...]:
        fresh = [
            edge for edge in by_parent.get(parent, ()) if edge.item_id in shown and edge.item_id not in told
        ]
        told.update(edge.item_id for edge in fresh)
        unique = {edge.item_id: edge for edge in fresh}.values()
        return tuple(Relative(shown[edge.item_id], edge.how, True, of(edge.item_id)) for edge in unique)

    return of(item_id)


def _items_of(version_ids: set[int]) -> dict[int, int]:
    if not version_ids:
        return {}
    rows = db.session.execute(select(Version.id, Version.item_id).where(Version.id.in_(version_ids)))
    return {row.id: row.item_id for row in rows}


def find_origins(actor: Actor | None, versions: Iterable[Version]) -> dict[int, list[Version]]:
    """Return the works that each of several versions was made from and that are to be credited, nearest first.

    Two queries, one where nothing was made from anything. Without an actor only those that everyone may be told of.
    """
    above = lineage.list_ancestors(db.session(), [version.id for version in versions])
    wanted = {edge.source_id for edges in above.values() for edge in edges}
    sources = lineage.get_versions(db.session(), wanted)
    return {
        root: [
            sources[one]
            for one in dict.fromkeys(edge.source_id for edge in edges)
            if _is_credited(actor, sources[one])
        ]
        for root, edges in above.items()
    }


def _is_credited(actor: Actor | None, version: Version) -> bool:
    if actor is None:
        return version.license.redistribute and version.item.state != "draft"
    return may_name(actor, version)
