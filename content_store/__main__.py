"""`python -m content_store`: the commands of `cli.py`, and the two servers, which alone need HTTP."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from pathlib import Path

from content_store.cli import main
from content_store.cli_telling import DONE
from content_store.engines import Engines
from content_store.http.serve import serve_files, serve_site


def read_secret(path: Path) -> str:
    """The signing secret in the file; a new one is made if there is none, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(32))
    return path.read_text().strip()


def serve(arguments: argparse.Namespace) -> int:
    """Serve the library, or its files alone, until interrupted."""
    if arguments.command == "serve-files":
        print(f"files at http://{arguments.host}:{arguments.port}/f/", file=sys.stderr)
        serve_files(
            arguments.storage,
            read_secret(arguments.secret_file),
            host=arguments.host,
            port=arguments.port,
            base_url=arguments.base_url,
        )
        return DONE
    base_url = arguments.base_url or f"http://{arguments.host}:{arguments.port}"
    print(f"library at {base_url}/library", file=sys.stderr)
    serve_site(
        Engines(arguments.database, arguments.storage, arguments.search),
        host=arguments.host,
        port=arguments.port,
        base_url=base_url,
        name=arguments.name,
        admin_email=arguments.admin_email,
    )
    return DONE


if __name__ == "__main__":
    sys.exit(main(serve=serve))
