"""Short addresses: made once, the same for ever, and silent about what the reader may not see."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from lms.core.db import write
from lms.core.errors import Conflict, NotAllowed, NotFound
from lms.library import short_links
from tests.cast import Cast, Person
from tests.factories.library import make_item

Enter = Callable[[Person], FlaskClient]


def coded(cast: Cast, scope: str = "public") -> tuple[str, str]:
    version = make_item(cast.lan.actor, "Phân số", home=cast.school, scope=scope)
    with write():
        return str(version.item.uuid), short_links.make_code(cast.lan.actor, version.item.uuid)


def test_a_teacher_makes_it_once_and_prints_it(browse_as: Enter, cast: Cast):
    version = make_item(cast.lan.actor, "Phân số", home=cast.school)
    browser, page = browse_as(cast.phuc), f"/library/{version.item.uuid}/print"
    assert "Make the short address" in browser.get(f"{page}?lang=en").text
    assert browser.post(page).status_code == 303
    code = short_links.find_code(version.item.uuid)
    assert code and len(code) == short_links.LENGTH and set(code) <= set(short_links.LETTERS)
    browser.post(page)
    assert short_links.find_code(version.item.uuid) == code
    sheet = browser.get(page).text
    assert f"/i/{code}" in sheet and "<svg" in sheet and "CC BY-SA" in sheet


def test_the_code_leads_whoever_may_see_it_to_the_item(browse_as: Enter, client: FlaskClient, cast: Cast):
    uuid, code = coded(cast, "school")
    for typed in (code, code.upper()):
        answer = browse_as(cast.minh).get(f"/i/{typed}")
        assert (answer.status_code, answer.location) == (302, f"/library/{uuid}")


def test_others_get_the_answer_of_a_code_that_is_none(browse_as: Enter, client: FlaskClient, cast: Cast):
    uuid, code = coded(cast, "school")
    for browser in (client, browse_as(cast.phuc)):
        closed, none = browser.get(f"/i/{code}"), browser.get("/i/zzzzzzzz")
        assert (closed.status_code, none.status_code) == (404, 404)
        assert closed.text.replace(code, "") == none.text.replace("zzzzzzzz", "")
        assert uuid not in closed.text


@pytest.mark.parametrize("typed", ["a" * 300, "%00", "..", "%F0%9F%98%80"])
def test_what_is_no_code_is_not_here(client: FlaskClient, cast: Cast, typed: str):
    assert client.get(f"/i/{typed}").status_code in {404, 308}


def test_pupils_make_none_and_drafts_have_none(cast: Cast):
    shared = make_item(cast.lan.actor, "Bài", home=cast.school)
    draft = make_item(cast.lan.actor, "Nháp", home=cast.school, scope=None)
    with pytest.raises(NotAllowed), write():
        short_links.make_code(cast.minh.actor, shared.item.uuid)
    with pytest.raises(Conflict), write():
        short_links.make_code(cast.lan.actor, draft.item.uuid)
    with pytest.raises(NotFound), write():
        short_links.make_code(cast.ha.actor, draft.item.uuid)


def test_a_drawn_code_that_is_taken_is_drawn_again(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    _uuid, code = coded(cast)
    other = make_item(cast.lan.actor, "Số thập phân")
    letters = iter(code + "2" * short_links.LENGTH)
    monkeypatch.setattr(short_links.secrets, "choice", lambda _letters: next(letters))
    with write():
        assert short_links.make_code(cast.lan.actor, other.item.uuid) == "2" * short_links.LENGTH
