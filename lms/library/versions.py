"""Values of the page that sets two versions of an item side by side. No permission is decided beyond "may view"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from content_store.differences import (
    FieldDifference,
    TextDifference,
    compare_files,
    compare_metadata,
    compare_text,
)
from content_store.models import Version, VersionFile
from content_store.rights import get_license
from lms.core.actor import Actor
from lms.core.i18n import LazyText, _l, current_locale
from lms.library.queries import file_link, may_use, preview_link
from lms.library.showing import file_size, language_label
from lms.library.taxonomy import facet_label, grade_label, subject_label

NAMES: dict[str, LazyText] = {
    "title": _l("Title"),
    "description": _l("Description"),
    "language": _l("Language"),
    "subject": _l("Subject"),
    "grades": _l("Grades"),
    "type": _l("Type"),
    "license_id": _l("License"),
    "authors": _l("Authors"),
    "rights_holder": _l("Rights holder"),
    "keywords": _l("Keywords"),
    "source_url": _l("Source address"),
}
ROLES: dict[str, LazyText] = {
    "main": _l("File"),
    "captions": _l("Captions"),
    "poster": _l("Cover picture"),
    "attachment": _l("Attached file"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that differs: its name, and how it was and is, in words ('' for nothing)."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Two versions side by side. `text` is None where the reader may not open one of them."""

    facts: Sequence[Row]
    files: Sequence[Row]
    text: TextDifference | None
    pictures: tuple[str | None, str | None]
    has_text: bool

    @property
    def is_same(self) -> bool:
        """Whether nothing at all differs that may be shown."""
        return not self.facts and not self.files and (self.text is None or self.text.is_same)


def compare(actor: Actor, old: Version, new: Version) -> Difference:
    """Return how two versions differ, as far as the actor may look into them."""
    is_open = all(may_use(actor, version, "view").allowed for version in (old, new))
    texts = (old.text(), new.text()) if is_open else ("", "")
    return Difference(
        facts=[say_difference(one) for one in compare_metadata(old, new)],
        files=[
            Row(str(ROLES[one.role]), _file_words(one.before), _file_words(one.after))
            for one in compare_files(old, new)
        ],
        text=compare_text(*texts) if is_open else None,
        pictures=_pictures(old, new) if is_open else (None, None),
        has_text=any(texts),
    )


def _pictures(old: Version, new: Version) -> tuple[str | None, str | None]:
    """The pictures of both where they differ: an image itself, else the first page or the poster."""
    if old.preview is None or new.preview is None or old.preview.sha256 == new.preview.sha256:
        return None, None
    return _picture(old), _picture(new)


def _picture(version: Version) -> str | None:
    if version.type == "image" and version.main is not None:
        return file_link(version.main)
    return preview_link(version)


def say_difference(one: FieldDifference) -> Row:
    """Return one difference in words."""
    return Row(str(NAMES[one.name]), say_fact(one.name, one.before), say_fact(one.name, one.after))


def say_fact(name: str, value: object) -> str:
    """Return what a version says under `name`, in words; '' for nothing."""
    language = current_locale()
    if not value:
        return ""
    if name == "grades" and isinstance(value, list):
        return ", ".join(grade_label(grade, language) for grade in value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if name == "subject":
        return subject_label(str(value), language)
    if name == "license_id":
        return get_license(str(value)).name(language)
    if name == "language":
        return language_label(str(value))
    return facet_label("type", str(value), language) if name == "type" else str(value)


def _file_words(file: VersionFile | None) -> str:
    return f"{file.filename}, {file_size(file.size)}" if file is not None else ""


def replacement_of(version: Version) -> int | None:
    """Return the number of the good version to go to instead of this one; None when there is none but by searching."""
    shown = version.item.published_number
    is_good = version.item.state == "published" and shown != version.number
    return shown if is_good else None
