"""Why a harvest stopped, in the reader's language: sentences of ours are known, those of strangers stay as they are."""

from __future__ import annotations

import re

from lms.core.i18n import LazyText, _, _l

REASONS: dict[str, LazyText] = {
    "This address is not out in the world.": _l("This address is not out in the world."),
    "An address begins with https:// or http:// and has no password in it.": _l(
        "An address begins with https:// or http:// and has no password in it."
    ),
    "There is no server of this name.": _l("There is no server of this name."),
    "Its certificate is not right.": _l("Its certificate is not right."),
    "It does not answer.": _l("It does not answer."),
    "Its answer cannot be read.": _l("Its answer cannot be read."),
    "Its answer was cut off.": _l("Its answer was cut off."),
    "Its answer is too large.": _l("Its answer is too large."),
    "Its answer takes too long.": _l("Its answer takes too long."),
    "It sends us from address to address.": _l("It sends us from address to address."),
}
_STATUS = re.compile(r"It answers with status (\d{3})\.")


def reason_words(said: str) -> tuple[str, bool]:
    """Return the words for a reason, and whether they are in the reader's language."""
    if said in REASONS:
        return str(REASONS[said]), True
    if status := _STATUS.fullmatch(said):
        return _("It answers with status %(status)s.", status=status[1]), True
    return said, False
