"""Dublin Core (ISO 15836): the fifteen elements that every library catalog and OAI harvester reads."""

from __future__ import annotations

from types import MappingProxyType

from lxml import etree

from content_store import rights, taxonomy
from content_store.metadata.facts import Facts
from content_store.metadata.xml_text import legal
from content_store.values import Metadata

DC = "http://purl.org/dc/elements/1.1/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
OAI_DC_SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"

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


def to_oai_dc(facts: Facts) -> etree._Element:
    """The `oai_dc:dc` element that harvesters read; the address of the page is its first identifier."""
    elements = to_dublin_core(
        facts.metadata, identifier=facts.url, media_type=facts.media_type, date=facts.day
    )
    if facts.file_url:
        elements["identifier"].append(facts.file_url)
    root = etree.Element(f"{{{OAI_DC}}}dc", nsmap={"oai_dc": OAI_DC, "dc": DC, "xsi": _XSI})
    root.set(f"{{{_XSI}}}schemaLocation", f"{OAI_DC} {OAI_DC_SCHEMA}")
    for name, values in elements.items():
        for value in values:
            etree.SubElement(root, f"{{{DC}}}{name}").text = legal(value)
    return root
