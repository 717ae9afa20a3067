"""Dublin Core (ISO 15836): the fifteen elements that every library catalog and OAI harvester reads."""

from __future__ import annotations

from types import MappingProxyType

from content_store import rights, taxonomy
from content_store.values import Metadata

_DCMI_TYPE = MappingProxyType(
    {
        "image": "StillImage",
        "audio": "Sound",
        "video": "MovingImage",
        "data": "Dataset",
        "package": "InteractiveResource",
    }
)


def to_dublin_core(
    metadata: Metadata, *, identifier: str, media_type: str | None = None, date: str | None = None
) -> dict[str, list[str]]:
    """Element name to values, without empty elements."""
    license = rights.get_license(metadata.license_id)
    subjects = (
        [taxonomy.facet_label("subject", metadata.subject, metadata.language)] if metadata.subject else []
    )
    elements = {
        "title": [metadata.title],
        "creator": list(metadata.authors),
        "subject": [*subjects, *metadata.keywords],
        "description": [metadata.description],
        "date": [date or ""],
        "type": [_DCMI_TYPE.get(metadata.type or "", "Text")],
        "format": [media_type or ""],
        "identifier": [identifier],
        "source": [metadata.source_url or ""],
        "language": [metadata.language],
        "rights": [license.url or license.name(metadata.language), metadata.rights_holder or ""],
    }
    kept = {name: [value for value in values if value] for name, values in elements.items()}
    return {name: values for name, values in kept.items() if values}
