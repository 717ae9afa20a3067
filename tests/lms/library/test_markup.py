"""Headings of a text stand below the title of the page that shows it."""

from __future__ import annotations

from flask.testing import FlaskClient

from lms.core.actor import SYSTEM
from lms.library.markup import below_title
from tests.factories.library import make_item


def test_a_text_that_begins_with_a_title_moves_one_level_down() -> None:
    html = '<h1 id="a">A</h1><p>h1</p><h2>B</h2><h5 class="x">C</h5><h6>D</h6><hr>'
    assert below_title(html) == '<h2 id="a">A</h2><p>h1</p><h3>B</h3><h6 class="x">C</h6><h6>D</h6><hr>'


def test_a_text_without_a_title_of_its_own_stays() -> None:
    html = "<h2>B</h2><header>x</header><h3>C</h3>"
    assert below_title(html) == html


def test_the_page_of_an_item_has_one_main_heading(client: FlaskClient) -> None:
    version = make_item(SYSTEM, "Nước", "# Nước chảy\n\nMột.\n\n## Sông\n\nHai.\n")
    page = client.get(f"/library/{version.item.uuid}?section=2").text
    assert page.count("<h1") == 1
    assert page.index("Nước chảy</h2>") < page.index('id="at"') < page.index("Sông</h3>")
