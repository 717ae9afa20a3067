"""School words that mean the same, as this site has them: the open list, and what its librarians changed.

Every process looks at the changes again after half a minute, so they hold everywhere half a minute later at most; in
the process that took the change, at once. Searching asks for the lexicon at every question, so nothing is rebuilt.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from flask import current_app, has_app_context
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from content_store.search import synonyms
from content_store.search.synonyms import Lexicon, base_lexicon, base_lines, make_lexicon, read_groups
from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.clock import now
from lms.core.db import after_commit, db
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.i18n import _
from lms.core.insertion import insert_if_new
from lms.core.page_cache import forget_pages
from lms.library.permissions import KEEPERS
from lms.library.synonym_models import SynonymLine
from lms.orgs.models import Org
from lms.orgs.permissions import is_everywhere

STALE = timedelta(seconds=30)
MOST_LINES = 2000
MOST_NAMES = 8
LONGEST_LINE, LONGEST_NAME = 300, 60

log = structlog.get_logger("library")


@dataclass(slots=True)
class Known:
    """The lexicon that a process has in use, and when it was read."""

    lines: frozenset[tuple[str, bool, bool]]
    lexicon: Lexicon
    read_at: datetime


@dataclass(frozen=True, slots=True)
class BaseLine:
    """A line of the open list, and whether it is in force here."""

    line: str
    is_on: bool


def can_edit_synonyms(actor: Actor) -> bool:
    """Tell whether the actor may change the words of the whole site.

    System administrators, and librarians of the root; where there are several roots, none of these speaks for the
    others.
    """
    if is_everywhere(actor):
        return True
    if not actor.has_role(*KEEPERS):
        return False
    roots = db.session.scalars(select(Org.id).where(Org.parent_id.is_(None)).limit(2)).all()
    return len(roots) == 1 and actor.has_role_at(roots, *KEEPERS)


def current_lexicon() -> Lexicon:
    """Return the lexicon in force. Never raises: where the changes cannot be read, the last ones hold."""
    if not has_app_context():
        return base_lexicon()
    known: Known | None = current_app.extensions.get("synonyms")
    if known is not None and now() - known.read_at < STALE:
        return known.lexicon
    try:
        with db.session.no_autoflush:
            rows = db.session.execute(select(SynonymLine.line, SynonymLine.is_base, SynonymLine.is_on))
            lines = frozenset((row.line, row.is_base, row.is_on) for row in rows)
    except SQLAlchemyError as error:
        log.warning("synonyms.unread", error=type(error).__name__)
        return known.lexicon if known else base_lexicon()
    if known is None or known.lines != lines:
        known = Known(lines, _lexicon(lines), now())
    current_app.extensions["synonyms"] = Known(lines, known.lexicon, now())
    return known.lexicon


def _lexicon(changes: Iterable[tuple[str, bool, bool]]) -> Lexicon:
    off = {line for line, is_base, is_on in changes if is_base and not is_on}
    own = sorted(line for line, is_base, is_on in changes if not is_base and is_on)
    if not off and not own:
        return base_lexicon()
    kept = [line for line in base_lines() if line not in off]
    return make_lexicon(read_groups("\n".join([*own, *kept])))


def list_own_lines(actor: Actor) -> list[SynonymLine]:
    """Return the lines that this site added. Raises NotAllowed."""
    _allow(actor)
    rows = select(SynonymLine).where(SynonymLine.is_base.is_(False), SynonymLine.is_on)
    return sorted(db.session.scalars(rows.limit(MOST_LINES)), key=lambda row: row.line)


def list_base_lines(actor: Actor) -> list[BaseLine]:
    """Return the open list, with what is switched off here. Raises NotAllowed."""
    _allow(actor)
    off = set(db.session.scalars(select(SynonymLine.line).where(SynonymLine.is_base, ~SynonymLine.is_on)))
    return [BaseLine(line, line not in off) for line in base_lines()]


def add_line(actor: Actor, text: str) -> SynonymLine:
    """Let names mean the same from now on: `gvcn = giáo viên chủ nhiệm`. Raises NotAllowed, Invalid, Conflict."""
    _allow(actor)
    line = read_line(text)
    if line in base_lines():
        raise Conflict(_("The open list has this line already. Look for it below."))
    count = select(func.count()).select_from(SynonymLine).where(SynonymLine.is_base.is_(False))
    if (db.session.scalar(count) or 0) >= MOST_LINES:
        raise Conflict(_("The list is full: 2,000 lines."))
    insert_if_new(SynonymLine, line=line, is_base=False, is_on=True, user_id=actor.user_id)
    return _switch(actor, line, is_on=True)


def remove_line(actor: Actor, uuid: UUID, *, back: bool = False) -> SynonymLine:
    """Take away a line of this site, or give it back. Raises NotAllowed, NotFound."""
    _allow(actor)
    found = db.session.scalar(
        select(SynonymLine).where(SynonymLine.uuid == uuid, SynonymLine.is_base.is_(False))
    )
    if found is None:
        raise NotFound()
    return _switch(actor, found.line, is_on=back)


def switch_base_line(actor: Actor, line: str, *, is_on: bool) -> None:
    """Switch a line of the open list off for this site, or on again. Raises NotAllowed, NotFound."""
    _allow(actor)
    if line not in base_lines():
        raise NotFound()
    insert_if_new(SynonymLine, line=line, is_base=True, is_on=is_on, user_id=actor.user_id)
    _switch(actor, line, is_on=is_on)


def read_line(text: str) -> str:
    """Return a line as it is kept: names between equals signs. Raises Invalid saying what to mend."""
    names = [" ".join(name.split()) for name in text.replace("\x00", "").replace("\n", " ").split("=")]
    names = list(dict.fromkeys(name for name in names if name))
    line = " = ".join(names)
    if "#" in line:
        raise Invalid({"line": _("Leave out the sign #.")})
    if not list(read_groups(line)):
        raise Invalid({"line": _("Write at least two names with = between them.")})
    if len(names) > MOST_NAMES or len(line) > LONGEST_LINE or any(len(name) > LONGEST_NAME for name in names):
        raise Invalid({"line": _("Write up to 8 names of at most 60 letters.")})
    return line


def _switch(actor: Actor, line: str, *, is_on: bool) -> SynonymLine:
    found = db.session.scalar(select(SynonymLine).where(SynonymLine.line == line).with_for_update())
    if found is None:
        raise NotFound()
    found.is_on, found.user_id = is_on, actor.user_id
    record_audit(actor, "switch_synonym", "synonym_line", found.uuid, line=line, is_on=is_on)
    db.session.flush()
    after_commit(forget_lexicon)
    after_commit(forget_pages)
    return found


def forget_lexicon() -> None:
    """Let this process read the changes at the next question."""
    current_app.extensions.pop("synonyms", None)


def _allow(actor: Actor) -> None:
    if not can_edit_synonyms(actor):
        raise NotAllowed()


synonyms.follow(current_lexicon)
