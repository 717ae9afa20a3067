"""Structured logs and request figures without personal data: routes, not addresses; ids, not names."""

from __future__ import annotations

import logging
import os
import sys
import time
from pathlib import Path

import structlog
from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector

from lms.core.clock import new_token

log = structlog.get_logger("web")
REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "benhoc_requests_total", "Requests by endpoint and status", ["endpoint", "status"], registry=REGISTRY
)
SECONDS = Histogram(
    "benhoc_request_seconds",
    "Time to answer, by endpoint",
    ["endpoint"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)


SHARED = "PROMETHEUS_MULTIPROC_DIR"  # the name that prometheus_client reads


def share_figures(folder: Path) -> None:
    """Keep this process's figures in `folder`, where its siblings do: a visit to `/metrics` meets only one of them.

    Call it after the fork and before the first request: a figure is made when its first labels are seen.
    """
    os.environ[SHARED] = str(folder)
    values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]


def render_figures() -> bytes:
    """Return the figures of all web processes under this parent, as Prometheus reads them."""
    folder = os.environ.get(SHARED)
    if not folder:
        return generate_latest(REGISTRY)
    together = CollectorRegistry()
    MultiProcessCollector(together, path=folder)  # type: ignore[no-untyped-call]
    return generate_latest(together)


def configure_logs(log_format: str) -> None:
    """Send log lines to standard error as text or JSON."""
    last = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _begin() -> None:
    g.started = time.perf_counter()
    g.request_id = new_token(9)


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    endpoint = request.endpoint or "none"
    REQUESTS.labels(endpoint, response.status_code).inc()
    SECONDS.labels(endpoint).observe(seconds)
    response.headers["X-Request-ID"] = g.get("request_id", "")
    if endpoint != "static" and response.status_code >= 500:
        log.warning("request", endpoint=endpoint, status=response.status_code, id=g.get("request_id"))
    return response


def init_app(app: Flask) -> None:
    """Measure every request of `app`."""
    app.before_request(_begin)
    app.after_request(_end)
