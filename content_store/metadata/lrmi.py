"""LRMI in schema.org JSON-LD: what search engines read of a learning resource."""

from __future__ import annotations

from content_store import rights, taxonomy
from content_store.values import Metadata


def to_lrmi(
    metadata: Metadata, *, url: str, media_type: str | None = None, date: str | None = None
) -> dict[str, object]:
    """A `LearningResource`, without empty properties."""
    license = rights.get_license(metadata.license_id)
    language = metadata.language
    values: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "LearningResource",
        "@id": url,
        "url": url,
        "name": metadata.title,
        "description": metadata.description,
        "inLanguage": language,
        "encodingFormat": media_type,
        "dateModified": date,
        "learningResourceType": _type(metadata.type, language) if metadata.type else None,
        "about": taxonomy.facet_label("subject", metadata.subject, language) if metadata.subject else None,
        "educationalLevel": [taxonomy.grade_label(grade, language) for grade in metadata.grades],
        "keywords": list(metadata.keywords),
        "author": [{"@type": "Person", "name": name} for name in metadata.authors],
        "copyrightHolder": metadata.rights_holder,
        "license": license.url or {"@type": "CreativeWork", "name": license.name(language)},
        "isAccessibleForFree": True,
        "isBasedOn": metadata.source_url,
    }
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _type(kind: str, language: str) -> dict[str, str]:
    """The kind of material by its code, the same in every language, and by its name."""
    return {"@type": "DefinedTerm", "termCode": kind, "name": taxonomy.facet_label("type", kind, language)}
