"""What is told of an item: the shape of `content_store.representation`, with the addresses of this site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import url_for

from content_store.models import Version, VersionFile
from content_store.representation import METADATA_KINDS, Addresses, describe_item
from content_store.rights import ACTIONS
from lms.core.actor import Actor
from lms.core.conditions import make_tag
from lms.core.i18n import current_locale
from lms.core.web import settings
from lms.library import queries
from lms.library.open_files import list_open_files


def full(endpoint: str, **values: object) -> str:
    """Return an address with the name of this site: from the settings, not from the Host header."""
    return settings().base_url + url_for(endpoint, **values)  # type: ignore[arg-type]


def addresses(files: Iterable[VersionFile] = ()) -> Addresses:
    """Return where things are. `files`, which one may have, are named by addresses that stay; each asks anew."""
    reached = {file.uuid: _file_of(file) for file in files}
    return Addresses(
        item=_page_of,
        metadata=_metadata_of,
        preview=_preview_of,
        file=lambda file: reached.get(file.uuid),
    )


def _page_of(version: Version) -> str:
    shown = None if version.number == version.item.shown_number else version.number
    return full("library.item", item_uuid=version.item.uuid, version=shown)


def _metadata_of(version: Version) -> Mapping[str, str]:
    uuid = version.item.uuid
    return {kind: full("library_api.metadata", item_uuid=uuid, kind=kind) for kind in METADATA_KINDS}


def _preview_of(version: Version) -> str | None:
    if version.preview is None or version.recall is not None:
        return None
    return full("library_api.preview", item_uuid=version.item.uuid, number=version.number)


def _file_of(file: VersionFile) -> str:
    item = file.version.item.uuid
    return full("library_api.file", item_uuid=item, number=file.version.number, file_uuid=file.uuid)


def verdicts_of(who: Actor, version: Version) -> dict[str, str]:
    """Return the code of each action's verdict."""
    return {action: queries.may_use(who, version, action).code for action in ACTIONS}


def describe_for(who: Actor, version: Version, versions: Iterable[Version] | None = None) -> dict[str, Any]:
    """Return one item as `who` may know it."""
    return describe_item(
        version,
        addresses(list_open_files(who, version)),
        verdicts=verdicts_of(who, version),
        versions=queries.list_versions(who, version) if versions is None else versions,
        language=current_locale(),
    )


def tag_of(who: Actor, version: Version) -> str:
    """Return the ETag of an item for one reader: anything that may change what is told changes it."""
    item = version.item
    return make_tag(
        item.uuid,
        item.state,
        item.latest_number,
        item.published_number,
        item.reviewed_number,
        item.updated_at.isoformat(),
        version.number,
        version.recall is not None,
        sorted(item.audiences),
        who.uuid,
        sorted(who.audiences),
        sorted((grant.role, grant.org_id) for grant in who.grants),
        current_locale(),
    )
