"""Looking after stored bytes: which to read again, and what was found, kept until it is mended.

A look at everything takes hours where there is much; a random share each day, and the newest each time, find what a
dying disk or a careless hand does long before a class does. What was found stands in a table of its own, so that a
check of the deployment can tell it without reading a byte, and goes from there once the bytes are right again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from content_store import clock
from content_store.blobs import Blobs
from content_store.errors import StoreError
from content_store.models import Base, Blob
from content_store.upkeep import read_again
from content_store.values import Damage

BATCH = 500


class FoundDamage(Base):
    """Bytes that were missing or changed when last read. No foreign key: it protects nothing from clearing."""

    __tablename__ = "cs_damage"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    code: Mapped[str] = mapped_column(String(20))
    found_at: Mapped[datetime] = mapped_column(default=clock.now)


@dataclass(frozen=True)
class Choice:
    """Which stored files to read: so many or such a share at random, and the newest; nothing said means all."""

    count: int | None = None
    percent: float | None = None
    newest: int | None = None

    @classmethod
    def read(cls, sample: str | None, newest: int | None = None) -> Choice:
        """Read `200` or `1%`. Raises StoreError for anything else."""
        if sample is None:
            return cls(newest=newest)
        number = sample.removesuffix("%")
        try:
            value = float(number) if number != sample else int(number)
        except ValueError:
            value = -1
        if not value > 0 or (number != sample and not value <= 100):
            raise StoreError(
                "Say how many files, such as 200, or which share, such as 1%.", code="bad-sample"
            )
        if number != sample:
            return cls(percent=value, newest=newest)
        return cls(count=int(value), newest=newest)


def choose_blobs(session: Session, choice: Choice) -> Iterator[tuple[str, int]]:
    """Names and sizes of the chosen files; those found damaged before are always among them."""
    if choice == Choice():
        yield from _every(session)
        return
    known = select(Blob.sha256, Blob.size).join(FoundDamage, FoundDamage.sha256 == Blob.sha256)
    chosen = {row.sha256: row.size for row in session.execute(known)}
    count = choice.count or 0
    if choice.percent is not None:
        stored = session.scalar(select(func.count()).select_from(Blob)) or 0
        count = -int(-stored * choice.percent // 100)
    rows = select(Blob.sha256, Blob.size)
    for wanted in (
        rows.order_by(func.random()).limit(count),
        rows.order_by(Blob.created_at.desc(), Blob.sha256).limit(choice.newest or 0),
    ):
        chosen |= {row.sha256: row.size for row in session.execute(wanted)}
    yield from chosen.items()


def _every(session: Session) -> Iterator[tuple[str, int]]:
    last = ""
    while True:
        query = select(Blob.sha256, Blob.size).where(Blob.sha256 > last).order_by(Blob.sha256).limit(BATCH)
        rows = session.execute(query).all()
        if not rows:
            return
        yield from ((row.sha256, row.size) for row in rows)
        last = rows[-1].sha256


def look_again(session: Session, blobs: Blobs, names: Iterable[tuple[str, int]]) -> list[Damage | str]:
    """Read these files: for each the damage, or its name where it is as it was stored. Slow, writes no row."""
    return [read_again(session, blobs, sha256, size) or sha256 for sha256, size in names]


def note_found(session: Session, looked: Iterable[Damage | str]) -> list[Damage]:
    """Write down what was found and forget what is mended; returns the damage that was not known before."""
    fresh = []
    for found in looked:
        if isinstance(found, str):
            session.execute(delete(FoundDamage).where(FoundDamage.sha256 == found))
        elif session.get(FoundDamage, found.sha256) is None:
            session.add(FoundDamage(sha256=found.sha256, code=found.code))
            fresh.append(found)
    session.flush()
    return fresh


def count_damage(session: Session) -> int:
    """How many stored files are known to be missing or damaged."""
    return session.scalar(select(func.count()).select_from(FoundDamage)) or 0
