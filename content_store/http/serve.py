"""Running the site of the library, or its file server alone, with uvicorn."""

from __future__ import annotations

import uvicorn

from content_store.engines import Engines
from content_store.http.files import create_file_app
from content_store.http.site import create_site


def serve_files(blobs_url: str, secret: str, *, host: str, port: int, base_url: str = "") -> None:
    """Serve files until interrupted."""
    app = create_file_app(blobs_url, secret, base_url=base_url)
    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False, access_log=False)


def serve_site(
    engines: Engines, *, host: str, port: int, base_url: str, name: str, admin_email: str = ""
) -> None:
    """Serve the library until interrupted."""
    app = create_site(engines, name=name, base_url=base_url, admin_email=admin_email)
    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False, access_log=False)
