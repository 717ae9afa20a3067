"""Words that mean the same: what librarians change holds for every search, at once here and soon elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from content_store.search.synonyms import base_lexicon, base_lines
from lms.core.actor import SYSTEM
from lms.core.clock import now
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.library import synonyms
from lms.library.queries import search_items
from lms.library.synonyms import add_line, remove_line, switch_base_line
from lms.orgs.services import create_org
from tests.cast import Cast, Person
from tests.factories.library import index_all, make_item

Enter = Callable[[Person], FlaskClient]
TEACHER_LINE = "gvcn = giáo viên chủ nhiệm"


@pytest.fixture(autouse=True)
def fresh(site: Flask) -> Iterator[None]:
    """Forget what another test taught the process."""
    site.extensions.pop("synonyms", None)
    yield
    site.extensions.pop("synonyms", None)


def titles(cast: Cast, q: str) -> list[str]:
    """Return what chị Hà finds."""
    return [row.version.title for row in search_items(cast.ha.actor, q).rows]


def test_a_line_is_found_by_at_once_and_no_longer_when_it_is_taken_away(cast: Cast):
    make_item(cast.lan.actor, "Sổ tay giáo viên chủ nhiệm")
    index_all()
    assert titles(cast, "gvcn") == []
    with write():
        row = add_line(cast.tuan.actor, TEACHER_LINE)
    assert titles(cast, "gvcn") == ["Sổ tay giáo viên chủ nhiệm"]
    with write():
        remove_line(cast.tuan.actor, row.uuid)
    assert titles(cast, "gvcn") == []
    with write():
        remove_line(cast.tuan.actor, row.uuid, back=True)
    assert titles(cast, "gvcn") == ["Sổ tay giáo viên chủ nhiệm"]


def test_another_process_knows_it_after_half_a_minute(
    cast: Cast, act: Flask, monkeypatch: pytest.MonkeyPatch
):
    make_item(cast.lan.actor, "Sổ tay giáo viên chủ nhiệm")
    index_all()
    assert titles(cast, "gvcn") == []
    as_the_other_process_has_it = act.extensions["synonyms"]
    with write():
        add_line(cast.tuan.actor, TEACHER_LINE)
    act.extensions["synonyms"] = as_the_other_process_has_it
    assert titles(cast, "gvcn") == []
    later = now() + timedelta(seconds=31)
    monkeypatch.setattr(synonyms, "now", lambda: later)
    assert titles(cast, "gvcn") == ["Sổ tay giáo viên chủ nhiệm"]


def test_a_line_of_the_open_list_is_switched_off_and_on(cast: Cast):
    make_item(cast.lan.actor, "Xác suất của biến cố")
    index_all()
    assert titles(cast, "probability") == ["Xác suất của biến cố"]
    with write():
        switch_base_line(cast.tuan.actor, "xác suất = probability", is_on=False)
    assert titles(cast, "probability") == []
    assert [row.line for row in synonyms.list_base_lines(cast.tuan.actor) if not row.is_on] == [
        "xác suất = probability"
    ]
    with write():
        switch_base_line(cast.tuan.actor, "xác suất = probability", is_on=True)
    assert titles(cast, "probability") == ["Xác suất của biến cố"]
    with pytest.raises(NotFound), write():
        switch_base_line(cast.tuan.actor, "no = line", is_on=False)


def test_without_changes_the_open_list_itself_is_in_force(act: Flask, query_count: Callable):
    assert synonyms.current_lexicon() is base_lexicon()
    with query_count() as sent:
        synonyms.current_lexicon()
    assert sent == []


def test_the_words_of_the_site_are_for_the_librarians_of_its_root(cast: Cast):
    for person in (cast.lan, cast.ha, cast.minh, cast.citizen):
        assert not synonyms.can_edit_synonyms(person.actor)
        with pytest.raises(NotAllowed), write():
            add_line(person.actor, TEACHER_LINE)
        with pytest.raises(NotAllowed):
            synonyms.list_base_lines(person.actor)
    assert synonyms.can_edit_synonyms(cast.tuan.actor) and synonyms.can_edit_synonyms(SYSTEM)


def test_where_there_are_two_roots_none_speaks_for_the_other(cast: Cast):
    with write():
        create_org(SYSTEM, parent=None, kind="department", name="Sở khác")
    with pytest.raises(NotAllowed), write():
        add_line(cast.tuan.actor, TEACHER_LINE)


@pytest.mark.parametrize(
    "text", ["", "một tên", "= =", "a = a", "a = b # c", "a = " + "b" * 61, " = ".join("abcdefghi"), "? = !"]
)
def test_a_line_that_says_nothing_is_refused(act: Flask, text: str):
    with pytest.raises(Invalid):
        synonyms.read_line(text)


def test_a_line_is_tidied_and_kept_once(cast: Cast):
    with write():
        first = add_line(cast.tuan.actor, "  gvcn =giáo  viên chủ nhiệm= gvcn ")
        again = add_line(cast.tuan.actor, TEACHER_LINE)
    assert (first.line, first.id) == (TEACHER_LINE, again.id)
    with pytest.raises(Conflict), write():
        add_line(cast.tuan.actor, base_lines()[0])


def test_the_page_adds_finds_removes_and_undoes(client: FlaskClient, cast: Cast, browse_as: Enter):
    browser = browse_as(cast.tuan)
    page = browser.get("/library/synonyms?lang=en").text
    assert "xác suất = probability" in page and "Nothing yet." in page
    refused = browser.post("/library/synonyms?lang=en", data={"line": "alone"})
    assert (
        refused.status_code == 422
        and "at least two names" in refused.text
        and 'value="alone"' in refused.text
    )
    browser.post("/library/synonyms", data={"line": TEACHER_LINE})
    page = browser.get("/library/synonyms?q=CHU+nhiem&lang=en").text
    assert TEACHER_LINE in page and "xác suất = probability" not in page
    row = synonyms.list_own_lines(cast.tuan.actor)[0]
    browser.post(f"/library/synonyms/{row.uuid}/remove")
    assert f"/library/synonyms/{row.uuid}/put-back" in browser.get("/library/synonyms").text
    browser.post(f"/library/synonyms/{row.uuid}/put-back")
    browser.post(
        "/library/synonyms/base", data={"line": "xác suất = probability", "is_on": "0", "q": "xac suat"}
    )
    db.session.rollback()
    assert [row.line for row in synonyms.list_own_lines(cast.tuan.actor)] == [TEACHER_LINE]
    assert "Switch on" in browser.get("/library/synonyms?q=xac+suat&lang=en").text


def test_the_page_is_offered_to_whom_it_opens_and_refused_to_others(
    client: FlaskClient, cast: Cast, browse_as: Enter
):
    assert "/library/synonyms" in browse_as(cast.tuan).get("/library").text
    for person in (cast.lan, cast.ha):
        browser = browse_as(person)
        assert "/library/synonyms" not in browser.get("/library").text
        assert browser.get("/library/synonyms").status_code == 403
        assert browser.post("/library/synonyms", data={"line": TEACHER_LINE}).status_code == 403
    assert client.get("/library/synonyms").status_code == 303
