"""A browser whose requests stand apart from the test's own application context, as in a running site."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.core.db import db


class Browser(FlaskClient):
    """Opens a fresh context for every request: else `g` and the session would be the test's."""

    def open(self, *args: Any, **values: Any) -> Any:
        """Make one request; what the test loaded before is read anew afterwards."""
        with self.application.app_context():
            answer = super().open(*args, **values)
            db.session.remove()
        db.session.rollback()
        db.session.expire_all()
        return answer


@pytest.fixture
def client(act: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A browser without script."""
    monkeypatch.setattr(act, "test_client_class", Browser)
    return act.test_client()
