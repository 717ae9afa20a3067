"""A version was recalled that others made something of: they are told, since theirs may have the same fault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from content_store.lineage_models import Lineage
from content_store.models import Item, Version
from lms.core.db import db
from lms.core.events import listens_to
from lms.core.i18n import _, _l
from lms.library.events import VersionsRecalled
from lms.notices.services import tell
from lms.notices.topics import Topic, register_topic
from lms.people.models import STAFF_ROLES, User


def _words(about: Mapping[str, Any]) -> str:
    return _(
        "“%(title)s”, which your material was made from, was recalled. See whether yours has the same fault.",
        title=about["title"],
    )


def _remixers(who: Mapping[str, Any]) -> Select[int]:
    """Select the owners of what was adapted from one of the versions; what is withdrawn concerns nobody."""
    source = select(Item.id).where(Item.uuid == UUID(who["item_uuid"])).scalar_subquery()
    owners = (
        select(Item.owner)
        .join(Lineage, Lineage.item_id == Item.id)
        .join(Version, Version.id == Lineage.source_id)
        .where(Version.item_id == source, Version.number.in_(who["numbers"]), Lineage.how == "adaptation")
        .where(Item.state != "retired")
        .distinct()
    )
    tokens = db.session.scalars(owners).all()
    return select(User.id).where(User.uuid.in_([UUID(one[5:]) for one in tokens if one.startswith("user:")]))


SOURCE_RECALLED = register_topic(
    Topic(
        "source_recalled",
        _l("Something your material was made from was recalled"),
        _words,
        icon="circle-alert",
        endpoint="library.family",
        address=("item_uuid",),
        mail="at_once",
        roles=STAFF_ROLES,
        people=_remixers,
    )
)


@listens_to(VersionsRecalled)
def tell_remixers(event: VersionsRecalled) -> None:
    """Tell those who adapted one of the versions, once for each recall."""
    about = {"item_uuid": event.item_uuid, "title": event.title}
    who = {"item_uuid": event.item_uuid, "numbers": list(event.numbers)}
    tell(SOURCE_RECALLED.key, key=f"{event.item_uuid}:{event.moment}", about=about, who=who)
