"""Passwords: hashing, rules, one-time words. Hashing is slow on purpose: never inside `write()`."""

from __future__ import annotations

import os
import secrets
import threading
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.vietnamese import fold
from lms.people.password_words import COMMONEST, WORDS

SHORTEST = 8
LONGEST = 200

# 19 MiB, two passes, one lane: 38 ms on the reference machine. The gate bounds memory and leaves a core to pages.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_gate = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))


def hash_password(password: str) -> str:
    """Return the argon2id hash to keep."""
    with _gate:
        return _hasher.hash(_composed(password))


def is_password(password: str, kept: str | None) -> bool:
    """Tell whether `password` is the one whose hash is `kept`; takes as long when there is none to compare."""
    with _gate:
        try:
            _hasher.verify(kept or _nobodys_hash(), _composed(password)[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Tell whether a kept hash was made with other costs than today's."""
    return _hasher.check_needs_rehash(kept)


def _composed(password: str) -> str:
    """Return the one spelling of `password`: keyboards send ế as one sign or as three."""
    return unicodedata.normalize("NFC", password)


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))


def check_new_password(password: str, *own: str | None, field: str = "password") -> None:
    """Refuse a password that is short, common, or made of the owner's own names (`own`). Raises Invalid."""
    problem = _find_problem(password, [fold(word) for word in own if word])
    if problem:
        raise Invalid({field: problem})


def _find_problem(password: str, own: list[str]) -> str | None:
    folded = fold(password).replace(" ", "")
    if len(password) < SHORTEST:
        return str(_("Use at least %(count)s characters.", count=SHORTEST))
    if len(password) > LONGEST:
        return str(_("Use at most %(count)s characters.", count=LONGEST))
    names = {word.split("@")[0].replace(" ", "") for word in own} | {word.replace(" ", "") for word in own}
    if folded in names:
        return str(_("This is your own name or user name. Choose something only you know."))
    if folded in COMMONEST or len(set(folded)) < 4 or folded.isdecimal() and folded in "01234567890123456789":
        return str(_("This password is among the first that others try. Choose another one."))
    return None


def new_one_time_password() -> str:
    """Return a password a child can read off a card and type: two plain words and three digits."""
    first, second = secrets.choice(WORDS), secrets.choice(WORDS)
    return f"{first}-{second}-{secrets.randbelow(900) + 100}"
