"""Rate limits keyed by account and address together: a whole school sits behind one address."""

from __future__ import annotations

import hashlib
import time
from functools import lru_cache

import structlog
from flask import Flask, current_app, request
from limits import RateLimitItem
from limits import parse as parse_rule
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from lms.core.errors import TooMany
from lms.core.rate_counters import HereCounters

log = structlog.get_logger("rates")


def client_address() -> str:
    """Return the caller's address as told by the trusted proxies (see TRUSTED_PROXIES)."""
    return request.remote_addr or "unknown"


def limit_rate(name: str, rule: str, *keys: object) -> None:
    """Count one more try of `name` for `keys`; raise TooMany above `rule` (such as '10/minute')."""
    digest = hashlib.sha256("\x1f".join(map(str, keys)).encode()).hexdigest()[:32]
    limit = _parse(rule)
    try:
        _count(current_app.extensions["rates"], limit, name, digest)
    except StorageError as error:  # nobody is kept from signing in because the counters are away
        log.warning("rates.counters_away", error=type(error.storage_error).__name__)
        _count(current_app.extensions["rates_here"], limit, name, digest)


_parse = lru_cache(maxsize=100)(parse_rule)


def _count(limiter: MovingWindowRateLimiter, limit: RateLimitItem, name: str, digest: str) -> None:
    if not limiter.hit(limit, name, digest):
        reset = limiter.get_window_stats(limit, name, digest).reset_time
        raise TooMany(retry_s=max(1, int(reset - time.time())))


def init_app(app: Flask, cache_url: str) -> None:
    """Open the counters in the cache engine, and those of this process alone for when it is away."""
    here = MovingWindowRateLimiter(HereCounters())
    app.extensions["rates"] = app.extensions["rates_here"] = here
    if not cache_url.startswith(("memory", "none")):
        patience = (
            {"socket_connect_timeout": 1.0, "socket_timeout": 1.0} if cache_url.startswith("redis") else {}
        )
        shared = storage_from_string(cache_url, wrap_exceptions=True, **patience)
        app.extensions["rates"] = MovingWindowRateLimiter(shared)
