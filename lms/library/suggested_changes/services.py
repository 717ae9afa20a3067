"""Offering a change of another's item, and answering such offers. Reading a file happens before the write."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from content_store import suggestions as store_suggestions
from content_store.lineage import get_versions
from content_store.lineage_models import Suggestion
from content_store.models import Item, Version
from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.db import db
from lms.core.errors import Invalid, NotAllowed, NotFound
from lms.core.i18n import LazyText, _, _l
from lms.core.jobs import enqueue
from lms.core.paging import Page, take_page
from lms.library.door import open_store, saying_refusals
from lms.library.permissions import owner_token
from lms.library.queries import may_change
from lms.library.remixes.services import get_adaptable
from lms.library.review import services as reviews
from lms.library.services import Metadata, NewFile, PreparedFile, prepare_files
from lms.library.sharing import allow_change
from lms.library.suggested_changes.topics import tell_answer, tell_keeper
from lms.people.models import User

LARGEST_TEXT = 200_000
TEXTS = frozenset({"markdown", "text"})
STATE_WORDS: Mapping[str, LazyText] = {
    "open": _l("Waits for an answer"),
    "accepted": _l("Accepted"),
    "declined": _l("Declined"),
    "withdrawn": _l("Withdrawn by its author"),
}
STATE_BADGES = {"open": "warn", "accepted": "ok", "declined": "danger"}


@dataclass(frozen=True, slots=True)
class Offered:
    """One line of a list of offers: the offer, and the version it was made against."""

    suggestion: Suggestion
    version: Version


def get_suggestible(actor: Actor, uuid: UUID, number: int | None = None) -> Version:
    """Return the version to offer a change of. Raises NotFound, NotAllowed; Invalid for one's own, which one edits."""
    version = get_adaptable(actor, uuid, number)
    if version.item.owner == owner_token(actor):
        raise Invalid({"note": _("It is yours. Change it directly.")})
    if version.item.state != "published":
        raise NotAllowed()
    return version


def editable_text(version: Version) -> str:
    """Return the source of a text file, for changing it in place; '' for other files and for long ones."""
    main = version.main
    if main is None or main.format not in TEXTS or main.size > LARGEST_TEXT:
        return ""
    with saying_refusals(), open_store().open(main) as stream:
        return stream.read().decode("utf-8", errors="replace").replace("\r\n", "\n")


def prepare_text(actor: Actor, version: Version, text: str) -> PreparedFile | None:
    """Return changed words as a file under the old name; None where they are as before. Raises Invalid."""
    before, words = editable_text(version), text.replace("\r\n", "\n")
    if not before or not words.strip() or words.strip() == before.strip() or version.main is None:
        return None
    if len(words) > LARGEST_TEXT:
        raise Invalid({"text": _("This is too long. Shorten it.")})
    return prepare_files(actor, [NewFile(version.main.filename, io.BytesIO(words.encode()))])[0]


def suggest_change(
    actor: Actor,
    uuid: UUID,
    *,
    note: str,
    number: int | None = None,
    metadata: Metadata | None = None,
    file: PreparedFile | None = None,
    is_named: bool = True,
) -> Suggestion:
    """Offer the keeper of an item a change. Raises NotFound, NotAllowed, Invalid, Conflict."""
    version = get_suggestible(actor, uuid, number)
    with saying_refusals():
        row = store_suggestions.suggest_change(
            db.session(),
            version,
            author=owner_token(actor),
            note=note,
            metadata=metadata,
            file=file,
            credit=actor.display_name if is_named else "",
        )
    record_audit(actor, "suggest", "item", uuid)
    tell_keeper(row, version.title)
    return row


def get_suggestion(actor: Actor, uuid: UUID) -> Suggestion:
    """Return an offer to whoever made it, and to the keepers of its item. Raises NotFound."""
    with saying_refusals():
        row = store_suggestions.get_suggestion(db.session(), uuid)
        newest = open_store().get(row.item.uuid)
    if row.author != owner_token(actor) and not may_change(actor, newest):
        raise NotFound()
    return row


def accept_suggestion(actor: Actor, uuid: UUID, *, expected: int, answer: str = "") -> Version:
    """Make an offer the next version of the item, which is shown at once unless a review comes first.

    Raises NotFound, NotAllowed, Conflict when it was answered or the item changed meanwhile.
    """
    row = _answerable(actor, uuid)
    with saying_refusals():
        row, version = store_suggestions.accept_suggestion(
            open_store(), uuid, by=owner_token(actor), expected=expected, answer=answer
        )
    reviews.show_again(actor, version)
    record_audit(actor, "accept_suggestion", "item", row.item.uuid, number=version.number)
    enqueue("index_items", key="index_items")
    tell_answer(row, version.title)
    return version


def decline_suggestion(actor: Actor, uuid: UUID, *, answer: str) -> Suggestion:
    """Decline an offer, with words. Raises NotFound, NotAllowed, Invalid, Conflict."""
    row = _answerable(actor, uuid)
    if not answer.strip():
        raise Invalid({"answer": _("Say in a sentence why not.")})
    with saying_refusals():
        row = store_suggestions.close_suggestion(
            db.session(), uuid, "declined", by=owner_token(actor), answer=answer
        )
    record_audit(actor, "decline_suggestion", "item", row.item.uuid)
    tell_answer(row, row.base.title)
    return row


def withdraw_suggestion(actor: Actor, uuid: UUID) -> Suggestion:
    """Take back what one offered. Raises NotFound, NotAllowed, Conflict."""
    row = get_suggestion(actor, uuid)
    if row.author != owner_token(actor):
        raise NotAllowed()
    with saying_refusals():
        return store_suggestions.close_suggestion(db.session(), uuid, "withdrawn", by=owner_token(actor))


def _answerable(actor: Actor, uuid: UUID) -> Suggestion:
    row = get_suggestion(actor, uuid)
    allow_change(actor, row.item.uuid)
    return row


def list_suggestions(
    actor: Actor, *, box: str, item_uuid: UUID | None = None, after: str | None = None, size: int = 20
) -> Page[Offered]:
    """List offers, the latest first: `out` those the actor made, `in` those for the actor's own items.

    Of one item all of them, for its keepers. Raises NotFound, NotAllowed.
    """
    query = select(Suggestion).join(Item, Item.id == Suggestion.item_id)
    if item_uuid is not None:
        allow_change(actor, item_uuid)
        query = query.where(Item.uuid == item_uuid)
    elif box == "out":
        query = query.where(Suggestion.author == owner_token(actor))
    else:
        query = query.where(Item.owner == owner_token(actor))
    page = take_page(db.session(), query, keys=[Suggestion.id], after=after, size=size, descending=True)
    bases = get_versions(db.session(), [row.base_id for row in page.rows])
    return Page([Offered(row, bases[row.base_id]) for row in page.rows], page.next)


def names_by_token(tokens: Iterable[str]) -> dict[str, str]:
    """Return the names of the people behind tokens of the store, in one query."""
    uuids = [UUID(token[5:]) for token in tokens if token.startswith("user:")]
    rows = db.session.execute(select(User.uuid, User.full_name).where(User.uuid.in_(uuids)))
    return {f"user:{row.uuid}": row.full_name for row in rows}
