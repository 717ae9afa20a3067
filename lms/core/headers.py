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


def _add_headers(response: Response) -> Response:
    headers = response.headers
    if response.mimetype == "text/html":
        origins = current_app.extensions["content_origins"]
        headers.setdefault("Content-Security-Policy", content_policy(g.get("csp_nonce"), origins))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if current_app.extensions["settings"].base_url.startswith("https://"):
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if "Cache-Control" not in headers:
        who = g.get("actor")
        headers["Cache-Control"] = "no-store" if who is not None and who.is_signed_in else "no-cache"
    return response


def init_app(app: Flask) -> None:
    """Add the headers to every answer of `app`."""
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.after_request(_add_headers)
