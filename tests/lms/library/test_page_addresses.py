"""A place in a list that we never gave out is not found, in every list of the library alike."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.factories.library import index_all, make_item

OPEN = ("/library?", "/library?q=phan&", "/library?sort=title&", "/library/shelves?")
OWN = (
    "/library/mine?state=published&",
    "/library/mine?state=published&q=phan&",
    "/library/collections?",
    "/library/reviews?",
    "/library/suggestions?",
)


@pytest.mark.parametrize("address", OPEN)
@pytest.mark.parametrize("after", ["zz", "%00broken", "WzFd"])
def test_a_page_address_that_is_none_is_not_found(client: FlaskClient, cast: Cast, address: str, after: str):
    make_item(cast.lan.actor, "Phân số")
    index_all()
    assert client.get(address).status_code == 200
    answer = client.get(f"{address}after={after}&lang=en")
    assert answer.status_code == 404, answer.status


@pytest.mark.parametrize("address", OWN)
def test_nor_among_what_is_one_s_own(cast: Cast, browse_as, address: str):
    make_item(cast.lan.actor, "Phân số")
    index_all()
    browser = browse_as(cast.lan)
    assert browser.get(address).status_code == 200
    assert browser.get(f"{address}after=zz").status_code == 404


def test_the_refusal_says_where_to_go_on(client: FlaskClient):
    answer = client.get("/library?after=zz&lang=en")
    assert answer.status_code == 404 and "Start from the first page" in answer.text


def test_a_long_title_is_gone_on_behind(client: FlaskClient, cast: Cast):
    longest = "Ấ" * 290
    for number in range(21):
        make_item(cast.lan.actor, f"{longest} {number:02}")
    index_all()
    page = client.get("/library?sort=title").text
    (address,) = set(re.findall(r'href="(/library\?[^"]*after=[^"]*)"', page))
    assert f"{longest} 20" not in page
    assert f"{longest} 20" in client.get(unescape(address)).text
