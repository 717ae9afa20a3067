"""One request of a harvester, from its arguments to the document, in the order that misses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

from sqlalchemy.orm import Session

from content_store.oai import provider, stamping


def answer_request(
    writing: Callable[[], AbstractContextManager[Session]],
    reading: Session,
    repository: provider.Repository,
    pairs: Iterable[tuple[str, str]],
) -> bytes:
    """The document for a request, as a stranger may hear it.

    The moment comes out of a write transaction of its own, and rows are read only after that one has ended: so nothing
    can be stamped earlier and become visible later.
    """
    with writing() as session:
        moment = stamping.read_moment(session)
    return provider.answer(reading, repository, pairs, moment=moment)
