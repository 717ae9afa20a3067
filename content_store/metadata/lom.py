"""LOM (IEEE 1484.12.1) in its XML binding (1484.12.3): what repositories of learning material read.

Words of lists come from `LOMv1.0`; what a list has no word for (a video, say) is left out, not bent.
"""

from __future__ import annotations

from types import MappingProxyType

from lxml import etree

from content_store import rights, taxonomy
from content_store.metadata.facts import Facts
from content_store.metadata.xml_text import add

NAMESPACE = "http://ltsc.ieee.org/xsd/LOM"
SCHEMA = "http://ltsc.ieee.org/xsd/lomv1.0/lom.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_FIRST_AGE = 5  # a child of grade 1 is six
_RESOURCE_TYPE = MappingProxyType(
    {
        "document": "narrative text",
        "page": "narrative text",
        "book": "narrative text",
        "slides": "slide",
        "image": "figure",
        "data": "table",
    }
)


def to_lom(facts: Facts) -> etree._Element:
    """The `lom` element of one version."""
    root = etree.Element(f"{{{NAMESPACE}}}lom", nsmap={None: NAMESPACE, "xsi": _XSI})
    root.set(f"{{{_XSI}}}schemaLocation", f"{NAMESPACE} {SCHEMA}")
    _general(root, facts)
    _life_cycle(root, facts)
    _about_record(root, facts)
    _technical(root, facts)
    _educational(root, facts)
    _rights(root, facts)
    if facts.metadata.source_url:
        relation = add(root, "relation")
        _word(relation, "kind", "isbasedon")
        _identify(add(relation, "resource"), "URI", facts.metadata.source_url)
    _classify(root, facts)
    return root


def _general(root: etree._Element, facts: Facts) -> None:
    metadata = facts.metadata
    general = add(root, "general")
    _identify(general, "URI", facts.url)
    _say(general, "title", metadata.title, metadata.language)
    add(general, "language", metadata.language)
    if metadata.description:
        _say(general, "description", metadata.description, metadata.language)
    for keyword in metadata.keywords:
        _say(general, "keyword", keyword, metadata.language)
    _word(general, "aggregationLevel", "1")


def _life_cycle(root: etree._Element, facts: Facts) -> None:
    cycle = add(root, "lifeCycle")
    if facts.number:
        _say(cycle, "version", str(facts.number), facts.metadata.language)
    _word(cycle, "status", "final")
    for author in facts.metadata.authors:
        contribute = add(cycle, "contribute")
        _word(contribute, "role", "author")
        add(contribute, "entity", _card(author))
        if facts.changed_at:
            add(add(contribute, "date"), "dateTime", _moment(facts.changed_at))


def _moment(text: str) -> str:
    """The moment as LOM writes it: its zone may stand only after a fraction of a second."""
    return f"{text.removesuffix('Z')}.0Z"


def _about_record(root: etree._Element, facts: Facts) -> None:
    record = add(root, "metaMetadata")
    _identify(record, "OAI" if facts.identifier.startswith("oai:") else "URI", facts.identifier)
    add(record, "metadataSchema", "LOMv1.0")
    add(record, "language", facts.metadata.language)


def _technical(root: etree._Element, facts: Facts) -> None:
    technical = add(root, "technical")
    if facts.media_type:
        add(technical, "format", facts.media_type)
    if facts.size is not None:
        add(technical, "size", str(facts.size))
    add(technical, "location", facts.url)
    if facts.file_url:
        add(technical, "location", facts.file_url)
    if facts.duration:
        add(add(technical, "duration"), "duration", facts.duration)


def _educational(root: etree._Element, facts: Facts) -> None:
    metadata = facts.metadata
    educational = add(root, "educational")
    if metadata.type is not None and metadata.type in _RESOURCE_TYPE:
        _word(educational, "learningResourceType", _RESOURCE_TYPE[metadata.type])
    _word(educational, "intendedEndUserRole", "learner")
    pupils = [grade for grade in metadata.grades if grade != taxonomy.ADULT]
    if pupils:
        _word(educational, "context", "school")
        ages = f"{min(pupils) + _FIRST_AGE}-{max(pupils) + _FIRST_AGE + 1}"
        _say(educational, "typicalAgeRange", ages, metadata.language)
    elif metadata.grades:
        _word(educational, "context", "training")
        _say(educational, "typicalAgeRange", "18-", metadata.language)
    add(educational, "language", metadata.language)


def _rights(root: etree._Element, facts: Facts) -> None:
    metadata = facts.metadata
    license = rights.get_license(metadata.license_id)
    element = add(root, "rights")
    _word(element, "cost", "no")
    _word(element, "copyrightAndOtherRestrictions", "yes" if license.attribution else "no")
    words = [license.name(metadata.language), license.url or "", metadata.rights_holder or ""]
    _say(element, "description", ". ".join(word for word in words if word), metadata.language)


def _classify(root: etree._Element, facts: Facts) -> None:
    metadata, language = facts.metadata, facts.metadata.language
    if metadata.subject:
        label = taxonomy.facet_label("subject", metadata.subject, language)
        _taxons(root, "discipline", {metadata.subject: label}, language)
    if metadata.grades:
        grades = {
            taxonomy.grade_id(grade): taxonomy.grade_label(grade, language) for grade in metadata.grades
        }
        _taxons(root, "educational level", grades, language)


def _taxons(root: etree._Element, purpose: str, taxons: dict[str, str], language: str) -> None:
    classification = add(root, "classification")
    _word(classification, "purpose", purpose)
    for key, label in taxons.items():
        path = add(classification, "taxonPath")
        _say(path, "source", "GDPT 2018", language)
        taxon = add(path, "taxon")
        add(taxon, "id", key)
        _say(taxon, "entry", label, language)


def _word(parent: etree._Element, name: str, value: str) -> None:
    element = add(parent, name)
    add(element, "source", "LOMv1.0")
    add(element, "value", value)


def _say(parent: etree._Element, name: str, text: str, language: str) -> None:
    add(add(parent, name), "string", text, language=language)


def _identify(parent: etree._Element, catalog: str, entry: str) -> None:
    element = add(parent, "identifier")
    add(element, "catalog", catalog)
    add(element, "entry", entry)


def _card(name: str) -> str:
    escaped = "".join(f"\\{letter}" if letter in "\\,;" else letter for letter in name)
    return f"BEGIN:VCARD\nVERSION:3.0\nFN:{escaped}\nN:{escaped};;;;\nEND:VCARD"
