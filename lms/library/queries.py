"""Reading the library on behalf of an actor: search, versions, what lessons pin, signed addresses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import select

from content_store import collections
from content_store.answers import holds_answers
from content_store.cards import ItemCard
from content_store.collection_pages import count_collected
from content_store.errors import BadCursor
from content_store.models import Collection as ItemCollection
from content_store.models import Item, Version, VersionFile
from content_store.rights import Action, Verdict, get_license, verdict
from content_store.search import Fragment, Query, Results, SearchUnavailable
from content_store.shown import find_shown
from content_store.store import Linkable, Page
from lms.core import paging
from lms.core.actor import Actor
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.i18n import current_locale
from lms.library.door import as_refusal, link_signer, open_store, saying_refusals
from lms.library.markup import below_title
from lms.library.permissions import CONTRIBUTORS, KEEPERS, can_change, can_contribute, owner_token
from lms.library.refusal_words import VERDICTS
from lms.library.values import Caption, PinnedFile, PinnedItem, one_a_language
from lms.orgs.models import Org
from lms.orgs.queries import get_orgs

FACETS = (
    "subject",
    "topic",
    "grade",
    "level",
    "type",
    "language",
    "license",
    "source",
    "duration",
    "reviewed",
)


Shown = TypeVar("Shown", Version, ItemCard)


@dataclass(frozen=True, slots=True)
class Found(Generic[Shown]):
    """One result: the shown version (whole, or what a card needs of it), with the matched words marked."""

    version: Shown
    title: Fragment
    passages: tuple[Fragment, ...]


@dataclass(frozen=True, slots=True)
class FoundPage(Generic[Shown]):
    """One page of results; `is_degraded` when the engine was away and only the latest items are listed."""

    rows: Sequence[Found[Shown]]
    total: int | None
    facets: Mapping[str, Mapping[str, int]]
    next: str | None
    corrected: str | None = None
    is_degraded: bool = False
    instead: str | None = None


def tokens_of(actor: Actor) -> frozenset[str]:
    """Return the audiences the actor stands in, own items included."""
    return actor.audiences | {owner_token(actor)} if actor.uuid else actor.audiences


def search_items(
    actor: Actor,
    q: str,
    *,
    filters: Mapping[str, frozenset[str]] | None = None,
    after: str | None = None,
    sort: str = "relevance",
    size: int = 20,
) -> FoundPage[Version]:
    """Find published items the actor may see. Falls back to the latest ones when the engine is away."""
    try:
        results = ask_index(actor, q, filters=filters, after=after, sort=sort, size=size)
    except SearchUnavailable:
        rows = [Found(version, plain(version.title), ()) for version in list_latest(actor, size)]
        return FoundPage(rows, None, {}, None, is_degraded=True)
    rows = _with_versions(actor, results)
    return FoundPage(
        rows, results.total, results.facets, results.next, results.corrected, instead=results.instead
    )


def ask_index(
    actor: Actor,
    q: str,
    *,
    filters: Mapping[str, frozenset[str]] | None = None,
    after: str | None = None,
    sort: str = "relevance",
    size: int = 20,
) -> Results:
    """Return what the index has for the actor; it may lag behind the rows. Raises SearchUnavailable."""
    wanted = {name: values for name, values in (filters or {}).items() if name in FACETS and values}
    query = Query(
        text=q[:300],
        audiences=tokens_of(actor),
        filters={**wanted, "state": frozenset({"published"})},
        facets=FACETS,
        sort="newest" if sort == "newest" else "title" if sort == "title" else "relevance",
        after=after,
        size=size,
    )
    try:
        return open_store().search(query)
    except BadCursor as error:
        raise as_refusal(error) from error


def list_latest(actor: Actor, size: int) -> Sequence[Version]:
    """Return the published items the actor may see that changed last."""
    return open_store().list_items(audiences=tokens_of(actor), state="published", size=size).versions


def _with_versions(actor: Actor, results: Results) -> list[Found[Version]]:
    """Join hits with their rows. The index may lag behind: what is no longer shared is left out here."""
    versions = open_store().get_many(hit.uuid for hit in results.hits)
    pairs = ((hit, versions.get(UUID(hit.uuid))) for hit in results.hits)
    return [
        Found(version, hit.title, hit.passages)
        for hit, version in pairs
        if version and is_found_by(actor, version.item)
    ]


def is_found_by(actor: Actor, item: Item) -> bool:
    """Tell whether the actor may find the item now, whatever the index still says."""
    return item.state == "published" and bool((item.audiences | {item.owner}) & tokens_of(actor))


def plain(text: str) -> Fragment:
    """Return a text in which nothing is marked."""
    return Fragment(((text, False),))


def get_item(actor: Actor, uuid: UUID, number: int | None = None) -> Version:
    """Return a version (the shown one) that the actor may see. Raises NotFound.

    Each version has its own circle: a draft, or one that a review sent back, stays its keepers' when a later one is
    published, and one of a narrower circle stays there.
    """
    store = open_store()
    with saying_refusals():
        version = store.get_shown(uuid) if number is None else store.get(uuid, number)
    return admit(actor, version)


def look_at_item(actor: Actor, uuid: UUID) -> Version:
    """Return what `get_item` does, for a page that only looks at it: it has no session. Raises NotFound."""
    version = find_shown(db.session(), uuid)
    if version is None:
        raise NotFound()
    return admit(actor, version)


def admit(actor: Actor, version: Version) -> Version:
    """Return a version that the actor may see. Raises NotFound."""
    store = open_store()
    is_early = not version.was_shown_to(tokens_of(actor))
    is_seen = store.may_use(version, tokens_of(actor), "view").allowed or _may_know(actor, version)
    if (is_early or not is_seen) and not is_keeper(actor, version):
        raise NotFound()
    return version


def _may_know(actor: Actor, version: Version) -> bool:
    """A link-only, sector-only or withdrawn work may be known of (title, license) by whoever is in its audience."""
    is_out = version.item.state == "published" or (
        version.recall is not None and version.item.state != "draft"
    )
    return is_out and bool(version.item.audiences & tokens_of(actor))


def lineage_of(version: Version) -> tuple[int, ...]:
    """Return the place an item comes from with everything above; () when it has none or the place is gone."""
    if not version.item.home:
        return ()
    home = db.session.scalar(select(Org).where(Org.uuid == UUID(version.item.home)))
    return home.lineage_ids if home else ()


def may_change(actor: Actor, version: Version) -> bool:
    """Tell whether the actor may edit the item: its owner, or a librarian of its place."""
    if not actor.is_signed_in:
        return actor.is_system
    is_own = version.item.owner == owner_token(actor)
    needs_place = not is_own and actor.has_role(*KEEPERS)  # else no place has to be looked up
    return can_change(actor, version.item.owner, lineage_of(version) if needs_place else ())


def is_keeper(actor: Actor, version: Version) -> bool:
    """Tell whether the actor owns the item, or keeps the place it comes from and it is no private draft."""
    if actor.is_system or version.item.owner == owner_token(actor):
        return True
    return version.item.state != "draft" and may_change(actor, version)


def list_homes(actor: Actor) -> list[Org]:
    """Return the places the actor may put items in the name of, the nearest first; a class means its school."""
    held = get_orgs(list(actor.org_ids(*CONTRIBUTORS)))
    missing = {org.parent_id for org in held.values() if org.kind == "class" and org.parent_id} - set(held)
    places = {**held, **(get_orgs(list(missing)) if missing else {})}
    return sorted(
        (org for org in places.values() if org.kind != "class" and not org.is_closed),
        key=lambda org: (-len(org.lineage_ids), org.sort_key, org.id),
    )


def list_versions(actor: Actor, shown: Version) -> list[Version]:
    """Return the versions of an item the actor was shown, newest first; the others for its keepers only."""
    if shown.item.latest_number == 1:
        return [shown]
    rows = open_store().versions(shown.item.uuid)
    seen = [row for row in rows if row.was_shown_to(tokens_of(actor))]
    return rows if len(seen) == len(rows) or is_keeper(actor, shown) else seen


def find_own_copy(actor: Actor, sha256: str) -> Version | None:
    """Return the actor's own item, retired ones apart, whose newest version has these very bytes."""
    uuid = db.session.scalar(
        select(Item.uuid)
        .join(Version, (Version.item_id == Item.id) & (Version.number == Item.latest_number))
        .join(VersionFile, (VersionFile.version_id == Version.id) & (VersionFile.role == "main"))
        .where(Item.owner == owner_token(actor), Item.state != "retired", VersionFile.sha256 == sha256)
        .limit(1)
    )
    return None if uuid is None else open_store().get(uuid)


def list_collections(
    actor: Actor, *, after: str | None = None, size: int = 30
) -> paging.Page[ItemCollection]:
    """Return the actor's own collections page by page, the last changed first."""
    if actor.uuid is None:
        return paging.Page([])
    return paging.take_page(
        db.session(),
        select(ItemCollection).where(ItemCollection.owner == owner_token(actor)),
        keys=[ItemCollection.updated_at, ItemCollection.uuid],
        after=after,
        size=size,
        descending=True,
    )


def count_in_collections(actor: Actor, rows: Sequence[ItemCollection]) -> dict[int, int]:
    """Return how many items of each collection the actor may see, by its id."""
    return count_collected(db.session(), rows, audiences=tokens_of(actor)) if rows else {}


def get_own_collection(actor: Actor, uuid: UUID) -> ItemCollection:
    """Return a collection of the actor's own. Raises NotFound."""
    with saying_refusals():
        collection = collections.get_collection(db.session(), uuid)
    if not actor.is_system and collection.owner != owner_token(actor):
        raise NotFound()
    return collection


def get_collection(actor: Actor, uuid: UUID) -> tuple[ItemCollection, list[Version]]:
    """Return a collection and its items as far as the actor may see them. Raises NotFound.

    A collection shows itself to others through its items: where they may see none, there is no collection.
    """
    with saying_refusals():
        collection = collections.get_collection(db.session(), uuid)
        versions = collections.list_collected(db.session(), collection, audiences=tokens_of(actor))
    if not versions and collection.owner != owner_token(actor):
        raise NotFound()
    return collection, versions


def list_own_items(
    actor: Actor, *, state: str | None = None, after: str | None = None, size: int = 20
) -> Page:
    """List what the actor put in, drafts included, last changed first."""
    with saying_refusals():
        return open_store().list_items(owner=owner_token(actor), state=state, after=after, size=size)


def may_have_answers(actor: Actor, version: Version) -> bool:
    """Tell whether the actor may have files in which right answers stand: those who teach, and the owner."""
    return can_contribute(actor) or actor.is_system or version.item.owner == owner_token(actor)


def may_use(actor: Actor, version: Version, action: Action) -> Verdict:
    """Tell whether the actor may do `action` with the version, and why.

    The file of a lesson says which answers are right: whatever its license lets everybody do, learners get no copy.
    """
    if action == "download" and version.format == "lesson" and not may_have_answers(actor, version):
        return verdict("holds-answers")
    return open_store().may_use(version, tokens_of(actor), action)


def verdict_words(judged: Verdict) -> str:
    """Return the sentence that says a verdict on use in a lesson."""
    return str(VERDICTS[judged.code])


def pinned(version: Version) -> PinnedItem:
    """Return what a lesson keeps of a version."""
    # A player hands on what is pinned, and a file with right answers goes to learners in no role.
    shown = [file for file in version.files if not holds_answers(file)]
    files = [PinnedFile(f.role, f.sha256, f.filename, f.media_type, f.language) for f in shown]
    preview = version.preview
    if preview is not None:
        files.append(PinnedFile("preview", preview.sha256, preview.filename, preview.media_type))
    reading = version.inspection
    license = get_license(version.license_id)
    return PinnedItem(
        pin=version.pin,
        item_uuid=str(version.item.uuid),
        number=version.number,
        title=version.title,
        type=version.type,
        format=version.format,
        license_id=license.id,
        license_name=license.short,
        license_url=license.url,
        attribution={language: version.attribution(language) for language in ("vi", "en")},
        files=tuple(files),
        duration_s=version.duration_s,
        pages=version.pages,
        width=reading.width if reading else None,
        height=reading.height if reading else None,
        source_url=version.source_url,
    )


def load_pinned(pins: Iterable[str]) -> dict[str, PinnedItem]:
    """Return each pinned version that exists, in one query."""
    with saying_refusals():
        found = open_store().get_pinned_many(pins)
    return {pin: pinned(version) for pin, version in found.items()}


def reading_html(pin: str) -> str | None:
    """Return the sanitized HTML of a pinned document, None where a viewer of its own is used."""
    with saying_refusals():
        html = open_store().get_pinned(pin).reading_html()
    return html and below_title(html)


def preview_link(version: Version | ItemCard) -> str | None:
    """Return the signed address of a version's thumbnail, None where it has none or was withdrawn."""
    preview = version.preview
    return file_link(preview) if preview and version.recall is None else None


def file_link(file: Linkable, *, download: bool = False) -> str:
    """Return a signed address of a file that ends within 15 minutes. Ask for permission before."""
    disposition = "attachment" if download else "inline"
    return open_store().file_link(file, signer=link_signer(), disposition=disposition)  # type: ignore[arg-type]


def find_link(item: PinnedItem, role: str = "main") -> str | None:
    """Return the address of the first file of a role, None when the item has none.

    Ask `lms.library.recall` first whether the version was withdrawn; a snapshot does not know.
    """
    file = item.find_file(role)
    return file_link(file) if file else None


def captions_links(item: PinnedItem) -> list[Caption]:
    """Return the caption tracks of a video or audio, the reader's language first chosen."""
    files = one_a_language(
        (file for file in item.files if file.role == "captions"), lambda file: file.language
    )
    here = current_locale()
    languages: Collection[str] = [file.language or "vi" for file in files]
    first = here if here in languages else next(iter(languages), None)
    tracks = []
    for file, language in zip(files, languages, strict=True):
        tracks.append(Caption(file_link(file), language, language == first))
        if language == first:
            first = None
    return tracks
