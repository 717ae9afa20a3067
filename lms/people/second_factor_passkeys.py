"""Passkeys (WebAuthn): what the browser is asked, and whether its answer is true. No database.

The library costs 7 MB and a fifth of a second, so that it is loaded when the first passkey is used.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.web import settings
from lms.people.models import User
from lms.people.second_factor_models import Passkey

LARGEST_ANSWER = 20_000
TRANSPORTS = frozenset({"usb", "nfc", "ble", "internal", "hybrid", "cable", "smart-card"})


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """This site as authenticators know it: the host passkeys are bound to, and the one origin they answer."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """What a true answer to a registration carries."""

    credential_id: str
    public_key: bytes
    sign_count: int
    transports: list[str]


def relying_party() -> RelyingParty | None:
    """Return who asks for passkeys; None on a site known by a bare number, where browsers refuse them."""
    parts = urlsplit(settings().base_url)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        is_safe = parts.scheme == "https" or host == "localhost"
        return RelyingParty(host, f"{parts.scheme}://{parts.netloc}") if host and is_safe else None
    return None


def registration_options(user: User, present: Sequence[Passkey], challenge: bytes) -> str:
    """Return what the browser is asked when a passkey is added, as JSON."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    party = _party()
    options = generate_registration_options(
        rp_id=party.host,
        rp_name=settings().site_name,
        user_id=user.uuid.bytes,
        user_name=user.login or user.email or "",
        user_display_name=user.full_name,
        challenge=challenge,
        exclude_credentials=_descriptors(present),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return options_to_json(options)


def read_registration(answer: str, challenge: bytes) -> NewPasskey:
    """Return the passkey of the browser's answer. Raises Invalid for anything but a true one."""
    from webauthn import verify_registration_response
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.exceptions import WebAuthnException

    party, credential = _party(), _parsed(answer)
    try:
        found = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _refusal() from error
    told = credential.get("response", {}).get("transports", [])
    return NewPasskey(
        bytes_to_base64url(found.credential_id),
        found.credential_public_key,
        found.sign_count,
        [one for one in told if isinstance(one, str) and one in TRANSPORTS][:8],
    )


def request_options(present: Sequence[Passkey], challenge: bytes) -> str:
    """Return what the browser is asked when one of the passkeys shall sign, as JSON."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=_party().host,
        challenge=challenge,
        allow_credentials=_descriptors(present),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return options_to_json(options)


def check_answer(answer: str, present: Sequence[Passkey], challenge: bytes) -> tuple[Passkey, int]:
    """Return which of the passkeys signed the challenge, and its new counter. Raises Invalid."""
    from webauthn import verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    party, credential = _party(), _parsed(answer)
    passkey = next((one for one in present if one.credential_id == credential.get("id")), None)
    if passkey is None:
        raise _refusal()
    try:
        found = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _refusal() from error
    return passkey, found.new_sign_count


def _party() -> RelyingParty:
    party = relying_party()
    if party is None:
        raise Invalid({"passkey": _("Passkeys need a site with a name and https. Use an app with codes.")})
    return party


def _parsed(answer: str) -> dict[str, Any]:
    if len(answer) > LARGEST_ANSWER:
        raise _refusal()
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise _refusal() from error
    if not isinstance(found, dict) or not isinstance(found.get("response", {}), dict):
        raise _refusal()
    return found


def _descriptors(present: Sequence[Passkey]) -> list[Any]:
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(one.credential_id),
            transports=[AuthenticatorTransport(name) for name in one.transports] or None,
        )
        for one in present
    ]


def _refusal() -> Invalid:
    return Invalid({"passkey": _("The passkey did not answer as expected. Try again, or use another way.")})
