"""Facets with their labels in the reader's language, for forms and filters of every room above."""

from __future__ import annotations

from content_store import rights
from content_store.taxonomy import ADULT, GRADES, LANGUAGES, SUBJECTS, TYPES, facet_label, grade_label
from lms.core.i18n import current_locale

__all__ = ["ADULT", "facet_label"]


def subject_label(subject: str | None, language: str) -> str:
    """Return the words for a subject id; the id itself when it is not in the list."""
    if subject is None:
        return ""
    term = SUBJECTS.get(subject)
    return term.label(language) if term else subject


def subject_choices() -> list[tuple[str, str]]:
    """Return (id, label) of every subject."""
    return [(term.id, term.label(current_locale())) for term in SUBJECTS.values()]


def type_choices() -> list[tuple[str, str]]:
    """Return (id, label) of every type of item."""
    return [(term.id, term.label(current_locale())) for term in TYPES.values()]


def language_choices() -> list[tuple[str, str]]:
    """Return (id, label) of the languages items may be in."""
    return [(term.id, term.label(current_locale())) for term in LANGUAGES.values()]


def grade_choices() -> list[tuple[int, str]]:
    """Return (number, label) of grades 1 to 12 and adults."""
    return [(grade, grade_label(grade, current_locale())) for grade in GRADES]


def short_label(license_id: str) -> str:
    """Return the short name of a license."""
    return rights.get_license(license_id).label(current_locale())


def license_choices() -> list[tuple[str, str]]:
    """Return (id, name) of the licenses an item may have."""
    return [(one.id, one.name(current_locale())) for one in rights.LICENSES.values()]
