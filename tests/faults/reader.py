"""A browser without script that may ask another node at every step: cookies know no port, so all nodes get the same."""

from __future__ import annotations

import re
from typing import Any

import httpx

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Reader:
    """One person's browser."""

    def __init__(self) -> None:
        self._client = httpx.Client(timeout=60, follow_redirects=False)

    def get(self, node: str, path: str) -> httpx.Response:
        """Read a page at a node."""
        return self._client.get(node + path)

    def post(self, node: str, path: str, form: dict[str, Any], *, seen: str = "/account") -> httpx.Response:
        """Send a form to a node, with the token of the page `seen` there."""
        return self._client.post(node + path, data={**form, "csrf_token": self.token(node, seen)})

    def upload(self, node: str, name: str, content: bytes) -> httpx.Response:
        """Send a file as the script of the upload page does."""
        headers = {"Accept": "application/json", "X-CSRFToken": self.token(node, "/library/upload")}
        return self._client.post(f"{node}/library/upload", files={"file": (name, content)}, headers=headers)

    def token(self, node: str, path: str) -> str:
        """The form token that stands on a page."""
        found = _TOKEN.search(self.get(node, path).text)
        return found[1] if found else ""

    def sign_in(self, node: str, login: str, password: str) -> httpx.Response:
        """Sign in through the page."""
        return self.post(node, "/sign-in", {"login": login, "password": password}, seen="/sign-in")

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()
