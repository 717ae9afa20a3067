"""An application with pages that fail in every way, and settings of our own choice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.exc import OperationalError

from lms.app import create_app
from lms.core.config import Settings
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal, TooMany

REFUSALS: dict[str, Callable[[], Exception]] = {
    "refused": Refusal,
    "not_found": NotFound,
    "not_allowed": NotAllowed,
    "invalid": lambda: Invalid({"name": "Write a name."}),
    "conflict": Conflict,
    "too_many": lambda: TooMany(retry_s=17),
    "crash": lambda: ZeroDivisionError("secret inner detail"),
    "database": lambda: OperationalError("SELECT secret", {}, OSError("away")),
}


@pytest.fixture
def make_app(tmp_path: Path, compiled_templates: FileSystemBytecodeCache) -> Any:
    """Build applications with chosen settings; the engines are closed afterwards."""
    made: list[Flask] = []

    def making(*, testing: bool = False, **chosen: Any) -> Flask:
        values = {
            "data_dir": str(tmp_path),
            "queue_url": "none:",
            "mail_url": "memory:",
            "secret_key": "s" * 40,
        }
        app = create_app(Settings(**{**values, **chosen}), testing=testing)
        app.jinja_env.bytecode_cache = compiled_templates
        app.register_blueprint(_failing_pages())
        made.append(app)
        return app

    yield making
    for app in made:
        with app.app_context():
            for name in ("item_index", "page_index"):
                app.extensions[name].close()
            db.session.remove()
            db.engine.dispose()


def _failing_pages() -> Blueprint:
    bp = Blueprint("failing", __name__)

    @bp.get("/fail/<name>")
    def fail(name: str) -> str:
        raise REFUSALS[name]()

    @bp.get("/api/fail/<name>")
    def fail_for_programs(name: str) -> str:
        raise REFUSALS[name]()

    @bp.post("/form")
    def form() -> str:
        return "taken"

    return bp
