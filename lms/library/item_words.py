"""What an item's page says of a version to everybody alike: its license, facts, citation and description for machines.

A version never changes, so this is worked out once for each version and language and kept in this process. Nothing of
the reader is in it: what he may do, his ratings and lessons are asked for every time. The key holds the item's last
change as well, so that whatever else of the item came to stand in these words could not be stale.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from flask import current_app, request
from markupsafe import Markup

from content_store.models import Version
from lms.core.i18n import current_locale
from lms.core.web import settings
from lms.library.kept import Kept
from lms.library.metadata_pages import citation_of, json_ld_block
from lms.library.showing import TYPE_ICONS, card_facts, item_facts, license_words, short_pin, warning_words


@dataclass(frozen=True, slots=True)
class ItemWords:
    """The words of a version in one language; plain values, so that pieces of the page may be settled with them."""

    icon_name: str
    facts: tuple[str, ...]
    item_facts: tuple[tuple[str, str], ...]
    license_name: str
    license_url: str | None
    may: tuple[str, ...]
    must: tuple[str, ...]
    must_not: tuple[str, ...]
    attribution: str
    short_pin: str
    warnings: tuple[str, ...]
    citation: str
    json_ld: Markup


_kept: Kept[ItemWords] = Kept(1024)


class StaleWords(AssertionError):
    """Under test: words that were kept are not those of now, so something is missing in their key."""


def item_words(version: Version) -> ItemWords:
    """Return the words of a version in the reader's language."""
    key = _key(version)
    found = _kept.get(key, lambda: _say(version))
    if current_app.testing and found != _say(version):
        raise StaleWords(version.pin)
    return found


def _key(version: Version) -> Hashable:
    item = version.item
    own = (version.id, item.uuid, version.number, version.created_at)
    return (
        *own,
        item.updated_at,
        item.state,
        item.shown_number,
        current_locale(),
        settings().base_url,
        request.script_root,
    )


def _say(version: Version) -> ItemWords:
    language, words, inspection = current_locale(), license_words(version), version.inspection
    return ItemWords(
        icon_name=TYPE_ICONS.get(version.type, "file-text"),
        facts=card_facts(version),
        item_facts=tuple(item_facts(version)),
        license_name=version.license.name(language),
        license_url=version.license.url,
        may=tuple(words.may),
        must=tuple(words.must),
        must_not=tuple(words.must_not),
        attribution=version.attribution(language),
        short_pin=short_pin(version),
        warnings=tuple(warning_words(inspection.warnings)) if inspection else (),
        citation=citation_of(version),
        json_ld=json_ld_block(version),
    )
