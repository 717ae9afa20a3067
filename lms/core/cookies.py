"""The signed cookie of a browser's session, read without asking when it was signed.

How long somebody stays signed in is said by the row of the session. The cookie's own time would only do harm: a node
whose clock is a second behind refuses what its neighbor has just signed, and signs the reader out.
"""

from __future__ import annotations

from copy import deepcopy
from functools import lru_cache
from types import NoneType
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import want_bytes

PLAIN = frozenset({str, int, bool, NoneType})  # a session of such values alone shares nothing with its copy


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
    """Flask's session cookies with the signer above.

    A browser sends the same cookie with every page, so what one says is remembered with the keys that it was signed by.
    A wrong signature is never remembered.
    """

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return the serializer of the cookie."""
        keys = _keys(app)
        return _serializer(keys) if keys else None

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return what the browser's cookie says; an empty session where there is none, or a wrong one."""
        keys, sealed = _keys(app), request.cookies.get(self.get_cookie_name(app))
        if not keys:
            return None
        if not sealed:
            return self.session_class()
        try:
            said = _unseal(sealed, keys)
        except BadSignature:
            return self.session_class()
        return self.session_class(said if PLAIN.issuperset(map(type, said.values())) else deepcopy(said))


def _keys(app: Flask) -> tuple[str | bytes, ...]:
    """The present key comes last, as itsdangerous has it."""
    return (*(app.config["SECRET_KEY_FALLBACKS"] or ()), app.secret_key) if app.secret_key else ()


@lru_cache(maxsize=16)
def _serializer(keys: tuple[str | bytes, ...]) -> URLSafeTimedSerializer:
    kind = SecureCookieSessionInterface
    return URLSafeTimedSerializer(
        list(keys),  # type: ignore[arg-type]
        salt=kind.salt,
        serializer=kind.serializer,
        signer=TimelessSigner,
        signer_kwargs={"key_derivation": kind.key_derivation, "digest_method": kind.digest_method},
    )


@lru_cache(maxsize=1024)
def _unseal(sealed: str, keys: tuple[str | bytes, ...]) -> dict[str, Any]:
    said: dict[str, Any] = _serializer(keys).loads(sealed)
    return said
