"""Reporting a problem of an item, and what librarians do about it: take it, tell its author, settle or reject it.

All reports of an item while it is looked into stand in one case, which is answered once.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from content_store import catalogue
from content_store.models import Version
from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.clock import now
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.events import announce
from lms.core.i18n import LazyText, _, _l
from lms.core.insertion import insert_if_new
from lms.library.door import saying_refusals
from lms.library.queries import get_item
from lms.library.reports.events import AuthorAsked, CaseClosed, ProblemReported
from lms.library.reports.models import ItemCase, ItemReport
from lms.library.reports.queries import find_live_case, find_shown, get_case, may_close
from lms.library.sharing import home_of

KINDS: dict[str, LazyText] = {
    "content": _l("Something in it is wrong"),
    "rights": _l("It may not be shared: rights or license"),
    "broken": _l("It does not open or play"),
    "harmful": _l("It can harm: unsafe, insulting, personal data"),
    "other": _l("Something else"),
}
VERDICTS = ("settled", "rejected")
LONGEST_WORDS = 2000


def report_problem(
    actor: Actor, item_uuid: UUID, *, kind: str, words: str = "", number: int | None = None
) -> ItemReport:
    """Report a problem of an item one may see. Raises NotFound, NotAllowed, Conflict, Invalid."""
    version = get_item(actor, item_uuid, number)
    if actor.user_id is None:
        raise NotAllowed()
    if version.item.state == "draft":
        raise Conflict(_("It is a draft that nobody else sees. There is nothing to report."))
    if version.recall is not None:
        raise Conflict(_("It was recalled already. Nobody can open it any more."))
    said = words.strip()[:LONGEST_WORDS]
    if kind not in KINDS:
        raise Invalid({"kind": _("Choose what kind of problem it is.")})
    if kind in {"other", "content", "harmful"} and not said:
        raise Invalid({"words": _("Say in a sentence what is wrong and where.")})
    case = _live_case(version)
    is_new = insert_if_new(
        ItemReport, case_id=case.id, user_id=actor.user_id, number=version.number, kind=kind, words=said
    )
    if not is_new:
        raise Conflict(_("You have reported it already. You are told as soon as somebody has looked at it."))
    wanted = select(ItemReport).where(ItemReport.case_id == case.id, ItemReport.user_id == actor.user_id)
    return db.session.scalars(wanted).one()


def _live_case(version: Version) -> ItemCase:
    """Return the case of the item, opened now if there is none. The item's row is held: two reporters open one."""
    _hold_item(version.item.uuid)
    case = find_live_case(version.item.uuid)
    if case is not None:
        return case
    home = home_of(version)
    case = ItemCase(item_uuid=version.item.uuid, org_id=home.id if home else None)
    db.session.add(case)
    db.session.flush()
    announce(ProblemReported(str(case.uuid), version.title))
    return case


def take_case(actor: Actor, uuid: UUID) -> ItemCase:
    """Take a case upon oneself, also from somebody else. Raises NotFound, Conflict."""
    case = _live(actor, uuid)
    case.state, case.taken_by = "taken", actor.user_id
    db.session.flush()
    return case


def release_case(actor: Actor, uuid: UUID) -> ItemCase:
    """Give a case back to all librarians. Raises NotFound, Conflict."""
    case = _live(actor, uuid)
    case.state, case.taken_by = "open", None
    db.session.flush()
    return case


def close_case(actor: Actor, uuid: UUID, verdict: str, *, answer: str) -> ItemCase:
    """Settle or reject a case with an answer that every reporter reads. Raises NotFound, NotAllowed, Conflict, Invalid."""
    case = _live(actor, uuid)
    version = _shown(case)
    if not may_close(actor, version):
        raise NotAllowed(_("It is your own material. Another librarian decides about it."))
    said = answer.strip()[:LONGEST_WORDS]
    problems: dict[str, LazyText | str] = {}
    if verdict not in VERDICTS:
        problems["verdict"] = _("Choose how it ends.")
    if not said:
        problems["answer"] = _("Write the answer that the reporters read.")
    if problems:
        raise Invalid(problems)
    _close(actor.user_id, case, version, verdict, said)
    record_audit(actor, f"report_{verdict}", "item", case.item_uuid, org_id=case.org_id)
    return case


def ask_author(actor: Actor, uuid: UUID, *, note: str) -> ItemCase:
    """Tell the author of a reported item what to mend. Raises NotFound, Conflict, Invalid."""
    case = _live(actor, uuid)
    version = _shown(case)
    said = note.strip()[:LONGEST_WORDS]
    if not said:
        raise Invalid({"note": _("Write what you want to say.")})
    moment = now()
    case.note, case.noted_at = said, moment
    db.session.flush()
    announce(
        AuthorAsked(
            str(case.uuid),
            str(case.item_uuid),
            version.title,
            version.item.owner,
            said,
            moment.isoformat(),
        )
    )
    return case


def close_recalled(item_uuid: UUID, numbers: Sequence[int], title: str) -> None:
    """End the case of an item whose reported versions were all recalled."""
    case = find_live_case(item_uuid)
    if case is None:
        return
    reported = set(db.session.scalars(select(ItemReport.number).where(ItemReport.case_id == case.id)))
    if reported <= set(numbers):
        case.close("recalled", "", None)
        db.session.flush()
        announce(CaseClosed(str(case.uuid), str(item_uuid), title, "recalled", ""))


def _close(user_id: int | None, case: ItemCase, version: Version, state: str, answer: str) -> None:
    case.close(state, answer, user_id)
    db.session.flush()
    announce(CaseClosed(str(case.uuid), str(case.item_uuid), version.title, state, answer))


def _live(actor: Actor, uuid: UUID) -> ItemCase:
    """Return a case as it is now, with its item held until the end. Raises Conflict when it ended meanwhile."""
    case = get_case(actor, uuid)
    _hold_item(case.item_uuid)
    db.session.refresh(case)
    if not case.is_live:
        raise Conflict(_("Somebody has answered these reports already. Look at how it ended."))
    return case


def _hold_item(uuid: UUID) -> None:
    with saying_refusals():
        catalogue.get_item(db.session(), uuid, lock=True)


def _shown(case: ItemCase) -> Version:
    version = find_shown(case)
    if version is None:
        raise NotFound()
    return version
