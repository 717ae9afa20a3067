"""What keeping a password costs."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from lms.people import passwords


def test_a_password_is_hashed_at_the_full_price(
    full_price: PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    cheap = passwords.hash_password("bến-thuyền-1953")
    monkeypatch.setattr(passwords, "_hasher", full_price)
    kept = passwords.hash_password("bến-thuyền-1953")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.is_password("bến-thuyền-1953", kept) and not passwords.is_password("bến-thuyền", kept)
    assert passwords.is_outdated(cheap) and not passwords.is_outdated(kept)
