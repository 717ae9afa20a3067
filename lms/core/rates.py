"""Rate limits keyed by account and address together: a whole school sits behind one address."""

from __future__ import annotations

import hashlib
import time

from flask import Flask, current_app, request
from limits import parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from lms.core.errors import TooMany


def client_address() -> str:
    """Return the caller's address as told by the trusted proxies (see TRUSTED_PROXIES)."""
    return request.remote_addr or "unknown"


def limit_rate(name: str, rule: str, *keys: object) -> None:
    """Count one more try of `name` for `keys`; raise TooMany above `rule` (such as '10/minute')."""
    limiter: MovingWindowRateLimiter = current_app.extensions["rates"]
    digest = hashlib.sha256("\x1f".join(map(str, keys)).encode()).hexdigest()[:32]
    limit = parse(rule)
    if not limiter.hit(limit, name, digest):
        reset = limiter.get_window_stats(limit, name, digest).reset_time
        raise TooMany(retry_s=max(1, int(reset - time.time())))


def init_app(app: Flask, cache_url: str) -> None:
    """Open the counters in the cache engine."""
    url = "memory://" if cache_url.startswith(("memory", "none")) else cache_url
    app.extensions["rates"] = MovingWindowRateLimiter(storage_from_string(url))
