"""Signed links in mail: expiring, single use, without a table.

A link carries a fingerprint of the state it will change, so that using it once ends it and all its siblings.
"""

from __future__ import annotations

import hashlib
from uuid import UUID

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from lms.core.errors import Conflict
from lms.core.i18n import _l
from lms.core.web import settings
from lms.people.models import User

HOURS = {"reset": 2, "welcome": 7 * 24, "verify": 3 * 24}


class LinkEnded(Conflict):
    """The link was used, replaced, or is too old; which one is nobody's business."""

    status, code = 410, "link_ended"
    default = _l("This link was used before or is too old. Ask for a new one.")


def make_reset_token(user: User, purpose: str = "reset") -> str:
    """Return the token of a link with which `user` may choose a new password; 'welcome' leaves more time."""
    return _serializer(purpose).dumps([user.uuid.hex, _fingerprint(user.password_hash, user.email)])


def make_verify_token(user: User) -> str:
    """Return the token of a link that proves that `user` reads the mail of this address."""
    return _serializer("verify").dumps([user.uuid.hex, _fingerprint(user.email, user.email_verified_at)])


def read_token(purpose: str, token: str) -> tuple[UUID, str]:
    """Return whose link it is and the fingerprint it carries. Raises LinkEnded."""
    try:
        uuid, fingerprint = _serializer(purpose).loads(token, max_age=HOURS[purpose] * 3600)
        return UUID(uuid), str(fingerprint)
    except (SignatureExpired, BadSignature, ValueError, TypeError, AttributeError) as error:
        raise LinkEnded() from error


def is_reset_alive(user: User, fingerprint: str) -> bool:
    """Tell whether the password and the mail address are still those the link was made for."""
    return user.is_active and fingerprint == _fingerprint(user.password_hash, user.email)


def is_verify_alive(user: User, fingerprint: str) -> bool:
    """Tell whether the address still waits for this confirmation."""
    return user.is_active and fingerprint == _fingerprint(user.email, None)


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret_key, salt=f"benhoc-{purpose}")


def _fingerprint(*state: object) -> str:
    return hashlib.sha256("\x1f".join(map(str, state)).encode()).hexdigest()[:20]
