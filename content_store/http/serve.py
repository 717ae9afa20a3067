"""Running the site of the library, or its file server alone, with uvicorn."""

from __future__ import annotations

import asyncio
from functools import partial

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from content_store.engines import Engines
from content_store.http.files import LEAST, create_file_app
from content_store.http.site import create_site


class _ShortQueues(H11Protocol):
    """Waits for a slow reader once a few bytes are queued for it, where asyncio's own limit would let each hold 64 kB."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Settle the limit of a new connection."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=LEAST)


_run = partial(uvicorn.run, http=_ShortQueues, log_level="warning", server_header=False, access_log=False)


def serve_files(blobs_url: str, secret: str, *, host: str, port: int, base_url: str = "") -> None:
    """Serve files until interrupted."""
    app = create_file_app(blobs_url, secret, base_url=base_url)
    _run(app, host=host, port=port)


def serve_site(
    engines: Engines, *, host: str, port: int, base_url: str, name: str, admin_email: str = ""
) -> None:
    """Serve the library until interrupted."""
    app = create_site(engines, name=name, base_url=base_url, admin_email=admin_email)
    _run(app, host=host, port=port)
