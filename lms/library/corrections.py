"""Corrections of what a batch of files said of itself: values, and how they go over metadata."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from content_store.store import Metadata


@dataclass(frozen=True, slots=True)
class Correction:
    """What one row of the table of drafts says of an item; None leaves a value as it is."""

    item_uuid: UUID
    title: str | None = None
    language: str | None = None
    subject: str | None = None
    grades: tuple[int, ...] | None = None
    license_id: str | None = None
    authors: tuple[str, ...] | None = None
    scope: str | None = None
    is_selected: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one row went: `problem` is empty when it is saved."""

    item_uuid: UUID
    is_published: bool = False
    is_submitted: bool = False
    problem: str = ""


def correct(metadata: Metadata, row: Correction) -> Metadata:
    """Return the metadata with a row of the table put over it."""
    return replace(
        metadata,
        title=metadata.title if row.title is None else row.title,
        language=row.language or metadata.language,
        subject=metadata.subject if row.subject is None else row.subject or None,
        grades=metadata.grades if row.grades is None else row.grades,
        license_id=row.license_id or metadata.license_id,
        authors=metadata.authors if row.authors is None else row.authors,
    )
