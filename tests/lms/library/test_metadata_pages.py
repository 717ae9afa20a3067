"""What an item says of itself to programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from lxml import etree

from tests.cast import Cast, Person
from tests.factories.library import make_item

Enter = Callable[[Person], FlaskClient]
ENDINGS = ("metadata.lom.xml", "metadata.dc.xml", "metadata.jsonld", "citation.bib", "citation.ris")
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def test_every_format_is_sent_to_those_who_see_the_item(client: FlaskClient, cast: Cast) -> None:
    version = make_item(cast.lan.actor, "Phân số <6>", subject="toan", grades=(6,), authors=("Lan",))
    address = f"/library/{version.item.uuid}"
    for ending in ENDINGS:
        answer = client.get(f"{address}/{ending}")
        assert answer.status_code == 200, ending
        name = f"{version.item.uuid}.{ending.partition('.')[2]}"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert "Phân số" in answer.text
        assert f"http://127.0.0.1:8000{address}" in answer.text
    lom = etree.fromstring(client.get(f"{address}/metadata.lom.xml").data)
    assert lom.findtext(".//{*}title/{*}string") == "Phân số <6>"
    assert client.get(f"{address}/metadata.jsonld").json["@type"] == "LearningResource"


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_draft_tells_strangers_nothing(
    client: FlaskClient, cast: Cast, browse_as: Enter, ending: str
) -> None:
    address = f"/library/{make_item(cast.lan.actor, 'Nháp', scope=None).item.uuid}/{ending}"
    assert client.get(address).status_code == 404
    assert browse_as(cast.lan).get(address).status_code == 200


def test_the_page_has_valid_json_ld_that_no_title_can_leave(client: FlaskClient, cast: Cast) -> None:
    version = make_item(cast.lan.actor, 'Bài </script><script>alert("1")</script> & <!-- hết')
    page = client.get(f"/library/{version.item.uuid}").text
    blocks = re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert len(blocks) == 1
    found = json.loads(blocks[0])
    assert found["name"] == version.title
    assert found["@context"] == "https://schema.org"
    assert found["license"].startswith("https://creativecommons.org/")
    assert 'id="citation"' in page


def test_the_map_names_public_items_only(client: FlaskClient, cast: Cast) -> None:
    shown = make_item(cast.lan.actor, "Mở").item.uuid
    make_item(cast.lan.actor, "Trong ngành", scope="sector")
    make_item(cast.lan.actor, "Nháp", scope=None)
    index = etree.fromstring(client.get("/library/sitemap.xml").data)
    pages = [str(loc.text) for loc in index.iter(f"{SITEMAP}loc")]
    assert pages == ["http://127.0.0.1:8000/library/sitemap-0.xml"]
    found = etree.fromstring(client.get("/library/sitemap-0.xml").data)
    assert [loc.text for loc in found.iter(f"{SITEMAP}loc")] == [f"http://127.0.0.1:8000/library/{shown}"]
    assert client.get("/library/sitemap-1.xml").status_code == 404
    assert "Sitemap: http://127.0.0.1:8000/library/sitemap.xml" in client.get("/robots.txt").text
