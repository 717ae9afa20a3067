"""Items follow their owner when two accounts become one, and go back."""

from __future__ import annotations

from sqlalchemy import select

from content_store.models import Collection, Item
from lms.core.actor import SYSTEM
from lms.core.db import db, write
from lms.library import services
from lms.library.joined_accounts import preview_items
from lms.people import merges
from tests.cast import Cast


def test_items_and_collections_go_to_the_account_that_stays_and_back(cast: Cast):
    old, new = f"user:{cast.lan.user.uuid}", f"user:{cast.ha.user.uuid}"
    with write():
        item = Item(owner=old, home=str(cast.school.uuid))
        db.session.add(item)
        services.create_collection(cast.lan.actor, title="Phân số")
    assert [line.count for line in preview_items(cast.ha.user.id, cast.lan.user.id)] == [1, 1]
    with write():
        merge = merges.merge_users(SYSTEM, cast.ha.user, cast.lan.user)
    owners = select(Item.owner).union_all(select(Collection.owner))
    assert db.session.scalars(owners).all() == [new, new]
    with write():
        merges.undo_merge(SYSTEM, merge)
    assert db.session.scalars(owners).all() == [old, old]
