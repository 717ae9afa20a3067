"""Only as many proxies are believed as were named: a forged header must not buy another address."""

from __future__ import annotations

from typing import Any

import pytest

from lms.core.rates import client_address

FORGED = "6.6.6.6, 203.0.113.9, 10.1.1.1"


@pytest.mark.parametrize(
    ("trusted", "address"), [(0, "127.0.0.1"), (1, "10.1.1.1"), (2, "203.0.113.9"), (3, "6.6.6.6")]
)
def test_the_address_is_told_by_the_trusted_proxies(make_app: Any, trusted: int, address: str):
    app = make_app(trusted_proxies=trusted)

    @app.get("/address")
    def address_page() -> str:
        return client_address()

    assert app.test_client().get("/address", headers={"X-Forwarded-For": FORGED}).text == address


def test_without_proxies_nobody_says_which_site_this_is(make_app: Any):
    app = make_app()

    @app.get("/host")
    def host_page() -> str:
        from flask import request

        return request.host_url

    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    assert "evil" not in app.test_client().get("/host", headers=headers).text
