"""A program with the token of somebody of the cast."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from lms.core.db import write
from lms.people import services as people
from tests.cast import Person

BASE = "/api/v1/library"


class Program:
    """Asks with a token, by paths below the library."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client = client
        self.token = token

    def ask(
        self, method: str, path: str, *, tag: str | None = None, key: str | None = None, **values: Any
    ) -> Any:
        """Send one request; `tag` is that of If-Match, `key` that of a repeated request."""
        headers = {"Authorization": f"Bearer {self.token}", **values.pop("headers", {})}
        headers |= {"If-Match": tag} if tag else {}
        headers |= {"Idempotency-Key": key} if key else {}
        return self.client.open(f"{BASE}{path}", method=method, headers=headers, **values)

    def send(self, filename: str, data: bytes) -> str:
        """Send a whole file and return the uuid of its upload."""
        made = self.ask("POST", "/uploads", json={"filename": filename, "size": len(data)})
        assert made.status_code == 201, made.text
        sent = self.ask("PUT", f"/uploads/{made.json['uuid']}", data=data)
        assert sent.status_code == 200 and sent.json["whole"], sent.text
        return str(made.json["uuid"])


@pytest.fixture
def program_of(client: FlaskClient) -> Callable[..., Program]:
    """Give somebody a token and return the program that has it."""

    def giving(person: Person, *scopes: str) -> Program:
        with write():
            _token, text = people.make_api_token(
                person.actor, name="Máy", scopes=scopes or ("library:read", "library:write"), days=30
            )
        return Program(client.application.test_client(), text)

    return giving
