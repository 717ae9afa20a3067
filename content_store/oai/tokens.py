"""Resumption tokens: where a list goes on, with everything that was asked. Nothing is kept here between two requests.

A token opens nothing that its asker could not ask for anyhow, so it is checked as arguments are, not signed.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from content_store.oai.protocol import OaiError, Window, read_window

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
SET_SPEC = re.compile(r"[a-z0-9-]{1,60}")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a list of records: what is listed, after which stamp, how many came before."""

    verb: str
    prefix: str
    spec: str | None
    window: Window
    after: datetime | None = None
    cursor: int = 0


def write_token(place: Place) -> str:
    """The token of a place."""
    ticks = 0 if place.after is None else (place.after - _EPOCH) // _TICK
    values = [place.verb, place.prefix, place.spec or "", *place.window.text, ticks, place.cursor]
    raw = json.dumps(values, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def read_token(verb: str, token: str) -> Place:
    """The place of a token. Raises OaiError for one that we did not write, or that belongs to another verb."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        found, prefix, spec, start, end, ticks, cursor = json.loads(raw)
        if found != verb or not all(isinstance(text, str) for text in (prefix, spec, start, end)):
            raise ValueError(token)
        if type(ticks) is not int or type(cursor) is not int or cursor < 0:
            raise ValueError(token)
        window = read_window(start or None, end or None)
        return Place(verb, prefix, read_spec(spec) if spec else None, window, _EPOCH + ticks * _TICK, cursor)
    except (ValueError, TypeError, OverflowError, RecursionError, OaiError):
        raise OaiError("badResumptionToken", "This token is not ours. Begin the list again.") from None


def read_spec(spec: str) -> str:
    """A set's name as it may be. Raises OaiError: no record is in a set that cannot be."""
    if not SET_SPEC.fullmatch(spec):
        raise OaiError("noRecordsMatch", "There is no such set.")
    return spec
