"""Built files: names in templates are logical (`app.css`), addresses carry a content hash and never expire."""

from __future__ import annotations

import json
import re
from wsgiref.headers import Headers

from flask import Flask
from servestatic import ServeStatic

from lms.core.paths import STATIC

HASHED = re.compile(r"\.[0-9a-f]{10}\.\w+$")


class AssetsMissing(RuntimeError):
    """The front-end files were not built."""


def load_manifest() -> dict[str, str]:
    """Return logical name → built file name; empty when nothing was built yet."""
    path = STATIC / "manifest.json"
    return dict(json.loads(path.read_text())) if path.exists() else {}


def init_app(app: Flask) -> None:
    """Give templates `asset(name)`."""
    manifest = load_manifest()
    addresses = {name: f"{app.static_url_path}/{built}" for name, built in manifest.items()}

    def asset(name: str) -> str:
        """Return the address of a built file."""
        if name in addresses:
            return addresses[name]
        if not manifest and app.testing:
            return f"/static/{name}"
        if not manifest:
            raise AssetsMissing("Front-end files are missing: run `make assets`.")
        raise AssetsMissing(f"No built file is called {name!r}.")

    app.jinja_env.globals["asset"] = asset
    if manifest:
        app.wsgi_app = ServeStatic(  # type: ignore[method-assign]
            app.wsgi_app,
            root=str(STATIC),
            prefix="static/",
            immutable_file_test=_is_hashed,
            add_headers_function=_guard,
        )


def _guard(headers: Headers, _path: str, _url: str) -> None:
    """Keep browsers from guessing types: these answers pass by the application's own headers."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"


def _is_hashed(_path: str, url: str) -> bool:
    """Tell whether a file's name carries its content hash, so that browsers may keep it for ever."""
    return HASHED.search(url) is not None
