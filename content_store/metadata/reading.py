"""Other libraries' records as our own metadata: Dublin Core and LOM, as links to the place where the work stands.

Their words are kept where ours have none for them; nothing of theirs is trusted to be short, clean or true.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from lxml import etree

from content_store import taxonomy
from content_store.formats.xml_safe import find_local, local, text_of
from content_store.values import Metadata

_LONGEST_TITLE, _LONGEST_TEXT, _MOST = 300, 5000, 30
_CODE, _UNKNOWN = re.compile("[a-z]{2,3}"), "und"
_LANGUAGES = {
    "vie": "vi",
    "eng": "en",
    "fre": "fr",
    "fra": "fr",
    "chi": "zh",
    "zho": "zh",
    "jpn": "ja",
    "kor": "ko",
}
_TYPES = {
    "stillimage": "image",
    "image": "image",
    "movingimage": "video",
    "video": "video",
    "sound": "audio",
    "dataset": "data",
    "text": "document",
    "slide": "slides",
    "narrative text": "document",
    "figure": "image",
    "table": "data",
}


def read_record(root: etree._Element) -> Metadata | None:
    """The metadata of a record in Dublin Core or LOM; None where it has no title or no address to link to."""
    return _from_lom(root) if local(root) == "lom" else _from_dublin_core(root)


def _from_dublin_core(root: etree._Element) -> Metadata | None:
    values: dict[str, list[str]] = defaultdict(list)
    for child in root:
        if text := _clean(text_of(child)):
            values[local(child)].append(text)
    return _metadata(
        values,
        addresses=[*values["identifier"], *values["source"], *values["relation"]],
        rights=[*values["rights"], *values["publisher"]],
        authors=[*values["creator"], *values["contributor"]],
    )


def _from_lom(root: etree._Element) -> Metadata | None:
    def texts(*path: str) -> list[str]:
        found = [root]
        for name in path:
            found = [child for element in found for child in element if local(child) == name]
        return [text for element in found if (text := _clean(text_of(element)))]

    values = {
        "title": texts("general", "title", "string"),
        "description": texts("general", "description", "string"),
        "language": texts("general", "language"),
        "subject": [
            *texts("classification", "taxonPath", "taxon", "entry", "string"),
            *texts("general", "keyword", "string"),
        ],
        "type": [
            *texts("educational", "learningResourceType", "value"),
            *_kinds(texts("technical", "format")),
        ],
    }
    return _metadata(
        values,
        addresses=[*texts("technical", "location"), *texts("general", "identifier", "entry")],
        rights=texts("rights", "description", "string"),
        authors=[name for card in _cards(root) if (name := _name_of(card))],
    )


def _metadata(
    values: Mapping[str, list[str]], *, addresses: list[str], rights: list[str], authors: list[str]
) -> Metadata | None:
    address = next(
        (one for one in addresses if one.startswith(("https://", "http://")) and " " not in one), None
    )
    title = next(iter(values.get("title", ())), "")[:_LONGEST_TITLE].strip()
    if not title or address is None:
        return None
    words = values.get("subject", [])
    return Metadata(
        title=title,
        description="\n\n".join(values.get("description", ()))[:_LONGEST_TEXT],
        language=_language(values.get("language", ())),
        subject=_subject(words),
        type=next((_TYPES[word.lower()] for word in values.get("type", ()) if word.lower() in _TYPES), None),
        license_id="link-only",
        authors=tuple(authors[:_MOST]),
        rights_holder="; ".join(rights)[:300] or None,
        keywords=tuple(word[:200] for word in words[:_MOST]),
        source_url=address[:2000],
    )


def _clean(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


def _language(codes: Iterable[str]) -> str:
    code = next(iter(codes), "").lower().replace("_", "-").partition("-")[0]
    return _LANGUAGES.get(code, code) if _CODE.fullmatch(code) else _UNKNOWN


def _subject(words: Iterable[str]) -> str | None:
    known = {
        name.casefold(): term.id
        for term in taxonomy.SUBJECTS.values()
        for name in (term.label("vi"), term.label("en"), term.id)
    }
    return next((known[word.casefold()] for word in words if word.casefold() in known), None)


def _kinds(media_types: Iterable[str]) -> list[str]:
    return [kind.partition("/")[0] for kind in media_types]


def _cards(root: etree._Element) -> list[str]:
    """The vCards of authors, with their lines, which `_clean` would join."""
    return [
        text_of(entity)
        for contribute in find_local(root, "contribute")
        if any("author" in text_of(role).lower() for role in contribute if local(role) == "role")
        for entity in contribute
        if local(entity) == "entity"
    ]


def _name_of(card: str) -> str:
    lines = [line.strip() for line in card.splitlines()]
    named = next((line.partition(":")[2] for line in lines if line.upper().startswith("FN")), "")
    return _clean(named.replace("\\", ""))[:200]
