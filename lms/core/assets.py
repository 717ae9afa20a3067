"""Built files: names in templates are logical (`app.css`), addresses carry a content hash and never expire."""

from __future__ import annotations

import json

from flask import Flask, url_for

from lms.core.paths import STATIC


class AssetsMissing(RuntimeError):
    """The front-end files were not built."""


def load_manifest() -> dict[str, str]:
    """Return logical name → built file name; empty when nothing was built yet."""
    path = STATIC / "manifest.json"
    return dict(json.loads(path.read_text())) if path.exists() else {}


def init_app(app: Flask) -> None:
    """Give templates `asset(name)`."""
    manifest = load_manifest()

    def asset(name: str) -> str:
        """Return the address of a built file."""
        if name in manifest:
            return url_for("static", filename=manifest[name])
        if not manifest and app.testing:
            return f"/static/{name}"
        if not manifest:
            raise AssetsMissing("Front-end files are missing: run `make assets`.")
        raise AssetsMissing(f"No built file is called {name!r}.")

    app.jinja_env.globals["asset"] = asset
