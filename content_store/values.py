"""The values that go in and out of the store: new files, metadata, pages of results, damage."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import BinaryIO, Literal, Protocol
from uuid import UUID

from content_store import rights, taxonomy
from content_store.blobs import BlobRef, Staged
from content_store.errors import ItemNotFound, StoreError
from content_store.formats import Inspection
from content_store.models import Version

Role = Literal["main", "captions", "poster", "attachment"]


@dataclass(frozen=True)
class NewFile:
    """A file to be added: any binary stream, or bytes already staged by an upload."""

    filename: str
    stream: BinaryIO | Staged
    role: Role = "main"
    language: str | None = None


@dataclass(frozen=True)
class PreparedFile:
    """A file that has been inspected and stored, but is not in any version yet.

    Either `inspection` is new, or `reading_id` names what is already known about the same bytes.
    """

    filename: str
    role: Role
    language: str | None
    blob: BlobRef
    format: str
    preview: BlobRef | None = None
    inspection: Inspection | None = None
    reading_id: int | None = None


@dataclass(frozen=True)
class Metadata:
    """What people say about an item. `type` may be left to the main file's format."""

    title: str
    description: str = ""
    language: str = "vi"
    subject: str | None = None
    grades: tuple[int, ...] = ()
    type: str | None = None
    license_id: str = rights.DEFAULT_LICENSE
    authors: tuple[str, ...] = ()
    rights_holder: str | None = None
    keywords: tuple[str, ...] = ()
    source_url: str | None = None


@dataclass(frozen=True)
class Page:
    """One page of a list, and the cursor of the next one."""

    versions: tuple[Version, ...]
    next: str | None


class Linkable(Protocol):
    """Anything with bytes, a name and a type: a version's file, or its preview."""

    @property
    def sha256(self) -> str:
        """The blob."""

    @property
    def filename(self) -> str:
        """The name to download it by."""

    @property
    def media_type(self) -> str:
        """The type to serve it as."""


@dataclass(frozen=True)
class Damage:
    """One stored file that is not as it was stored, and the versions that suffer."""

    sha256: str
    code: Literal["blob-missing", "blob-damaged"]
    sentence: str
    pins: tuple[str, ...] = ()


def check_metadata(metadata: Metadata) -> Metadata:
    """The metadata in NFC and trimmed; refuses values that no list contains."""
    title = _text(metadata.title)
    if not title or len(title) > 300:
        raise StoreError("Give a title of 1 to 300 characters.", code="bad-title")
    rights.get_license(metadata.license_id)
    if metadata.subject is not None and metadata.subject not in taxonomy.SUBJECTS:
        raise StoreError("Choose a subject of the list.", code="unknown-subject", subject=metadata.subject)
    if metadata.type is not None and metadata.type not in taxonomy.TYPES:
        raise StoreError("Choose a type of the list.", code="unknown-type", type=metadata.type)
    if not set(metadata.grades) <= set(taxonomy.GRADES):
        raise StoreError("Choose grades 1 to 12, or adults.", code="unknown-grade")
    if metadata.source_url and not metadata.source_url.startswith(("https://", "http://")):
        raise StoreError("A source address begins with https:// or http://.", code="bad-source-url")
    return Metadata(
        title=title,
        description=_text(metadata.description, keep_lines=True),
        language=metadata.language[:20] or "vi",
        subject=metadata.subject,
        grades=tuple(sorted(set(metadata.grades), key=lambda grade: (grade == taxonomy.ADULT, grade))),
        type=metadata.type,
        license_id=metadata.license_id,
        authors=_words(metadata.authors),
        rights_holder=_text(metadata.rights_holder or "")[:300] or None,
        keywords=_words(metadata.keywords),
        source_url=metadata.source_url or None,
    )


def metadata_of(version: Version) -> Metadata:
    """The metadata of a version, as it would be given to make it again."""
    return Metadata(
        title=version.title,
        description=version.description,
        language=version.language,
        subject=version.subject,
        grades=tuple(version.grades),
        type=version.type,
        license_id=version.license_id,
        authors=tuple(version.authors),
        rights_holder=version.rights_holder,
        keywords=tuple(version.keywords),
        source_url=version.source_url,
    )


def parse_pin(pin: str) -> tuple[UUID, int]:
    """The item and number of a text reference `uuid@3`."""
    uuid, _, number = pin.partition("@")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise ItemNotFound(pin=pin[:60])
    return as_uuid(uuid), int(number)


def as_uuid(value: UUID | str) -> UUID:
    """The uuid of a text; what is none names no item."""
    if isinstance(value, UUID):
        return value
    try:
        return UUID(value)
    except ValueError:
        raise ItemNotFound(item=value[:60]) from None


def _text(value: str, *, keep_lines: bool = False) -> str:
    value = unicodedata.normalize("NFC", value).replace("\x00", "")
    return value.strip() if keep_lines else " ".join(value.split())


def _words(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for value in values if (word := _text(value)[:200])))
