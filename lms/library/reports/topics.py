"""What librarians, reporters and authors are told of reported problems; a recall ends the case of what it withdraws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from lms.core.db import db
from lms.core.events import listens_to
from lms.core.i18n import LazyText, _, _l
from lms.library.events import VersionsRecalled
from lms.library.permissions import KEEPERS
from lms.library.reports.events import AuthorAsked, CaseClosed, ProblemReported
from lms.library.reports.models import ItemCase
from lms.library.reports.queries import select_keepers, select_reporters
from lms.library.reports.services import close_recalled
from lms.library.voices.topics import select_owner
from lms.notices.services import tell
from lms.notices.topics import Topic, register_topic
from lms.people.models import STAFF_ROLES, User

ENDS: dict[str, LazyText] = {
    "settled": _l("Your report of “%(title)s” was settled: %(answer)s"),
    "rejected": _l("Your report of “%(title)s” was looked at; nothing was changed: %(answer)s"),
    "recalled": _l("“%(title)s”, which you reported, was recalled."),
}


def _keepers(who: Mapping[str, Any]) -> Select[int]:
    case = db.session.scalar(select(ItemCase).where(ItemCase.uuid == UUID(who["case_uuid"])))
    if case is None or not case.is_live:
        return select(User.id).where(User.id.is_(None))
    return select_keepers(case)


def _reporters(who: Mapping[str, Any]) -> Select[int]:
    return select_reporters(UUID(who["case_uuid"]))


def _author(who: Mapping[str, Any]) -> Select[int]:
    return select_owner(who["owner"])


def _end_words(about: Mapping[str, Any]) -> str:
    words = ENDS.get(about["state"], ENDS["settled"])
    return str(words) % {"title": about["title"], "answer": about["answer"]}


REPORTED = register_topic(
    Topic(
        "problem_reported",
        _l("A problem of a material is reported"),
        lambda about: _("A problem of “%(title)s” was reported.", title=about["title"]),
        icon="flag",
        endpoint="library.report_case",
        address=("case_uuid",),
        roles=frozenset(KEEPERS),
        people=_keepers,
    )
)
CLOSED = register_topic(
    Topic(
        "report_answered",
        _l("What you reported was looked at"),
        _end_words,
        icon="flag",
        endpoint="library.item",
        address=("item_uuid",),
        people=_reporters,
    )
)
ASKED = register_topic(
    Topic(
        "author_asked",
        _l("A librarian asks you to mend a material"),
        lambda about: _(
            "A librarian asks you to look at “%(title)s”: %(note)s", title=about["title"], note=about["note"]
        ),
        icon="pencil",
        endpoint="library.item",
        address=("item_uuid",),
        mail="at_once",
        roles=STAFF_ROLES,
        people=_author,
    )
)


@listens_to(ProblemReported)
def tell_keepers(event: ProblemReported) -> None:
    """Tell the librarians of the place."""
    tell(REPORTED.key, key=event.case_uuid, about={"case_uuid": event.case_uuid, "title": event.title})


@listens_to(CaseClosed)
def tell_reporters(event: CaseClosed) -> None:
    """Tell everyone who reported it how it ended."""
    about = {
        "item_uuid": event.item_uuid,
        "title": event.title,
        "state": event.state,
        "answer": event.answer,
    }
    tell(CLOSED.key, key=event.case_uuid, about=about, who={"case_uuid": event.case_uuid})


@listens_to(AuthorAsked)
def tell_author(event: AuthorAsked) -> None:
    """Tell the author what a librarian wants to be mended."""
    about = {"item_uuid": event.item_uuid, "title": event.title, "note": event.note}
    tell(ASKED.key, key=f"{event.case_uuid}:{event.moment}", about=about, who={"owner": event.owner})


@listens_to(VersionsRecalled)
def end_recalled(event: VersionsRecalled) -> None:
    """A recalled version needs no report any more."""
    close_recalled(UUID(event.item_uuid), event.numbers, event.title)
