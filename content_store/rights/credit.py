"""The line that credits a work: title, authors, license, source."""

from __future__ import annotations

from collections.abc import Sequence

from content_store.license_words import SENTENCES
from content_store.rights.licenses import License


def attribution(
    *,
    title: str,
    authors: Sequence[str],
    rights_holder: str | None,
    license: License,
    source_url: str | None,
    language: str,
) -> str:
    """One line naming title, authors, license and source, in the way Creative Commons advises."""
    words = SENTENCES["vi" if language == "vi" else "en"]
    parts = [words["quote"].format(title=title)]
    if authors:
        parts.append(words["by"].format(authors=", ".join(authors)))
    if rights_holder and rights_holder not in authors:
        parts.append(f"© {rights_holder}")
    name = license.label(language)
    parts.append(words["license"].format(name=f"{name} ({license.url})" if license.url else name))
    if source_url:
        parts.append(words["source"].format(url=source_url))
    return " · ".join(parts)
