"""Signed, expiring links to stored files, and which types may open in a browser. Pure.

A link names the bytes, how to show them and until when; all of that and the file name are under the
signature, so a link cannot be lengthened, pointed at another file or turned from a download into a
page. Expiry is rounded, so the same file keeps the same address for some minutes and caches work.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
import unicodedata
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from content_store import clock
from content_store.errors import LinkExpired

Disposition = Literal["inline", "attachment"]
LONGEST_S = 15 * 60
_HEAD = struct.Struct(">BIB32s")
_FORMAT = 1
_INERT = frozenset(
    {
        "application/pdf",
        "image/avif",
        "image/bmp",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/csv",
        "text/plain",
        "text/vtt",
    }
)
_INERT_IN_SANDBOX = _INERT | {"image/svg+xml"}


def served_disposition(media_type: str, wanted: Disposition, *, sandboxed: bool) -> Disposition:
    """What a browser is told to do: only types that cannot run anything may open in place.

    SVG may, where a sandbox policy goes with it; HTML, XML and everything unknown never do.
    """
    bare = media_type.partition(";")[0].strip().lower()
    inert = bare.startswith(("audio/", "video/")) or bare in (_INERT_IN_SANDBOX if sandboxed else _INERT)
    return wanted if inert else "attachment"


def content_disposition(disposition: Disposition, filename: str) -> str:
    """The header, with an ASCII fallback beside the UTF-8 name (RFC 6266)."""
    bare = "".join(c for c in filename if c.isprintable() and c not in '"\\/') or "file"
    plain = unicodedata.normalize("NFKD", bare).replace("đ", "d").replace("Đ", "D")
    fallback = "".join(c if " " <= c <= "~" and c != "%" else "" for c in plain).strip() or "file"
    return f"{disposition}; filename=\"{fallback}\"; filename*=UTF-8''{quote(bare, safe='')}"


@dataclass(frozen=True)
class Grant:
    """What a valid link allows."""

    sha256: str
    media_type: str
    disposition: Disposition
    expires: int


class LinkSigner:
    """Makes and reads links of the form `<base>/f/<token>/<filename>`."""

    def __init__(self, secret: str | bytes, base_url: str = "") -> None:
        """Derive a key of our own, so that no other use of the secret can forge a link."""
        raw = secret.encode() if isinstance(secret, str) else secret
        self._key = hmac.digest(raw, b"content_store.links.v1", "sha256")
        self.base_url = base_url.rstrip("/")

    def link(
        self,
        sha256: str,
        *,
        filename: str,
        media_type: str,
        expires_s: int = LONGEST_S,
        disposition: Disposition = "inline",
    ) -> str:
        """The address of the bytes; it holds for between half of `expires_s` and all of it."""
        step = max(1, min(expires_s, LONGEST_S) // 2)
        expires = (int(clock.now().timestamp()) // step + 2) * step
        payload = _HEAD.pack(_FORMAT, expires, disposition == "attachment", bytes.fromhex(sha256))
        payload += media_type.encode("ascii", "ignore")
        token = _encode(payload + self._sign(payload, filename))
        return f"{self.base_url}/f/{token}/{quote(filename, safe='')}"

    def read(self, token: str, filename: str) -> Grant:
        """What the link allows; raises `LinkExpired` for one that is over, altered or not ours."""
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
            payload, signature = raw[:-32], raw[-32:]
            version, expires, attachment, digest = _HEAD.unpack_from(payload)
            media_type = payload[_HEAD.size :].decode("ascii")
        except (binascii.Error, ValueError, struct.error):
            raise LinkExpired(code="link-invalid") from None
        if version != _FORMAT or not hmac.compare_digest(signature, self._sign(payload, filename)):
            raise LinkExpired(code="link-invalid")
        if expires <= clock.now().timestamp():
            raise LinkExpired()
        return Grant(digest.hex(), media_type, "attachment" if attachment else "inline", expires)

    def _sign(self, payload: bytes, filename: str) -> bytes:
        body = struct.pack(">I", len(payload)) + payload + filename.encode("utf-8", "surrogateescape")
        return hashlib.blake2b(body, digest_size=32, key=self._key).digest()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
