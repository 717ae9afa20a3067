"""Curating shelves: librarians of a place choose, order and introduce materials for everyone who may see them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from content_store import collections, curating
from content_store.models import Collection
from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.clock import now
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotAllowed
from lms.core.i18n import LazyText, _
from lms.library.door import saying_refusals
from lms.library.queries import get_item
from lms.library.shelves.models import Shelf
from lms.library.shelves.queries import get_kept_shelf, may_keep
from lms.orgs.models import Org

LONGEST_TITLE = 120
LONGEST_TEXT = 1000
MOST_ITEMS = 60  # one page shows the whole of it


def create_shelf(actor: Actor, place: Org, *, title: str, description: str = "") -> Shelf:
    """Make an empty shelf of a place; nobody else sees it until it is opened. Raises NotAllowed, Invalid."""
    if not may_keep(actor, place):
        raise NotAllowed()
    said = _check(title, description)
    with saying_refusals():
        collection = collections.create_collection(
            db.session(), owner=f"org:{place.uuid}", title=said[0], description=said[1]
        )
    made = db.session.scalar(select(Shelf).where(Shelf.collection_uuid == collection.uuid))
    if made is not None:  # the button was pressed twice
        return made
    shelf = Shelf(collection_uuid=collection.uuid, org_id=place.id)
    db.session.add(shelf)
    db.session.flush()
    record_audit(actor, "create", "shelf", shelf.uuid, org_id=place.id)
    return shelf


def update_shelf(actor: Actor, uuid: UUID, *, title: str, description: str) -> Shelf:
    """Change what a shelf is called and what is said of it. Raises NotFound, NotAllowed, Invalid."""
    shelf, collection = _kept(actor, uuid)
    said = _check(title, description)
    with saying_refusals():
        curating.rename_collection(db.session(), collection, title=said[0], description=said[1])
    return shelf


def put_on_shelf(actor: Actor, uuid: UUID, item_uuid: UUID, *, words: str = "") -> Shelf:
    """Put a published item at the end of a shelf, with a word why. Raises NotFound, NotAllowed, Conflict."""
    shelf, collection = _kept(actor, uuid)
    version = get_item(actor, item_uuid)
    if version.item.state != "published" or version.recall is not None:
        raise Conflict(_("Only what is published stands on a shelf."))
    standing = curating.list_with_words(db.session(), collection)
    is_new = all(one.item.uuid != item_uuid for one, _words in standing)
    if is_new and len(standing) >= MOST_ITEMS:
        raise Conflict(_("The shelf is full. Make another one."))
    with saying_refusals():
        collections.add_to_collection(db.session(), collection, item_uuid)
        if words.strip():
            curating.set_words(db.session(), collection, item_uuid, words)
    return shelf


def introduce_on_shelf(actor: Actor, uuid: UUID, item_uuid: UUID, *, words: str) -> None:
    """Change the words an item stands on a shelf with. Raises NotFound, NotAllowed."""
    _shelf, collection = _kept(actor, uuid)
    with saying_refusals():
        curating.set_words(db.session(), collection, item_uuid, words)


def move_on_shelf(actor: Actor, uuid: UUID, item_uuid: UUID, *, up: bool) -> None:
    """Move an item one place up or down. Raises NotFound, NotAllowed."""
    _shelf, collection = _kept(actor, uuid)
    with saying_refusals():
        curating.move_item(db.session(), collection, item_uuid, up=up)


def order_shelf(actor: Actor, uuid: UUID, item_uuids: Sequence[UUID]) -> Shelf:
    """Put the items of a shelf into this order; those that are not named follow as they stood. Raises NotFound, Invalid."""
    shelf, collection = _kept(actor, uuid)
    if len(set(item_uuids)) != len(item_uuids):
        raise Invalid({"items": _("Name each of them once.")})
    with saying_refusals():
        curating.order_items(db.session(), collection, item_uuids)
    return shelf


def take_off_shelf(actor: Actor, uuid: UUID, item_uuid: UUID) -> None:
    """Take an item off a shelf; the item itself stays. Raises NotFound, NotAllowed."""
    _shelf, collection = _kept(actor, uuid)
    with saying_refusals():
        curating.get_place(db.session(), collection, item_uuid)
        collections.remove_from_collection(db.session(), collection, item_uuid)


def open_shelf(actor: Actor, uuid: UUID) -> Shelf:
    """Show a shelf to everyone who may see anything on it. Raises NotFound, NotAllowed, Conflict."""
    shelf, collection = _kept(actor, uuid)
    if not curating.list_with_words(db.session(), collection):
        raise Conflict(_("Put something on the shelf first."))
    if shelf.opened_at is None:
        shelf.opened_at = now()
        curating.set_home(db.session(), collection, collection.owner.removeprefix("org:"))
        record_audit(actor, "open", "shelf", uuid, org_id=shelf.org_id)
        db.session.flush()
    return shelf


def close_shelf(actor: Actor, uuid: UUID) -> Shelf:
    """Take a shelf out of sight; it keeps all that stands on it. Raises NotFound, NotAllowed."""
    shelf, collection = _kept(actor, uuid)
    if shelf.opened_at is not None:
        shelf.opened_at = None
        curating.set_home(db.session(), collection, None)
        record_audit(actor, "close", "shelf", uuid, org_id=shelf.org_id)
        db.session.flush()
    return shelf


def _kept(actor: Actor, uuid: UUID) -> tuple[Shelf, Collection]:
    shelf, collection, _place = get_kept_shelf(actor, uuid)
    return shelf, collection


def _check(title: str, description: str) -> tuple[str, str]:
    name, said = title.strip(), description.strip()
    problems: dict[str, LazyText | str] = {}
    if not name or len(name) > LONGEST_TITLE:
        problems["title"] = _("Give the shelf a name of up to 120 characters.")
    if len(said) > LONGEST_TEXT:
        problems["description"] = _("Say it in up to 1,000 characters.")
    if problems:
        raise Invalid(problems)
    return name, said
