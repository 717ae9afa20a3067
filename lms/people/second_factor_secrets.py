"""Codes and secrets of the second factor: sealing at rest, one-time codes, recovery codes. No database.

Keys are derived from SECRET_KEY, one for each purpose: a stolen table alone shows neither a secret nor a code.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime
from uuid import UUID

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lms.core.errors import Conflict
from lms.core.i18n import _l
from lms.core.web import settings

STEP_S = 30
RECOVERY_CODES = 10
# Without i, l, o, u, 0 and 1: read from paper, typed on a phone. Ten of 30 signs hold 49 bits.
SIGNS = "abcdefghjkmnpqrstvwxyz23456789"
APP_CODE = re.compile(r"[0-9]{6}")
NONCE = 12


class SecretLost(Conflict):
    """The secret was sealed under another SECRET_KEY; only a reset helps."""

    code = "factor_lost"
    default = _l(
        "The codes of your app cannot be checked any more. Use a recovery code, or ask an administrator to reset your second step."
    )


def new_secret() -> str:
    """Return a fresh secret for an authenticator app, in the letters it is typed with (160 bits)."""
    return pyotp.random_base32()


def seal(owner: UUID, secret: str) -> bytes:
    """Return `secret` encrypted; it opens for this owner only, so that rows cannot be swapped."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(_key("seal")).encrypt(nonce, secret.encode(), owner.bytes)


def unseal(owner: UUID, sealed: bytes) -> str:
    """Return the secret. Raises SecretLost when it was sealed for another owner or under another key."""
    try:
        return AESGCM(_key("seal")).decrypt(sealed[:NONCE], sealed[NONCE:], owner.bytes).decode()
    except InvalidTag as error:
        raise SecretLost() from error


def setup_address(secret: str, *, account: str, site: str) -> str:
    """Return the otpauth address that the QR picture holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=site)


def find_step(secret: str, code: str, moment: datetime, *, after: int) -> int | None:
    """Return the step `code` belongs to: this one or a neighbor, later than `after`; None when it is wrong."""
    if not APP_CODE.fullmatch(code):
        return None
    present, found = int(moment.timestamp()) // STEP_S, None
    totp = pyotp.TOTP(secret)
    for step in (present - 1, present, present + 1):  # all three are computed, whichever fits
        if hmac.compare_digest(totp.generate_otp(step), code) and step > after:
            found = step
    return found


def tidy_code(typed: str) -> str:
    """Return a code as it is compared, however it was typed: `ABCDE-fghjk`, `123 456`."""
    return re.sub(r"[\s\-]", "", typed[:60]).lower()


def new_recovery_codes() -> list[str]:
    """Return ten codes for paper."""
    return ["".join(secrets.choice(SIGNS) for _sign in range(10)) for _code in range(RECOVERY_CODES)]


def show_code(code: str) -> str:
    """Return a recovery code in two groups, easy to read."""
    return f"{code[:5]}-{code[5:]}"


def hash_recovery_code(owner: UUID, code: str) -> str:
    """Return what is kept of a recovery code: keyed, so that the table alone cannot be searched for it."""
    return hmac.new(_key("recovery"), owner.bytes + code.encode(), hashlib.sha256).hexdigest()


def _key(purpose: str) -> bytes:
    info = f"benhoc second factor {purpose}".encode()
    return HKDF(SHA256(), 32, salt=None, info=info).derive(settings().secret_key.encode())
