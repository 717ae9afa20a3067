"""Whether someone may open the way into another's account, asked of the database once for a whole class."""

from __future__ import annotations

from collections.abc import Sequence

from lms.core.actor import Actor
from lms.core.errors import NotAllowed
from lms.orgs.queries import get_orgs
from lms.people.models import User
from lms.people.permissions import can_reset_password
from lms.people.queries import list_held_roles


def check_may_reset(actor: Actor, users: Sequence[User]) -> None:
    """Refuse those who do not look after every one of `users`, and accounts that are closed."""
    held = list_held_roles(users)
    homes = get_orgs([user.home_org_id for user in users if user.home_org_id is not None])
    for user in users:
        home = homes[user.home_org_id].lineage_ids if user.home_org_id is not None else ()
        if user.id == actor.user_id or not user.is_active:
            raise NotAllowed()
        if not can_reset_password(actor, held[user.id], home):
            raise NotAllowed()
