"""The signed cookie of a browser's session, read without asking when it was signed.

How long somebody stays signed in is said by the row of the session. The cookie's own time would only do harm: a node
whose clock is a second behind refuses what its neighbor has just signed, and signs the reader out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import want_bytes


class TimelessSigner(TimestampSigner):
    """Checks the signature and never the age. What is derived from the site's secret is derived once."""

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        """Return the key of signatures."""
        secret = self.secret_keys[-1] if secret_key is None else want_bytes(secret_key)
        return _derive(secret, self.salt, self.key_derivation, self.digest_method)

    def unsign(
        self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False
    ) -> Any:
        """Return what was signed. Raises BadSignature."""
        return super().unsign(signed_value, None, return_timestamp)  # type: ignore[call-overload]


@lru_cache(maxsize=16)
def _derive(secret: bytes, salt: bytes, derivation: str, digest: Any) -> bytes:
    return TimestampSigner(secret, salt, key_derivation=derivation, digest_method=digest).derive_key()


class SessionCookies(SecureCookieSessionInterface):
    """Flask's session cookies with the signer above."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return the serializer of the cookie."""
        found: URLSafeTimedSerializer | None = super().get_signing_serializer(app)
        if found is not None:
            found.signer = TimelessSigner
        return found
