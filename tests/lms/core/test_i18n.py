"""Which language a reader is shown, and how days and numbers are written in it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask, g

from lms.core.actor import Actor
from lms.core.i18n import current_locale, show_day, show_moment, show_number, speaking


@pytest.mark.parametrize(
    ("query", "cookie", "account", "shown"),
    [
        ("", "", None, "vi"),
        ("", "", "en", "en"),
        ("", "vi", "en", "vi"),
        ("?lang=en", "vi", "vi", "en"),
        ("?lang=xx", "en", "vi", "en"),
        ("?lang=xx", "yy", "zz", "vi"),
    ],
)
def test_the_address_wins_over_the_browser_over_the_account(
    app: Flask, query: str, cookie: str, account: str | None, shown: str
):
    headers = {"Cookie": f"locale={cookie}"} if cookie else {}
    with app.test_request_context(f"/{query}", headers=headers):
        g.actor = Actor(user_id=1, locale=account)
        assert current_locale() == shown


def test_jobs_speak_vietnamese_unless_told_otherwise(act: Flask):
    assert current_locale() == "vi"
    with speaking("en"):
        assert current_locale() == "en"
    with speaking("xx"):
        assert current_locale() == "vi"


def test_days_moments_and_numbers_are_written_for_the_reader(act: Flask):
    late = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)  # half past midnight in the city
    assert show_day(date(2026, 11, 21)) == show_day(late) == "21/11/2026"
    assert show_moment(late) == "00:30 21/11/2026"
    assert show_day(None) == show_moment(None) == show_number(None) == ""
    assert show_number(8.5) == "8,5"
    with speaking("en"):
        assert show_number(8.5) == "8.5"


def test_the_choice_of_a_language_is_remembered(app: Flask):
    client = app.test_client()
    answer = client.post("/locale", data={"locale": "en", "next": "/sign-in"})
    assert answer.status_code == 303 and answer.location == "/sign-in"
    assert 'lang="en"' in client.get("/sign-in").text
    client.post("/locale", data={"locale": "xx"})
    assert 'lang="vi"' in client.get("/sign-in").text
