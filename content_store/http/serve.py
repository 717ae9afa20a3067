"""Running the file server with uvicorn."""

from __future__ import annotations

import uvicorn

from content_store.http.files import create_file_app


def serve_files(blobs_url: str, secret: str, *, host: str, port: int, base_url: str = "") -> None:
    """Serve files until interrupted."""
    app = create_file_app(blobs_url, secret, base_url=base_url)
    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False, access_log=False)
