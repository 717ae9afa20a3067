"""The short address of an item, for paper: made when somebody asks for it, the same for ever."""

from __future__ import annotations

import secrets
from uuid import UUID

from sqlalchemy import select

from content_store.models import Version
from lms.core.actor import Actor
from lms.core.db import db
from lms.core.errors import Conflict, NotAllowed, NotFound
from lms.core.i18n import _
from lms.core.insertion import insert_if_new
from lms.library.permissions import can_contribute
from lms.library.queries import get_item
from lms.library.shelves.models import ShortLink

# Nothing that is read or typed as something else: no 0 and o, no 1, i and l, no u and v.
LETTERS = "23456789abcdefghjkmnpqrstwxyz"
LENGTH = 8  # 29 to the eighth: half a billion times a thousand, too many to guess one of a private item


def find_code(item_uuid: UUID) -> str | None:
    """Return the code of an item."""
    return db.session.scalar(select(ShortLink.code).where(ShortLink.item_uuid == item_uuid))


def make_code(actor: Actor, item_uuid: UUID) -> str:
    """Return the code of an item, made now if it has none. Raises NotFound, NotAllowed, Conflict."""
    version = get_item(actor, item_uuid)
    if not can_contribute(actor):
        raise NotAllowed()
    if version.item.state == "draft":
        raise Conflict(_("Publish it first: nobody else could open what is printed."))
    code = find_code(item_uuid)
    while code is None:
        # Taken is the code (another draw follows) or the item, by somebody who asked at the same moment.
        insert_if_new(
            ShortLink, code="".join(secrets.choice(LETTERS) for _n in range(LENGTH)), item_uuid=item_uuid
        )
        code = find_code(item_uuid)
    return code


def resolve_code(actor: Actor, code: str) -> Version:
    """Return the item of a code, as somebody typed it, that the actor may see.

    Raises NotFound alike for a code that is none and for one of an item the actor may not know of.
    """
    wanted = code.strip().lower()
    found = select(ShortLink.item_uuid).where(ShortLink.code == wanted)
    item_uuid = db.session.scalar(found) if len(wanted) == LENGTH and set(wanted) <= set(LETTERS) else None
    if item_uuid is None:
        raise NotFound()
    return get_item(actor, item_uuid)
