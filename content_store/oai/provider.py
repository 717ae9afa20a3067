"""The six verbs: from arguments to a document."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from uuid import UUID

from lxml import etree
from sqlalchemy.orm import Session

from content_store.metadata.dublin_core import DC, OAI_DC, OAI_DC_SCHEMA, to_oai_dc
from content_store.metadata.facts import Facts, facts_of
from content_store.metadata.lom import NAMESPACE as LOM
from content_store.metadata.lom import SCHEMA as LOM_SCHEMA
from content_store.metadata.lom import to_lom
from content_store.metadata.xml_text import add, legal, to_bytes
from content_store.models import Version, VersionFile
from content_store.oai import selection
from content_store.oai.protocol import LISTS, OaiError, Window, read_arguments, read_window, stamp_text
from content_store.oai.stamping import COLLECTION
from content_store.oai.tokens import Place, read_spec, read_token, write_token

OAI = "http://www.openarchives.org/OAI/2.0/"
_IDENTIFIER = "http://www.openarchives.org/OAI/2.0/oai-identifier"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
PAGE = 200
_EMPTY = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Format:
    """One format of metadata: where it is defined, and how a version is written in it."""

    namespace: str
    schema: str
    write: Callable[[Facts], etree._Element]


FORMATS = MappingProxyType(
    {"oai_dc": Format(OAI_DC, OAI_DC_SCHEMA, to_oai_dc), "lom": Format(LOM, LOM_SCHEMA, to_lom)}
)


@dataclass(frozen=True, slots=True)
class Repository:
    """Who answers: its name, its address for harvesters, its host, whom to write to, where an item stands.

    `file_url` is where strangers fetch the main file of what anyone may pass on.
    """

    name: str
    base_url: str
    host: str
    admin_email: str
    item_url: Callable[[UUID], str]
    file_url: Callable[[VersionFile], str] | None = None

    def identifier(self, uuid: UUID) -> str:
        """The item's name among all archives."""
        return f"oai:{self.host}:{uuid}"

    def open_file_url(self, version: Version) -> str | None:
        """Where anyone may fetch the main file; None where its license keeps it in, or right answers stand in it."""
        license = version.license
        is_free = license.open and license.download and not license.sector_only and version.recall is None
        is_free = is_free and version.format != "lesson"
        return self.file_url(version.main) if self.file_url and version.main and is_free else None

    def read_identifier(self, text: str) -> UUID:
        """The item that an identifier names. Raises OaiError."""
        try:
            prefix, host, uuid = text.split(":")
            if prefix == "oai" and host == self.host and str(UUID(uuid)) == uuid:
                return UUID(uuid)
        except ValueError:
            pass
        raise OaiError("idDoesNotExist", "No record has this identifier.")


def answer(
    session: Session,
    repository: Repository,
    pairs: Iterable[tuple[str, str]],
    *,
    moment: datetime,
    size: int = PAGE,
) -> bytes:
    """The whole document for a request. Refusals are answers too, and every one of them has status 200."""
    root = etree.Element(f"{{{OAI}}}OAI-PMH", nsmap={None: OAI, "xsi": _XSI})
    root.set(f"{{{_XSI}}}schemaLocation", f"{OAI} {OAI}OAI-PMH.xsd")
    add(root, "responseDate", stamp_text(moment))
    request = add(root, "request", repository.base_url)
    try:
        arguments = read_arguments(pairs)
        body = etree.Element(f"{{{OAI}}}{arguments['verb']}", nsmap={None: OAI})
        _fill(session, repository, arguments, body, size)
        root.append(body)
    except OaiError as error:
        add(root, "error", error.message, code=error.code)
        if error.code in {"badVerb", "badArgument"}:
            return to_bytes(root)
    for name, value in arguments.items():
        request.set(name, legal(value))
    return to_bytes(root)


def _fill(
    session: Session, repository: Repository, arguments: dict[str, str], body: etree._Element, size: int
) -> None:
    verb = arguments["verb"]
    if verb == "Identify":
        _identify(session, repository, body)
    elif verb == "ListMetadataFormats":
        _list_formats(session, repository, arguments.get("identifier"), body)
    elif verb == "ListSets":
        _list_sets(session, arguments.get("resumptionToken"), body, size)
    elif verb == "GetRecord":
        _get_record(session, repository, arguments, body)
    else:
        _list_records(session, repository, arguments, body, size)


def _identify(session: Session, repository: Repository, body: etree._Element) -> None:
    add(body, "repositoryName", repository.name)
    add(body, "baseURL", repository.base_url)
    add(body, "protocolVersion", "2.0")
    add(body, "adminEmail", repository.admin_email)
    add(body, "earliestDatestamp", stamp_text(selection.find_earliest(session) or _EMPTY))
    add(body, "deletedRecord", "persistent")
    add(body, "granularity", "YYYY-MM-DDThh:mm:ssZ")
    described = etree.SubElement(
        add(body, "description"), f"{{{_IDENTIFIER}}}oai-identifier", nsmap={None: _IDENTIFIER}
    )
    described.set(f"{{{_XSI}}}schemaLocation", f"{_IDENTIFIER} {_IDENTIFIER}.xsd")
    add(described, "scheme", "oai")
    add(described, "repositoryIdentifier", repository.host)
    add(described, "delimiter", ":")
    add(described, "sampleIdentifier", repository.identifier(UUID(int=7 << 76 | 2 << 62)))


def _list_formats(
    session: Session, repository: Repository, identifier: str | None, body: etree._Element
) -> None:
    if identifier is not None:
        _find(session, repository, identifier)
    for prefix, kind in FORMATS.items():
        element = add(body, "metadataFormat")
        add(element, "metadataPrefix", prefix)
        add(element, "schema", kind.schema)
        add(element, "metadataNamespace", kind.namespace)


def _list_sets(session: Session, token: str | None, body: etree._Element, size: int) -> None:
    if token is not None and not _is_set_token(token):
        raise OaiError("badResumptionToken", "This token is not ours. Begin the list again.")
    shelves, more = selection.list_sets(session, token, size)
    for shelf in shelves:
        element = add(body, "set")
        add(element, "setSpec", shelf.spec)
        add(element, "setName", shelf.name)
        if shelf.description:
            add(element, "setDescription").append(_describe_set(shelf.description))
    if token is not None or more:
        add(body, "resumptionToken", shelves[-1].spec if more else None)


def _describe_set(text: str) -> etree._Element:
    root = etree.Element(f"{{{OAI_DC}}}dc", nsmap={"oai_dc": OAI_DC, "dc": DC})
    etree.SubElement(root, f"{{{DC}}}description")
    root[0].text = legal(text)
    return root


def _is_set_token(token: str) -> bool:
    try:
        return token.startswith(COLLECTION) and bool(UUID(token.removeprefix(COLLECTION)))
    except ValueError:
        return False


def _get_record(
    session: Session, repository: Repository, arguments: dict[str, str], body: etree._Element
) -> None:
    record = _find(session, repository, arguments["identifier"])
    _write_record(repository, record, _format(arguments["metadataPrefix"]), body)


def _find(session: Session, repository: Repository, identifier: str) -> selection.Record:
    record = selection.find_record(session, repository.read_identifier(identifier))
    if record is None:
        raise OaiError("idDoesNotExist", "No record has this identifier.")
    return record


def _format(prefix: str) -> Format:
    if prefix not in FORMATS:
        raise OaiError("cannotDisseminateFormat", "Ask for one of: " + ", ".join(FORMATS) + ".")
    return FORMATS[prefix]


def _list_records(
    session: Session, repository: Repository, arguments: dict[str, str], body: etree._Element, size: int
) -> None:
    place = _place(arguments)
    kind = _format(place.prefix)
    records, more = selection.list_records(session, place, size)
    if not records and place.after is None:
        raise OaiError("noRecordsMatch", "Nothing matches these arguments.")
    for record in records:
        if place.verb == "ListRecords":
            _write_record(repository, record, kind, body)
        else:
            _write_header(repository, record, body)
    if more or place.after is not None:
        following = replace(place, after=records[-1].stamp, cursor=place.cursor + size) if more else None
        token = add(body, "resumptionToken", write_token(following) if following else None)
        token.set("cursor", str(place.cursor))


def _place(arguments: dict[str, str]) -> Place:
    verb = arguments["verb"]
    if verb in LISTS and "resumptionToken" in arguments:
        place = read_token(verb, arguments["resumptionToken"])
        if place.prefix not in FORMATS:
            raise OaiError("badResumptionToken", "This token is not ours. Begin the list again.")
        return place
    window: Window = read_window(arguments.get("from"), arguments.get("until"))
    prefix = arguments["metadataPrefix"]
    _format(prefix)
    spec = read_spec(arguments["set"]) if "set" in arguments else None
    return Place(verb, prefix, spec, window)


def _write_record(
    repository: Repository, record: selection.Record, kind: Format, parent: etree._Element
) -> None:
    element = add(parent, "record")
    _write_header(repository, record, element)
    if record.version is not None:
        facts = facts_of(
            record.version,
            url=repository.item_url(record.uuid),
            identifier=repository.identifier(record.uuid),
            file_url=repository.open_file_url(record.version),
        )
        add(element, "metadata").append(kind.write(facts))


def _write_header(repository: Repository, record: selection.Record, parent: etree._Element) -> None:
    header = add(parent, "header")
    if record.version is None:
        header.set("status", "deleted")
    add(header, "identifier", repository.identifier(record.uuid))
    add(header, "datestamp", stamp_text(record.stamp))
    for spec in record.specs:
        add(header, "setSpec", spec)
