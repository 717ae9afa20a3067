"""Security headers on every answer: a strict content policy with one nonce a request."""

from __future__ import annotations

import secrets

from flask import Flask, Response, current_app, g


def csp_nonce() -> str:
    """Return this request's nonce for the few inline scripts of the frame."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def content_policy(nonce: str | None, content_origins: str) -> str:
    """Return the policy: nothing but our own files; media and frames also from the file origin."""
    script = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {script}",
            "style-src 'self'",
            f"img-src 'self' data: {content_origins}",
            f"media-src 'self' {content_origins}",
            f"frame-src 'self' {content_origins}",
            f"connect-src 'self' {content_origins}",
            "font-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
            "base-uri 'none'",
        )
    )


FIXED = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)


def _add_headers(response: Response) -> Response:
    """Add what the view did not say itself. One walk over the headers: each look-up by name is another."""
    present = {name.lower() for name, _value in response.headers}
    missing = [pair for pair in current_app.extensions["fixed_headers"] if pair[0].lower() not in present]
    if "content-security-policy" not in present and response.mimetype == "text/html":
        origins = current_app.extensions["content_origins"]
        missing.append(("Content-Security-Policy", content_policy(g.get("csp_nonce"), origins)))
    if "cache-control" not in present:
        who = g.get("actor")
        is_personal = who is not None and who.is_signed_in
        missing.append(("Cache-Control", "no-store" if is_personal else "no-cache"))
    response.headers.extend(missing)
    return response


def init_app(app: Flask) -> None:
    """Add the headers to every answer of `app`."""
    is_https = app.extensions["settings"].base_url.startswith("https://")
    app.extensions["fixed_headers"] = (
        (*FIXED, ("Strict-Transport-Security", "max-age=31536000")) if is_https else FIXED
    )
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.after_request(_add_headers)
