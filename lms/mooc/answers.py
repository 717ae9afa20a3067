"""How public pages are sent: strangers' pages may be kept by proxies, an account's page stays with its reader."""

from __future__ import annotations

from werkzeug.wrappers import Response

from lms.core.web import actor, cacheable


def answer(body: str, *, is_cacheable: bool = True) -> Response | str:
    """Return the page with an ETag and shared caching for strangers; else as it is."""
    return cacheable(body) if is_cacheable and not actor().is_signed_in else body
