"""A site with its school in this process, for faults of the disk and the storage under it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from lms.app import create_app
from lms.core.config import Settings
from lms.core.db import db
from tests.faults import deeds
from tests.faults.dying import do_forked, must


@contextmanager
def founded_site(settings: Settings) -> Iterator[Flask]:
    """Found the school in a process of its own, then open the site in its context; close all engines at the end."""
    must(do_forked(deeds.found_school, settings))
    app = create_app(settings, testing=True)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        yield app
        for name in ("item_index", "page_index"):
            app.extensions[name].close()
        db.session.remove()
        db.engine.dispose()
