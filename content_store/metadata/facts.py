"""What every vocabulary is told of one version: its metadata, and what its row and main file know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

from content_store.models import Version
from content_store.values import Metadata, metadata_of


@dataclass(frozen=True, slots=True)
class Facts:
    """One version as others hear of it: where it stands, what it is called, how large and new it is."""

    metadata: Metadata
    url: str
    identifier: str
    media_type: str | None = None
    size: int | None = None
    duration_s: float | None = None
    number: int | None = None
    changed_at: str | None = None
    file_url: str | None = None

    @property
    def duration(self) -> str | None:
        """The playing time as ISO 8601 says it: `PT4M10S`."""
        if not self.duration_s:
            return None
        minutes, seconds = divmod(round(self.duration_s), 60)
        hours, minutes = divmod(minutes, 60)
        parts = ((hours, "H"), (minutes, "M"), (seconds, "S"))
        return "PT" + ("".join(f"{value}{unit}" for value, unit in parts if value) or "0S")

    @property
    def version_url(self) -> str:
        """The address that shows this very version when a newer one is out, too: what people copy."""
        return at_version(self.url, self.number) if self.number else self.url

    @property
    def day(self) -> str | None:
        """The day of the version: `2026-09-01`."""
        return self.changed_at[:10] if self.changed_at else None


def at_version(url: str, number: int) -> str:
    """The address of an item with the number of a version, unless it names one already."""
    return url if "?version=" in url else f"{url}?version={number}"


def facts_of(
    version: Version, *, url: str, identifier: str | None = None, file_url: str | None = None
) -> Facts:
    """The facts of a version; its address names it where no other identifier does.

    `file_url` is where anyone may fetch its main file.
    """
    main = version.main
    return Facts(
        metadata=metadata_of(version),
        url=url,
        identifier=identifier or url,
        media_type=main.media_type if main else None,
        size=main.size if main else None,
        duration_s=version.duration_s,
        number=version.number,
        changed_at=version.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        file_url=file_url,
    )
