"""Making an item from another's, and knowing for ever what was made from what.

An item descends from versions, not from items: who adapted version 2 owes nothing to version 3. So the graph has no
circles, whoever remixes whom. Every version of a descendant, in every caller, carries a license that its sources allow.
"""

from __future__ import annotations

from collections.abc import Collection as Several
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from sqlalchemy import ColumnElement, and_, event, func, literal, or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import InstrumentedAttribute, Mapper, Session

from content_store import catalogue, rights
from content_store.blobs import BlobRef
from content_store.errors import StoreError
from content_store.lineage_models import Lineage
from content_store.models import Item, Version, VersionFile
from content_store.rights import How
from content_store.store import ContentStore
from content_store.values import Metadata, PreparedFile, metadata_of

DEEPEST = 60
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Descent:
    """One step of a lineage: the item (by row id) was made from the version `source`, `depth` steps from where we ask."""

    item_id: int
    source_id: int
    how: str
    depth: int


def licenses_after(sources: Iterable[tuple[str, How]]) -> frozenset[str]:
    """The licenses that something made from these (license, how) may carry.

    What may not be changed by others may still be by its owner; then it stays what it was.
    """
    allowed = (rights.outbound(license, how) or frozenset({license}) for license, how in sources)
    return reduce(frozenset.intersection, allowed, frozenset(rights.LICENSES))


def license_for(version: Version) -> tuple[str, frozenset[str]]:
    """The license to propose for an adaptation of a version, and all that it may carry."""
    allowed = licenses_after([(version.license_id, "adaptation")])
    if version.license_id in allowed:
        return version.license_id, allowed
    best = [one.id for one in rights.combine([version.license_id], "adaptation").best]
    return (best or sorted(allowed))[0], allowed


def fork(
    store: ContentStore,
    version: Version,
    audiences: Several[str],
    *,
    owner: str,
    license_id: str | None = None,
    author: str = "",
    home: str | None = None,
) -> Version:
    """Add a draft with the files of a version, descended from it. Raises NotPermitted, and StoreError for a license."""
    store.require(version, audiences, "adapt")
    said = metadata_of(version)
    names = (*said.authors, *([author] if author and author not in said.authors else []))
    said = replace(said, license_id=license_id or license_for(version)[0], authors=names)
    return add_descendant(
        store,
        [version],
        "adaptation",
        owner=owner,
        files=[as_prepared(file) for file in version.files],
        metadata=said,
        home=home,
    )


def add_descendant(
    store: ContentStore,
    sources: Sequence[Version],
    how: How,
    *,
    owner: str,
    files: Sequence[PreparedFile],
    metadata: Metadata,
    home: str | None = None,
) -> Version:
    """Add a draft that was made from these versions. Raises StoreError for a license that they do not allow."""
    check_license(metadata.license_id, [(one.license_id, how) for one in sources])
    made = store.add(owner=owner, files=files, metadata=metadata, home=home)
    note_sources(store.session, made, sources, how, by=owner)
    return made


def note_sources(
    session: Session, version: Version, sources: Iterable[Version], how: How, *, by: str
) -> None:
    """Write down that a version was made from others; what is known already stays as it is.

    The license is checked before, so that no work ever stands under one that its sources do not allow.
    """
    wanted = {one.id: one for one in sources if one.item_id != version.item_id}
    check_license(version.license_id, [(one.license_id, how) for one in wanted.values()])
    rows = session.scalars(select(Lineage).where(Lineage.item_id == version.item_id))
    known = {row.source_id: row for row in rows}
    for one in wanted:
        row = known.get(one)
        if row is None:
            session.add(
                Lineage(item_id=version.item_id, source_id=one, how=how, since=version.number, created_by=by)
            )
            continue
        row.until = None  # it is back, or never went
        if how == "adaptation":
            row.how = how
    session.flush()


def drop_sources(session: Session, newest: Version, kept: Iterable[Version]) -> None:
    """Note that the next version of an item shows, of what stood in it unaltered, only these: the rest binds no more.

    What was changed stays bound for ever: taking a sentence out does not make the others anyone's own.
    """
    known = select(Lineage).where(
        Lineage.item_id == newest.item_id, Lineage.how == "collection", Lineage.until.is_(None)
    )
    shown = {one.id for one in kept}
    for row in session.scalars(known):
        if row.source_id not in shown:
            row.until = newest.number
    session.flush()


def _binds(number: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether a lineage holds for the version of this number."""
    return and_(Lineage.since <= number, or_(Lineage.until.is_(None), Lineage.until >= number))


def check_license(license_id: str, sources: Iterable[tuple[str, How]]) -> None:
    """Raise StoreError unless a work made from these may carry the license."""
    given = list(sources)
    allowed = licenses_after(given)
    if license_id not in allowed:
        names = ", ".join(sorted({rights.get_license(one).short for one, _how in given}))
        raise StoreError(
            f"It was made from works under {names}, which do not allow this license. Choose another one.",
            code="license-lineage",
            sources=names,
            allowed=", ".join(sorted(allowed)),
        )


def as_prepared(file: VersionFile) -> PreparedFile:
    """A file of a version, to stand in another item: the bytes are neither stored nor read again."""
    return PreparedFile(
        filename=file.filename,
        role=file.role,  # type: ignore[arg-type]
        language=file.language,
        blob=BlobRef(file.sha256, file.size),
        format=file.format,
        reading_id=file.reading_id,
    )


def list_ancestors(session: Session, version_ids: Iterable[int]) -> dict[int, list[Descent]]:
    """What each of several versions was made from, over all generations, the nearest first; one query."""
    roots = list(version_ids)
    if not roots:
        return {}
    step = (
        select(
            Version.id.label("root"),
            Lineage.item_id,
            Lineage.source_id,
            Lineage.how,
            literal(1).label("depth"),
        )
        .join(Lineage, and_(Lineage.item_id == Version.item_id, _binds(Version.number)))
        .where(Version.id.in_(roots))
        .cte("ancestors", recursive=True)
    )
    above = (
        select(step.c.root, Lineage.item_id, Lineage.source_id, Lineage.how, step.c.depth + 1)
        .join(Version, Version.id == step.c.source_id)
        .join(Lineage, and_(Lineage.item_id == Version.item_id, _binds(Version.number)))
        .where(step.c.depth < DEEPEST)
    )
    edges = step.union(above)
    order = (edges.c.depth, edges.c.item_id, edges.c.source_id)
    found: dict[int, list[Descent]] = {}
    seen: set[tuple[int, int, int]] = set()
    for row in session.execute(select(edges).order_by(*order)):
        if (key := (row.root, row.item_id, row.source_id)) not in seen:
            seen.add(key)
            found.setdefault(row.root, []).append(Descent(row.item_id, row.source_id, row.how, row.depth))
    return found


def _descendants(item_id: int) -> Any:
    """Edges downward from any version of an item; what a later version took in does not count for earlier remixes."""
    step = (
        select(
            Lineage.item_id,
            Lineage.since,
            Lineage.until,
            Lineage.source_id,
            Lineage.how,
            literal(1).label("depth"),
        )
        .join(Version, Version.id == Lineage.source_id)
        .where(Version.item_id == item_id)
        .cte("descendants", recursive=True)
    )
    below = (
        select(
            Lineage.item_id, Lineage.since, Lineage.until, Lineage.source_id, Lineage.how, step.c.depth + 1
        )
        .join(Version, Version.id == Lineage.source_id)
        .join(
            step,
            and_(
                step.c.item_id == Version.item_id,
                Version.number >= step.c.since,
                or_(step.c.until.is_(None), Version.number <= step.c.until),
            ),
        )
        .where(step.c.depth < DEEPEST)
    )
    return step.union(below)


def list_descendants(
    session: Session, item_id: int, visible: ColumnElement[bool], *, size: int = MOST_SHOWN
) -> list[Descent]:
    """What was made from an item, over all generations, as far as `visible` lets it be told; the nearest first."""
    edges = _descendants(item_id)
    query = (
        select(edges.c.item_id, edges.c.source_id, edges.c.how, func.min(edges.c.depth).label("depth"))
        .join(Item, Item.id == edges.c.item_id)
        .where(visible, Item.id != item_id)
        .group_by(edges.c.item_id, edges.c.source_id, edges.c.how)
        .order_by(func.min(edges.c.depth), edges.c.item_id, edges.c.source_id)
        .limit(size)
    )
    return [Descent(*row) for row in session.execute(query)]


def count_descendants(session: Session, item_id: int, visible: ColumnElement[bool]) -> tuple[int, int]:
    """How many items were made from an item that may be told of, and how many there are besides; drafts apart."""
    edges = _descendants(item_id)
    items = select(edges.c.item_id).where(edges.c.item_id != item_id).distinct().subquery()
    seen = select(func.count()).select_from(Item).where(Item.id.in_(select(items.c.item_id)), visible)
    out = (
        select(func.count())
        .select_from(Item)
        .where(Item.id.in_(select(items.c.item_id)), Item.state != "draft", ~visible)
    )
    row = session.execute(select(seen.scalar_subquery(), out.scalar_subquery())).one()
    return int(row[0]), int(row[1])


def get_versions(session: Session, version_ids: Iterable[int]) -> dict[int, Version]:
    """Several versions by row id, in one query."""
    wanted = set(version_ids)
    if not wanted:
        return {}
    rows = session.scalars(catalogue.select_versions().where(Version.id.in_(wanted))).unique()
    return {row.id: row for row in rows}


def get_shown(session: Session, item_ids: Iterable[int]) -> dict[int, Version]:
    """The shown version of several items by row id, in one query."""
    wanted = set(item_ids)
    if not wanted:
        return {}
    query = catalogue.select_versions().where(Item.id.in_(wanted), catalogue.is_shown())
    return {row.item_id: row for row in session.scalars(query).unique()}


@event.listens_for(Version, "before_insert")
def _keep_the_license(mapper: Mapper[Any], connection: Connection, target: Version) -> None:
    """A descendant stays under a license that its sources allow, in every caller and in every later version."""
    if target.number == 1:
        return  # nothing descends before it is there; `note_sources` has checked this one
    query = (
        select(Version.license_id, Lineage.how)
        .join(Lineage, Lineage.source_id == Version.id)
        .where(Lineage.item_id == target.item.id, _binds(literal(target.number)))
    )
    sources = [(row.license_id, row.how) for row in connection.execute(query)]
    if sources:
        check_license(target.license_id, sources)
