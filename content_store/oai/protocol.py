"""The words of the protocol: verbs, arguments, dates, refusals. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Literal

ErrorCode = Literal[
    "badArgument",
    "badResumptionToken",
    "badVerb",
    "cannotDisseminateFormat",
    "idDoesNotExist",
    "noRecordsMatch",
]
# verb -> the arguments it needs, and those it may have
VERBS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = MappingProxyType(
    {
        "Identify": (frozenset(), frozenset()),
        "ListMetadataFormats": (frozenset(), frozenset({"identifier"})),
        "ListSets": (frozenset(), frozenset({"resumptionToken"})),
        "GetRecord": (frozenset({"identifier", "metadataPrefix"}), frozenset()),
        "ListIdentifiers": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"})),
        "ListRecords": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"})),
    }
)
LISTS = frozenset({"ListIdentifiers", "ListRecords"})
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SECOND = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_LONGEST = 2000


class OaiError(Exception):
    """A refusal by the protocol: a code of the specification, and a sentence for the one who reads logs."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        """Keep both."""
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when: `end` itself is outside. `text` is what was asked, for the token."""

    start: datetime | None = None
    end: datetime | None = None
    text: tuple[str, str] = ("", "")


def read_arguments(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The arguments of a request, checked against its verb. Raises OaiError."""
    given = list(pairs)
    verbs = [value for name, value in given if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in VERBS:
        raise OaiError("badVerb", "Give one verb: " + ", ".join(VERBS) + ".")
    arguments = {name: value for name, value in given if name != "verb"}
    if len(arguments) != len(given) - 1:
        raise OaiError("badArgument", "An argument is given twice.")
    if any(len(value) > _LONGEST for value in arguments.values()):
        raise OaiError("badArgument", "An argument is too long.")
    needed, allowed = VERBS[verbs[0]]
    if verbs[0] in LISTS and "resumptionToken" in arguments:
        needed, allowed = frozenset({"resumptionToken"}), frozenset()
    if missing := needed - arguments.keys():
        raise OaiError("badArgument", "Missing: " + ", ".join(sorted(missing)) + ".")
    if arguments.keys() - needed - allowed:
        raise OaiError(
            "badArgument", f"{verbs[0]} takes only: {', '.join(sorted(needed | allowed)) or 'nothing'}."
        )
    return {"verb": verbs[0], **arguments}


def read_window(start: str | None, end: str | None) -> Window:
    """The window of `from` and `until`, which is inclusive to the day or second that it names. Raises OaiError."""
    if start is not None and end is not None and len(start) != len(end):
        raise OaiError("badArgument", "from and until must be of one granularity.")
    first = None if start is None else _moment(start)
    last = None if end is None else _moment(end)
    if first is not None and last is not None and first > last:
        raise OaiError("badArgument", "from must not be later than until.")
    if last is not None:
        step = timedelta(days=1) if len(end or "") == len("2026-01-01") else timedelta(seconds=1)
        last = last + step if last < datetime.max.replace(tzinfo=UTC) - step else None
    return Window(first, last, (start or "", end or ""))


def _moment(text: str) -> datetime:
    pattern = (
        "%Y-%m-%d" if _DAY.fullmatch(text) else "%Y-%m-%dT%H:%M:%SZ" if _SECOND.fullmatch(text) else None
    )
    try:
        if pattern is None:
            raise ValueError(text)
        return datetime.strptime(text, pattern).replace(tzinfo=UTC)
    except ValueError:
        raise OaiError("badArgument", "A date is YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ.") from None


def stamp_text(moment: datetime) -> str:
    """The moment in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
