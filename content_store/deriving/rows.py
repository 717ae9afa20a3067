"""The rows of derived files, and which sources still wait for theirs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, exists, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from content_store import clock
from content_store.deriving.runner import Made
from content_store.models import Base, Blob, VersionFile

FORMATS = ("image", "pdf", "audio", "video")
TRIED = "tried"


class Derived(Base):
    """One file made of another; of kind `tried`, and without bytes, the note that all that could be made was."""

    __tablename__ = "cs_derived"

    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    sha256: Mapped[str | None] = mapped_column(ForeignKey("cs_blob.sha256"), index=True)
    media_type: Mapped[str] = mapped_column(String(120), default="")
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    width: Mapped[int | None]
    height: Mapped[int | None]
    made_at: Mapped[datetime] = mapped_column(default=clock.now)

    @property
    def filename(self) -> str:
        """The name a link gives it."""
        return f"{self.kind}.{self.media_type.rpartition('/')[2]}"


@dataclass(frozen=True, slots=True)
class DerivedPart:
    """One derived file as plain values, for whoever keeps it longer than a session lasts."""

    kind: str
    sha256: str | None
    media_type: str
    size: int
    width: int | None
    height: int | None

    @property
    def filename(self) -> str:
        """The name a link gives it."""
        return f"{self.kind}.{self.media_type.rpartition('/')[2]}"


@dataclass(frozen=True)
class Waiting:
    """A file of which nothing was made yet."""

    sha256: str
    format: str
    media_type: str


def list_waiting(session: Session, limit: int) -> list[Waiting]:
    """Files that wait, the newest first."""
    done = exists().where(Derived.source == VersionFile.sha256, Derived.kind == TRIED)
    statement = (
        select(VersionFile.sha256, VersionFile.format, VersionFile.media_type)
        .where(VersionFile.role == "main", VersionFile.format.in_(FORMATS), ~done)
        .order_by(VersionFile.id.desc())
        .limit(limit)
    )
    found = {
        row.sha256: Waiting(row.sha256, row.format, row.media_type) for row in session.execute(statement)
    }
    return list(found.values())


def keep_made(session: Session, waiting: Waiting, made: Iterable[tuple[Made, str]]) -> None:
    """Write down what was made (with the digests of its bytes, stored before) and that the source was tried."""
    moment = clock.now()
    for one, sha256 in made:
        if session.get(Blob, sha256) is None:
            session.add(Blob(sha256=sha256, size=one.size, created_at=moment))
            session.flush()
        session.merge(
            Derived(
                source=waiting.sha256,
                kind=one.kind,
                sha256=sha256,
                media_type=one.media_type,
                size=one.size,
                width=one.width,
                height=one.height,
                made_at=moment,
            )
        )
    session.merge(
        Derived(source=waiting.sha256, kind=TRIED, sha256=None, media_type="", size=0, made_at=moment)
    )
    session.flush()


def list_derived(session: Session, source: str, *, kinds: Sequence[str] = ()) -> list[Derived]:
    """What was made of a file, by kind; of some kinds only, if they are named."""
    statement = select(Derived).where(Derived.source == source, Derived.sha256.is_not(None))
    if kinds:
        statement = statement.where(Derived.kind.in_(kinds))
    return list(session.scalars(statement.order_by(Derived.kind)))


def list_derived_parts(session: Session, source: str, *, kinds: Sequence[str]) -> list[DerivedPart]:
    """What was made of a file, as plain values; `tried` is among them once all that could be made was."""
    columns = (
        Derived.kind,
        Derived.sha256,
        Derived.media_type,
        Derived.size,
        Derived.width,
        Derived.height,
    )
    statement = select(*columns).where(Derived.source == source, Derived.kind.in_((*kinds, TRIED)))
    return [DerivedPart(*row) for row in session.execute(statement.order_by(Derived.kind))]
