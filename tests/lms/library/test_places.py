"""Where in an item something stands, and how its page opens there."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.core.db import write
from lms.library import services
from lms.library.places import Place, place_words, read_locator, read_place, with_spot
from tests.cast import Cast
from tests.factories.library import index_all, make_item, prepare_bytes, prepare_text


@pytest.mark.parametrize(
    ("locator", "place"),
    [
        ("page 3", Place("page", 3)),
        ("slide 12", Place("slide", 12)),
        ("00:02:14", Place("t", 134)),
        ("01:00:00", Place("t", 3600)),
        ("", None),
        ("page", None),
        ("page 3\n", None),
        ("verse 3", None),
        ("00:61:00", None),
    ],
)
def test_locators_of_the_index_are_read(locator: str, place: Place | None):
    assert read_locator(locator) == place


@pytest.mark.parametrize(
    ("args", "place"),
    [
        ({"page": "3"}, Place("page", 3)),
        ({"t": "134", "page": ""}, Place("t", 134)),
        ({"page": "-1"}, None),
        ({"page": "３"}, None),
        ({"page": "9" * 20}, None),
        ({"t": "1:02"}, None),
        ({}, None),
    ],
)
def test_an_address_names_a_place_or_none(args: dict[str, str], place: Place | None):
    assert read_place(args) == place


def test_places_are_said_as_people_say_them(act: Flask):
    with act.test_request_context("/?lang=en"):
        assert place_words(Place("page", 3)) == "page 3"
        assert place_words(Place("t", 134)) == "2:14"
        assert place_words(Place("t", 3725)) == "1:02:05"
        assert place_words(Place("section", 2)) == ""


def test_a_spot_stands_before_the_section_that_was_counted():
    html = "<p>Lời đầu.</p><h2 id='a'>Một</h2><p>a</p><h2 id='b'>Hai</h2>"
    assert with_spot(html, Place("section", 2)).startswith(
        '<p>Lời đầu.</p><span id="at" tabindex="-1"></span><h2'
    )
    slides = "<section><h2>1</h2></section><section><h2>2</h2></section>"
    assert '</section><span id="at" tabindex="-1"></span><section><h2>2' in with_spot(
        slides, Place("slide", 2)
    )
    for place in (None, Place("section", 9), Place("slide", 0), Place("page", 1)):
        assert with_spot(html, place) == html


def test_a_result_leads_to_the_section_it_shows(client: FlaskClient, cast: Cast):
    text = "# Mở đầu\n\nCon cá vàng bơi trong hồ nước.\n\n# Hai\n\nQuả cam chín đỏ trên cây."
    version = make_item(cast.lan.actor, "Truyện kể", text)
    index_all()
    page = client.get("/library?q=qua+cam+chin").text
    address = f"/library/{version.item.uuid}?section=2#at"
    assert f'href="{address}"' in page
    assert '<span id="at" tabindex="-1"></span><h2 id="s-hai"' in client.get(address).text


def test_a_strange_place_shows_the_item_as_it_is(client: FlaskClient, cast: Cast):
    version = make_item(cast.lan.actor, "Truyện kể", "# Một\n\nCon cá vàng.")
    for asked in ("page=7", "section=99", "slide=x", "t=%00"):
        answer = client.get(f"/library/{version.item.uuid}?{asked}")
        assert answer.status_code == 200 and "Con cá vàng" in answer.text


def test_a_result_in_a_pdf_opens_it_at_its_page(client: FlaskClient, cast: Cast, samples: Path):
    for path in sorted(path for path in samples.rglob("*.pdf") if path.stat().st_size < 2_000_000):
        version = make_item(cast.lan.actor, "Tài liệu", file=prepare_bytes(path.read_bytes(), path.name))
        later = [(place, text) for place, text in version.files[0].reading.passages if place != "page 1"]
        if later and len(later[0][1].split()) > 8:
            break
    place, text = later[0]
    index_all()
    number = int(place.split()[1])
    found = client.get("/library", query_string={"q": " ".join(text.split()[1:8]), "lang": "en"}).text
    address = f"/library/{version.item.uuid}?page={number}#at"
    assert f'href="{address}"' in found and f"page {number}</b>" in found
    page = client.get(f"{address.removesuffix('#at')}&lang=en").text
    assert f"Open at page {number}" in page and f"#page={number}" in page


def test_a_result_in_captions_opens_the_sound_at_its_moment(client: FlaskClient, cast: Cast):
    sound = io.BytesIO()
    with wave.open(sound, "wb") as out:
        out.setparams((1, 2, 8_000, 0, "NONE", ""))
        out.writeframes(bytes(16_000))
    cues = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nChào các em.\n\n00:02:14.000 --> 00:02:18.000\nGieo con xúc xắc.\n"
    files = [
        prepare_bytes(sound.getvalue(), "bai.wav"),
        prepare_text(cues, "loi.vtt", "captions", "vi"),
    ]
    with write():
        said = services.Metadata(title="Bài nghe", license_id="CC-BY-4.0")
        version = services.add_item(cast.lan.actor, files, metadata=said)
        version = services.publish_item(cast.lan.actor, version.item.uuid, scope="public")
    index_all()
    address = f"/library/{version.item.uuid}?t=134#at"
    found = client.get("/library?q=gieo+con+xuc+xac").text
    assert f'href="{address}"' in found and ">2:14</b>" in found
    assert '#t=134" type="audio/' in client.get(address).text
    told = client.get("/api/v1/library/search?q=gieo+con+xuc+xac").json["items"][0]
    assert told["places"] == ["00:02:14"] and "Gieo con xúc xắc" in told["passages"][0]
