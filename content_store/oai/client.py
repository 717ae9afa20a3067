"""One page of somebody else's archive, read with suspicion: no entities, no depth, no trust in a date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from lxml import etree

from content_store.formats.xml_safe import find_local, local, parse_xml, text_of
from content_store.metadata.offers import Offer, read_offer
from content_store.metadata.reading import read_record
from content_store.values import Metadata

PREFIXES = ("oai_dc", "lom")
_STAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?")
_LONGEST = 500
_LONGEST_TOKEN = 4000


class HarvestRefused(Exception):
    """The other side refuses, or says what cannot be read. `code` is the protocol's word, or one of ours."""

    def __init__(self, code: str, message: str = "") -> None:
        """Keep both, short enough for a row."""
        self.code = code[:40]
        self.message = message[:300]
        super().__init__(f"{self.code}: {self.message}")


@dataclass(frozen=True, slots=True)
class Taken:
    """One record of theirs; `metadata` is None where it is deleted, or says too little to link to.

    `offer` says where a copy may be had, if anyone may keep one.
    """

    identifier: str
    stamp: str
    is_deleted: bool
    metadata: Metadata | None
    offer: Offer | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One page: its records, where it goes on, and when it was written by their clock."""

    records: tuple[Taken, ...]
    token: str | None
    moment: str | None


def page_address(base: str, *, prefix: str, spec: str | None, start: str | None, token: str | None) -> str:
    """The address of the next page of a harvest."""
    asked = {"verb": "ListRecords"}
    if token:
        asked["resumptionToken"] = token
    else:
        asked["metadataPrefix"] = prefix
        asked |= {name: value for name, value in (("set", spec), ("from", start)) if value}
    return f"{base}{'&' if '?' in base else '?'}{urlencode(asked)}"


def identify_address(base: str) -> str:
    """The address at which an archive says who it is."""
    return f"{base}{'&' if '?' in base else '?'}verb=Identify"


def read_granularity(data: bytes) -> str:
    """`day` or `second`, as the archive counts. Raises HarvestRefused, RefusedFile."""
    root = _envelope(data)
    told = [text_of(element).strip() for element in find_local(root, "granularity")]
    if not find_local(root, "Identify"):
        raise HarvestRefused("not-an-archive", "This address does not answer as OAI-PMH 2.0.")
    return "day" if told and "T" not in told[0] else "second"


def read_page(data: bytes) -> Answer:
    """A page of ListRecords; nothing new is an empty one. Raises HarvestRefused, RefusedFile."""
    root = _envelope(data)
    moment = next((text_of(child).strip() for child in root if local(child) == "responseDate"), "")
    stamp = moment if _STAMP.fullmatch(moment) else None
    for child in root:
        if local(child) == "error":
            if child.get("code") == "noRecordsMatch":
                return Answer((), None, stamp)
            raise HarvestRefused(child.get("code") or "error", text_of(child).strip())
    lists = [child for child in root if local(child) == "ListRecords"]
    if not lists:
        raise HarvestRefused("not-an-archive", "This address does not answer as OAI-PMH 2.0.")
    records = [_record(child) for child in lists[0] if local(child) == "record"]
    tokens = [text_of(child).strip() for child in lists[0] if local(child) == "resumptionToken"]
    token = tokens[0] if tokens else ""
    if len(token) > _LONGEST_TOKEN:
        raise HarvestRefused("bad-token", "The resumption token is too long.")
    return Answer(tuple(record for record in records if record), token or None, stamp)


def _envelope(data: bytes) -> etree._Element:
    root = parse_xml(data)
    if local(root) != "OAI-PMH":
        raise HarvestRefused("not-an-archive", "This address does not answer as OAI-PMH 2.0.")
    return root


def _record(element: etree._Element) -> Taken | None:
    header = next((child for child in element if local(child) == "header"), None)
    if header is None:
        return None
    told = {local(child): text_of(child).strip() for child in header}
    identifier, stamp = told.get("identifier", ""), told.get("datestamp", "")
    if not identifier or len(identifier) > _LONGEST or not _STAMP.fullmatch(stamp):
        return None
    if header.get("status") == "deleted":
        return Taken(identifier, stamp, True, None)
    bodies = [part for child in element if local(child) == "metadata" for part in child]
    if not bodies:
        return Taken(identifier, stamp, False, None)
    return Taken(identifier, stamp, False, read_record(bodies[0]), read_offer(bodies[0]))
