"""What a file lets guess stands in the forms of its draft, marked, until a person saves or publishes it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from content_store.proposing import _strings, propose
from lms.core.db import db, write
from lms.library import queries, services
from lms.library.own_items import find_own_items
from lms.library.proposals import prefill
from tests.cast import Cast, Person
from tests.factories.library import make_item, prepare_text

Enter = Callable[[Person], FlaskClient]
SHEET = """# Phiếu bài tập

Môn Toán lớp 6

Giáo viên: Nguyễn Thị Lan

## Phần 1

Hai phân số bằng nhau là gì?

Giấy phép: CC BY-SA 4.0
"""
MARK = "Guessed from the file, please check: Mathematics, Grade 6, Nguyễn Thị Lan, CC BY-SA 4.0"


def draft(cast: Cast, text: str = SHEET) -> str:
    """Put in a file as the upload page does: nothing said of it."""
    with write():
        version = services.add_item(cast.lan.actor, [prepare_text(text, "phieu.md")])
    return str(version.item.uuid)


def row_of(page: str, uuid: str) -> dict[str, str | list[str]]:
    """What the row of a draft would send."""
    fields = {"title": "Phiếu", "subject": "toan", "grades": "6", "license": "CC-BY-SA-4.0"}
    for name, value in fields.items():
        assert name == "title" or f'value="{value}"' in page
    fields |= {"authors": "Nguyễn Thị Lan", "language": "vi", "scope": "public"}
    return {"row": [uuid], "selected": [uuid], **{f"{name}:{uuid}": value for name, value in fields.items()}}


def test_the_table_of_drafts_marks_a_guess_and_publishing_confirms_it(browse_as: Enter, cast: Cast):
    uuid, browser = draft(cast), browse_as(cast.lan)
    page = browser.get("/library/mine?lang=en").text
    assert MARK in page and page.count("(guessed, please check)") == 4 and "Missing" not in page
    assert '<option value="toan" selected>' in page and 'value="Nguyễn Thị Lan"' in page
    browser.post("/library/mine", data={**row_of(page, uuid), "action": "publish"})
    version = queries.get_item(cast.ha.actor, uuid)
    assert (version.subject, version.grades, version.authors) == ("toan", [6], ["Nguyễn Thị Lan"])
    assert version.license_id == "CC-BY-SA-4.0"


def test_nothing_guessed_is_kept_until_somebody_saves(browse_as: Enter, cast: Cast):
    uuid, browser = draft(cast), browse_as(cast.lan)
    browser.get("/library/mine")
    browser.get(f"/library/{uuid}/edit")
    browser.post(f"/library/{uuid}/publish", data={"scope": "public"})
    version = queries.get_item(cast.lan.actor, uuid)
    assert (version.subject, version.grades, version.authors) == (None, [], [])
    assert version.license_id == "all-rights-reserved"


def test_the_edit_page_begins_with_the_guess_and_saving_takes_the_mark_away(browse_as: Enter, cast: Cast):
    uuid, browser = draft(cast), browse_as(cast.lan)
    page = browser.get(f"/library/{uuid}/edit?lang=en").text
    assert MARK in page and "It counts once you save or publish." in page
    assert 'name="grades" value="6" checked' in page and '<option value="toan" selected>' in page
    form = {"title": "Phiếu", "language": "vi", "license": "CC-BY-SA-4.0", "subject": "toan", "grades": ["6"]}
    assert browser.post(f"/library/{uuid}/edit", data={**form, "authors": "Lan"}).status_code == 303
    page = browser.get(f"/library/{uuid}/edit?lang=en").text
    assert "Guessed" not in page and 'value="Lan"' in page


def edit_form(page: str) -> dict[str, list[str]]:
    """What a browser sends when the edit page's own publish button is pressed as the page came."""
    form = re.search(r'<form[^>]*id="describe".*?</form>', page, re.S)
    assert form is not None and 'form="describe" formaction="' in page
    inputs = re.findall(r'<input[^>]*name="(\w+)" (?:value="([^"]*)")?[^>]*?(checked)?>', form[0])
    named: dict[str, list[str]] = {}
    for name, value, checked in inputs:
        if name != "grades" or checked:
            named.setdefault(name, []).append(unescape(value))
    for name in ("subject", "language", "type", "license"):
        chosen = re.search(rf'name="{name}".*?<option value="([^"]*)" selected>', form[0], re.S)
        assert chosen is not None, name
        named[name] = [chosen[1]]
    named["authors"] = re.findall(r'name="authors"[^>]*value="([^"]*)"', form[0])
    named["title"] = re.findall(r'name="title"[^>]*value="([^"]*)"', form[0])
    return {**named, "scope": ["public"]}


def test_the_edit_page_s_own_publish_button_publishes_what_it_shows(browse_as: Enter, cast: Cast):
    uuid, browser = draft(cast), browse_as(cast.lan)
    form = edit_form(browser.get(f"/library/{uuid}/edit?lang=en").text)
    assert form["grades"] == ["6"] and form["subject"] == ["toan"]
    assert browser.post(f"/library/{uuid}/publish", data={**form, "subject": "vat-li"}).status_code == 303
    version = queries.get_item(cast.ha.actor, uuid)
    assert (version.subject, version.grades, version.authors) == ("vat-li", [6], ["Nguyễn Thị Lan"])
    assert version.license_id == "CC-BY-SA-4.0" and version.item.state == "published"
    assert (
        "formaction" not in browser.get(f"/library/{uuid}/edit").text
    )  # a shared one is only shown to others


def test_what_cannot_be_published_leaves_the_draft_and_what_was_typed(browse_as: Enter, cast: Cast):
    uuid, browser = draft(cast), browse_as(cast.lan)
    form = edit_form(browser.get(f"/library/{uuid}/edit?lang=en").text)
    for wrong in ({"title": " "}, {"scope": "x"}, {"license": "sector-only"}):
        answer = browser.post(f"/library/{uuid}/publish?lang=en", data={**form, "note": "Mới", **wrong})
        assert answer.status_code == 422 and 'value="Mới"' in answer.text, wrong
    version = queries.get_item(cast.lan.actor, uuid)
    assert (version.number, version.subject, version.item.state) == (1, None, "draft")


def test_a_guess_that_was_cleared_does_not_come_back(browse_as: Enter, cast: Cast):
    uuid, browser = draft(cast), browse_as(cast.lan)
    form = {"title": "Phiếu khác", "language": "vi", "license": "all-rights-reserved"}
    browser.post(f"/library/{uuid}/edit", data=form)
    page = browser.get("/library/mine?lang=en").text
    assert "Guessed" not in page and "Missing: subject, grades" in page


def test_what_a_person_said_is_not_guessed_over(act: Flask, cast: Cast):
    version = make_item(
        cast.lan.actor, "Vật lí lớp 10", SHEET, scope=None, subject="toan", grades=(7,), authors=("Yến",)
    )
    form = prefill([version])[version.id]
    assert (form.subject, form.grades, form.authors) == ("toan", [7], ["Yến"])
    assert form.license_id == "CC-BY-SA-4.0" and not form.guessed


def test_published_items_are_not_guessed_at(browse_as: Enter, cast: Cast):
    make_item(cast.lan.actor, "Toán 6", SHEET)
    assert "Guessed" not in browse_as(cast.lan).get("/library/mine?state=published&lang=en").text


def test_twenty_drafts_are_guessed_at_in_one_query(act: Flask, cast: Cast, query_count):
    for number in range(20):
        make_item(cast.lan.actor, f"Toán {number % 12 + 1}", SHEET, scope=None)
    versions = find_own_items(cast.lan.actor, state="draft").versions
    with query_count() as sent:
        found = propose(db.session(), versions)
    assert len(found) == 20 and len(sent) == 1


@pytest.mark.parametrize("long", ["x", 'Đoạn dài “có dấu”, \\ và " 😀.\n'])
def test_of_a_long_text_only_the_ends_are_read(act: Flask, cast: Cast, long: str):
    text = f"# Đề\n\nMôn Toán lớp 6\n\n{long * 3000}\n\n## Hết\n\nTác giả: Lê Hoàng Yến\n"
    version = queries.get_item(cast.lan.actor, draft(cast, text))
    guess = propose(db.session(), [version])[version.id]
    assert (guess.subject, guess.grades, guess.authors) == ("toan", (6,), ("Lê Hoàng Yến",))


@given(st.lists(st.text(max_size=20), max_size=6), st.integers(0, 60), st.integers(0, 60))
def test_a_piece_of_json_cut_anywhere_gives_storable_words(texts: list[str], start: int, end: int):
    piece = json.dumps(texts)[start : start + end]
    assert all(text.encode() for text in _strings(piece) if text)
