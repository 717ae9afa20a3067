"""The store's tables (all `cs_*`), on a declarative base of its own.

They live in whichever session the application gives, so one transaction covers the store and the
application; the application refers to a version only by the text `uuid@number`, never by a key.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
    event,
)
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Mapped, Mapper, mapped_column, object_session, relationship

from content_store import clock, rights
from content_store.errors import Conflict

STATES = ("draft", "published", "retired")
ROLES = ("main", "captions", "poster", "attachment")
BIG_KEY = BigInteger().with_variant(Integer(), "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment on every database; SQLite alone would hand back a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What the values are; cursors of lists read it."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment, for it would be stored hours off without a word."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CompressedText(TypeDecorator[str]):
    """Long text kept deflated: extracted text shrinks about fourfold, and is read seldom."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Deflate on the way in."""
        return None if value is None else zlib.compress(value.encode(), 6)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Inflate on the way out."""
        return None if value is None else zlib.decompress(value).decode()


class Base(DeclarativeBase):
    """Base of the store's models; names every constraint so that migrations can find it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime(), UUID: Uuid(), list[str]: JSON, list[int]: JSON}


class Blob(Base):
    """Bytes that are stored once, known by their SHA-256."""

    __tablename__ = "cs_blob"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Reading(Base):
    """What was read out of a blob: its format, facts, text and thumbnail.

    Kept per blob and file suffix, so equal bytes are inspected once however often they are uploaded;
    the suffix counts because the same bytes named `.md` and `.txt` are read differently.
    """

    __tablename__ = "cs_reading"
    __table_args__ = (UniqueConstraint("sha256", "suffix"),)

    id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("cs_blob.sha256"))
    suffix: Mapped[str] = mapped_column(String(16))
    format: Mapped[str] = mapped_column(String(20))
    media_type: Mapped[str] = mapped_column(String(120))
    title: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(20))
    authors: Mapped[list[str]] = mapped_column(default=list)
    rights: Mapped[str | None] = mapped_column(Text)
    license_id: Mapped[str | None] = mapped_column(String(40))
    outline: Mapped[list[str]] = mapped_column(default=list)
    warnings: Mapped[list[str]] = mapped_column(default=list)
    pages: Mapped[int | None]
    duration_s: Mapped[float | None] = mapped_column(Float)
    width: Mapped[int | None]
    height: Mapped[int | None]
    preview_sha256: Mapped[str | None] = mapped_column(ForeignKey("cs_blob.sha256"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    has_reading_html: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(CompressedText, deferred=True)
    passages: Mapped[list[list[str]]] = mapped_column(JSON, deferred=True)
    reading_html: Mapped[str | None] = mapped_column(CompressedText, deferred=True)


class Item(Base):
    """One thing in the library; everything that can change about it is in its versions."""

    __tablename__ = "cs_item"
    __table_args__ = (
        CheckConstraint("state in ('draft', 'published', 'retired')", name="state"),
        Index("ix_cs_item_state_updated", "state", "updated_at", "uuid"),
        Index("ix_cs_item_owner_updated", "owner", "updated_at", "uuid"),
    )

    id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=clock.new_uuid, unique=True)
    owner: Mapped[str] = mapped_column(String(100))
    home: Mapped[str | None] = mapped_column(String(100), index=True)
    state: Mapped[str] = mapped_column(String(12), default="draft")
    latest_number: Mapped[int] = mapped_column(default=0)
    published_number: Mapped[int | None]
    reviewed_number: Mapped[int | None]
    reviewed_at: Mapped[datetime | None]
    standing: Mapped[int] = mapped_column(default=0, server_default="0")
    folder: Mapped[str | None] = mapped_column(String(500))  # where its file lay: for its owner, to guess by
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)

    audience_rows: Mapped[list[ItemAudience]] = relationship(
        back_populates="item", cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def audiences(self) -> frozenset[str]:
        """The opaque tokens of those who may see the item once it is published."""
        return frozenset(row.token for row in self.audience_rows)

    @property
    def shown_number(self) -> int:
        """The version that searches and lists show: the published one, else the newest."""
        return self.published_number or self.latest_number


class ItemAudience(Base):
    """One audience token of an item."""

    __tablename__ = "cs_item_audience"
    __table_args__ = (Index("ix_cs_item_audience_token_item", "token", "item_id"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("cs_item.id", ondelete="CASCADE"), primary_key=True)
    token: Mapped[str] = mapped_column(String(100), primary_key=True)
    item: Mapped[Item] = relationship(back_populates="audience_rows")


class Version(Base):
    """An immutable state of an item: metadata, license and files. `uuid@3` means this row forever."""

    __tablename__ = "cs_version"
    __table_args__ = (UniqueConstraint("item_id", "number"),)

    id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("cs_item.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(20), default="vi")
    subject: Mapped[str | None] = mapped_column(String(40))
    grades: Mapped[list[int]] = mapped_column(default=list)
    type: Mapped[str] = mapped_column(String(20))
    license_id: Mapped[str] = mapped_column(String(40))
    authors: Mapped[list[str]] = mapped_column(default=list)
    rights_holder: Mapped[str | None] = mapped_column(String(300))
    keywords: Mapped[list[str]] = mapped_column(default=list)
    source_url: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    shown_to: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))  # None: never published

    item: Mapped[Item] = relationship(lazy="joined", innerjoin=True)
    files: Mapped[list[VersionFile]] = relationship(
        back_populates="version", order_by="VersionFile.position", lazy="selectin"
    )
    recall: Mapped[Recall | None] = relationship(lazy="joined", viewonly=True)

    @property
    def pin(self) -> str:
        """The text reference that an application keeps: `uuid@number`."""
        return f"{self.item.uuid}@{self.number}"

    def was_shown_to(self, audiences: Iterable[str]) -> bool:
        """Whether this very version was ever published to someone with these tokens; a later one says nothing of it."""
        return not frozenset(self.shown_to or ()).isdisjoint(audiences)

    @property
    def license(self) -> rights.License:
        """What may be done with it."""
        return rights.get_license(self.license_id)

    @property
    def main(self) -> VersionFile | None:
        """The file that the item is about; None where it is only a link."""
        mains = [file for file in self.files if file.role == "main"]
        return next(iter(mains or self.files), None)

    @property
    def captions(self) -> list[VersionFile]:
        """The caption files, in the order they were attached."""
        return [file for file in self.files if file.role == "captions"]

    @property
    def inspection(self) -> Reading | None:
        """What was read out of the main file: pages, duration, outline, warnings ..."""
        return self.main.reading if self.main else None

    @property
    def format(self) -> str:
        """The format of the main file (`pdf`, `video` ...), or `link` where there is none."""
        return self.main.format if self.main else "link"

    @property
    def media_type(self) -> str | None:
        """The media type of the main file, found by its content."""
        return self.main.media_type if self.main else None

    @property
    def pages(self) -> int | None:
        """Pages or slides of the main file."""
        return self.inspection.pages if self.inspection else None

    @property
    def duration_s(self) -> float | None:
        """Playing time of the main file in seconds."""
        return self.inspection.duration_s if self.inspection else None

    @property
    def preview(self) -> Derivative | None:
        """The thumbnail (WebP), a poster file before the one read out of the main file."""
        for file in sorted(self.files, key=lambda file: (file.role != "poster", file.role != "main")):
            if file.reading.preview_sha256:
                return Derivative(file.reading.preview_sha256, "preview.webp", "image/webp")
        return None

    def reading_html(self) -> str | None:
        """Sanitized HTML to read in place; None where a viewer of its own is used."""
        if self.inspection is None or not self.inspection.has_reading_html:
            return None
        return self.inspection.reading_html

    def text(self) -> str:
        """The plain text of every file, for search and comparison."""
        return "\n\n".join(file.reading.text for file in self.files if file.reading.text)

    def attribution(self, language: str = "vi") -> str:
        """Title, authors, license and source in one line, as the license asks."""
        return rights.attribution(
            title=self.title,
            authors=self.authors,
            rights_holder=self.rights_holder,
            license=self.license,
            source_url=self.source_url,
            language=language,
        )


class VersionFile(Base):
    """One file of a version, under the name its owner gave it. Never changes."""

    __tablename__ = "cs_version_file"
    __table_args__ = (UniqueConstraint("version_id", "position"),)

    id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=clock.new_uuid, unique=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("cs_version.id"))
    position: Mapped[int]
    role: Mapped[str] = mapped_column(String(12))
    filename: Mapped[str] = mapped_column(String(255))
    language: Mapped[str | None] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(ForeignKey("cs_blob.sha256"), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(120))
    format: Mapped[str] = mapped_column(String(20))
    reading_id: Mapped[int] = mapped_column(ForeignKey("cs_reading.id"), index=True)

    version: Mapped[Version] = relationship(back_populates="files")
    reading: Mapped[Reading] = relationship(lazy="joined", innerjoin=True)


class Recall(Base):
    """A version withdrawn for a reason; apart from the version, which never changes. Lifting deletes the row."""

    __tablename__ = "cs_recall"

    version_id: Mapped[int] = mapped_column(ForeignKey("cs_version.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    recalled_by: Mapped[str] = mapped_column(String(100))
    recalled_at: Mapped[datetime] = mapped_column(default=clock.now)
    was_shown: Mapped[bool]  # so that lifting it shows the version again


class Collection(Base):
    """An ordered, named set of items."""

    __tablename__ = "cs_collection"
    __table_args__ = (Index("ix_cs_collection_owner_updated", "owner", "updated_at", "uuid"),)

    id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=clock.new_uuid, unique=True)
    owner: Mapped[str] = mapped_column(String(100))
    home: Mapped[str | None] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)


class CollectionItem(Base):
    """One place in a collection; an item stands in it once."""

    __tablename__ = "cs_collection_item"
    __table_args__ = (Index("ix_cs_collection_item_order", "collection_id", "position"),)

    collection_id: Mapped[int] = mapped_column(ForeignKey("cs_collection.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("cs_item.id"), primary_key=True, index=True)
    position: Mapped[int]
    words: Mapped[str] = mapped_column(Text, default="", server_default="")


class SearchQueueRow(Base):
    """An item whose search document is out of date.

    One row per change, never updated: two transactions that change one item do not wait for each
    other, and the worker deletes exactly the rows it has read.
    """

    __tablename__ = "cs_search_queue"

    id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    item_uuid: Mapped[UUID]
    queued_at: Mapped[datetime] = mapped_column(default=clock.now)


class Derivative:
    """A blob made from another one, with the name and type to serve it by."""

    __slots__ = ("filename", "media_type", "sha256")

    def __init__(self, sha256: str, filename: str, media_type: str) -> None:
        """Keep the three things a link needs."""
        self.sha256 = sha256
        self.filename = filename
        self.media_type = media_type


@event.listens_for(Version, "before_update")
@event.listens_for(VersionFile, "before_update")
def _refuse_update(mapper: Mapper[Any], connection: Connection, target: Base) -> None:
    """A version is what others have pinned: a change of it must fail loudly, in every caller."""
    session = object_session(target)
    if session is not None and session.is_modified(target, include_collections=False):
        raise Conflict("A version never changes. Add a new version instead.", code="version-immutable")
