"""Items as JSON: one shape for every door that reads the library, with an application around it or without.

Pure: a door gives the versions that its reader may see, and an `Addresses` that says where it shows things. It calls

- `summarize(version, addresses)`: one line of a list;
- `describe_found(rows, addresses, total=, facets=, next=, corrected=, instead=, degraded=)`: one page of a search, where `rows`
  are pairs of a version and its passages;
- `describe_item(version, addresses, verdicts=, versions=, language=)`: one item, where `verdicts` names the code of
  each action and `versions` are those that the reader may know of, newest first;
- `describe_versions(versions, addresses)`: the versions of an item as a list of its own;
- `describe_problem(status, code, title, detail)`: a refusal, as RFC 9457 says it.

What each returns is said as JSON Schema (2020-12, as OpenAPI 3.1 takes it) by SUMMARY, FOUND, ITEM, VERSIONS, PROBLEM.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from content_store.metadata.facts import at_version
from content_store.models import Version, VersionFile
from content_store.rights import ACTIONS
from content_store.search import Fragment

Json = dict[str, Any]
METADATA_KINDS = ("lom", "dublin_core", "json_ld", "bibtex", "ris")


def _no_address(of: object) -> str | None:
    """Where a door has no address for such a thing."""
    return None


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a door shows things. `file` answers None for what its reader may not download."""

    item: Callable[[Version], str]
    metadata: Callable[[Version], Mapping[str, str]]
    preview: Callable[[Version], str | None] = _no_address
    file: Callable[[VersionFile], str | None] = _no_address


def summarize(version: Version, addresses: Addresses) -> Json:
    """One version as a line of a list."""
    item, license = version.item, version.license
    return {
        "uuid": str(item.uuid),
        "version": version.number,
        "pin": version.pin,
        "state": item.state,
        "title": version.title,
        "type": version.type,
        "format": version.format,
        "language": version.language,
        "subject": version.subject,
        "grades": list(version.grades),
        "license": version.license_id,
        "license_url": license.url,
        "authors": list(version.authors),
        "pages": version.pages,
        "duration_s": version.duration_s,
        "reviewed": item.reviewed_number == version.number,
        "updated_at": moment_text(version.created_at),
        "source_url": version.source_url,
        "preview_url": addresses.preview(version),
        "url": addresses.item(version),
    }


def describe_found(
    rows: Iterable[tuple[Version, Sequence[Fragment]]],
    addresses: Addresses,
    *,
    total: int | None,
    facets: Mapping[str, Mapping[str, int]],
    next: str | None,
    corrected: str | None = None,
    instead: str | None = None,
    degraded: bool = False,
) -> Json:
    """One page of a search; `total` is None where the engine is away and only the latest items are told."""
    items = [
        {
            **summarize(version, addresses),
            "passages": [passage.text for passage in passages],
            "places": [passage.place for passage in passages],
        }
        for version, passages in rows
    ]
    return {
        "items": items,
        "total": total,
        "facets": {name: dict(counts) for name, counts in facets.items()},
        "next": next,
        "corrected": corrected,
        "instead": instead,
        "degraded": degraded,
    }


def describe_item(
    version: Version,
    addresses: Addresses,
    *,
    verdicts: Mapping[str, str],
    versions: Iterable[Version],
    language: str,
) -> Json:
    """One item: what its line says, and its rights, files, versions and metadata.

    Of files that have no address for the reader only that there are some is told: `files_withheld`.
    """
    reached = [(file, addresses.file(file)) for file in version.files]
    return {
        **summarize(version, addresses),
        "description": version.description,
        "keywords": list(version.keywords),
        "rights_holder": version.rights_holder,
        "attribution": version.attribution(language),
        "rights": dict(verdicts),
        "files": [describe_file(file, url) for file, url in reached if url is not None],
        "files_withheld": any(url is None for _file, url in reached),
        "versions": [_version_line(row) for row in versions],
        "metadata": dict(addresses.metadata(version)),
    }


def describe_versions(versions: Iterable[Version], addresses: Addresses) -> Json:
    """The versions of an item, in the order given, each with its permanent address."""
    return {
        "versions": [
            {**_version_line(row), "url": at_version(addresses.item(row), row.number)} for row in versions
        ]
    }


def describe_problem(status: int, code: str, title: str, detail: str) -> Json:
    """A refusal: `code` is for programs and never changes, `title` and `detail` are for people."""
    return {"type": "about:blank", "status": status, "code": code, "title": title, "detail": detail}


def moment_text(moment: datetime) -> str:
    """A moment in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def describe_file(file: VersionFile, url: str) -> Json:
    """A file with the address by which its reader has it."""
    return {
        "uuid": str(file.uuid),
        "role": file.role,
        "filename": file.filename,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "language": file.language,
        "url": url,
    }


def _version_line(version: Version) -> Json:
    return {
        "number": version.number,
        "pin": version.pin,
        "note": version.note,
        "created_at": version.created_at.isoformat(),
        "recalled": version.recall is not None,
    }


def _thing(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(
        {
            "type": "object",
            "required": sorted(properties),
            "properties": dict(properties),
            "additionalProperties": False,
        }
    )


_TEXT, _NUMBER, _FLAG = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
_MAYBE_TEXT, _MAYBE_NUMBER = {"type": ["string", "null"]}, {"type": ["integer", "null"]}
_UUID, _MOMENT = {"type": "string", "format": "uuid"}, {"type": "string", "format": "date-time"}
_TEXTS = {"type": "array", "items": _TEXT}
_SUMMARY = {
    "uuid": _UUID,
    "version": _NUMBER,
    "pin": _TEXT,
    "state": {"type": "string", "enum": ["draft", "published", "retired"]},
    "title": _TEXT,
    "type": _TEXT,
    "format": _TEXT,
    "language": _TEXT,
    "subject": _MAYBE_TEXT,
    "grades": {"type": "array", "items": _NUMBER},
    "license": _TEXT,
    "license_url": _MAYBE_TEXT,
    "authors": _TEXTS,
    "pages": _MAYBE_NUMBER,
    "duration_s": {"type": ["number", "null"]},
    "reviewed": _FLAG,
    "updated_at": _MOMENT,
    "source_url": _MAYBE_TEXT,
    "preview_url": _MAYBE_TEXT,
    "url": _TEXT,
}
_FILE = {
    "uuid": _UUID,
    "role": _TEXT,
    "filename": _TEXT,
    "media_type": _TEXT,
    "size": _NUMBER,
    "sha256": _TEXT,
    "language": _MAYBE_TEXT,
    "url": _TEXT,
}
_VERSION = {"number": _NUMBER, "pin": _TEXT, "note": _TEXT, "created_at": _MOMENT, "recalled": _FLAG}
_COUNTS = {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": _NUMBER}}
SUMMARY = _thing(_SUMMARY)
FOUND = _thing(
    {
        "items": {"type": "array", "items": dict(_thing({**_SUMMARY, "passages": _TEXTS, "places": _TEXTS}))},
        "total": _MAYBE_NUMBER,
        "facets": _COUNTS,
        "next": _MAYBE_TEXT,
        "corrected": _MAYBE_TEXT,
        "instead": _MAYBE_TEXT,
        "degraded": _FLAG,
    }
)
ITEM = _thing(
    {
        **_SUMMARY,
        "description": _TEXT,
        "keywords": _TEXTS,
        "rights_holder": _MAYBE_TEXT,
        "attribution": _TEXT,
        "rights": dict(_thing(dict.fromkeys(ACTIONS, _TEXT))),
        "files": {"type": "array", "items": dict(_thing(_FILE))},
        "files_withheld": _FLAG,
        "versions": {"type": "array", "items": dict(_thing(_VERSION))},
        "metadata": dict(_thing(dict.fromkeys(METADATA_KINDS, _TEXT))),
    }
)
VERSIONS = _thing(
    {"versions": {"type": "array", "items": dict(_thing({**_VERSION, "url": _TEXT}))}},
)
PROBLEM = _thing({"type": _TEXT, "status": _NUMBER, "code": _TEXT, "title": _TEXT, "detail": _TEXT})
