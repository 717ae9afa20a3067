"""What the forms of a draft are filled with: what its version says, and for empty fields what its file lets guess.

A guess is marked as one until somebody saves the form; it is never written by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from content_store import rights
from content_store.guessing import Guess
from content_store.models import Version
from content_store.proposing import propose
from content_store.taxonomy import facet_label, grade_label
from lms.core.db import db
from lms.core.i18n import current_locale


@dataclass(frozen=True, slots=True)
class Prefilled:
    """The values a form begins with; `guessed` names those that no person has confirmed."""

    subject: str | None
    grades: Sequence[int]
    authors: Sequence[str]
    license_id: str
    guessed: frozenset[str]

    @property
    def license(self) -> rights.License:
        """Return what the license in the form asks and allows."""
        return rights.get_license(self.license_id)


def prefill(versions: Sequence[Version]) -> dict[int, Prefilled]:
    """Return by version id how its form begins; one query, and none where nothing is left to guess."""
    proposed = propose(db.session(), versions)
    return {version.id: _fill(version, proposed.get(version.id, Guess())) for version in versions}


def _fill(version: Version, guess: Guess) -> Prefilled:
    fields = {
        "subject": guess.subject,
        "grades": guess.grades,
        "authors": guess.authors,
        "license": guess.license_id,
    }
    return Prefilled(
        subject=version.subject or guess.subject,
        grades=version.grades or guess.grades,
        authors=version.authors or guess.authors,
        license_id=guess.license_id or version.license_id,
        guessed=frozenset(name for name, value in fields.items() if value),
    )


def guessed_words(form: Prefilled) -> list[str]:
    """Return what was guessed, as a person reads it."""
    language, words = current_locale(), []
    if "subject" in form.guessed and form.subject:
        words.append(facet_label("subject", form.subject, language))
    if "grades" in form.guessed:
        words += [grade_label(grade, language) for grade in form.grades]
    if "authors" in form.guessed:
        words += form.authors
    if "license" in form.guessed:
        words.append(form.license.label(language))
    return words
