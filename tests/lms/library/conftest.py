"""Fixtures of the room: a browser of someone of the cast."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast, Person
from tests.factories.people import sign_in
from tests.factories.reviews import Desk, build_desk


@pytest.fixture
def browse_as(client: FlaskClient) -> Callable[[Person], FlaskClient]:
    """Open a browser of the same kind as `client`, in which that person is signed in."""

    def open_browser(person: Person) -> FlaskClient:
        browser = client.application.test_client()
        assert person.user.uuid  # loaded now, in the test's own session
        sign_in(browser, person.user)
        return browser

    return open_browser


@pytest.fixture
def desk(cast: Cast) -> Desk:
    """Reviewers of the department and of the other school; from then on a review comes first."""
    return build_desk(cast)
