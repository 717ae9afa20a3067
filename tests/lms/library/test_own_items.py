"""My materials: a list to find one's own items in, by state, with words, by title; drafts folded to what is missing."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from content_store.search import SearchUnavailable
from lms.core.db import write
from lms.library import services
from lms.library.own_items import count_own_items, find_own_items
from tests.cast import Cast, Person
from tests.factories.library import index_all, make_item

Enter = Callable[[Person], FlaskClient]


def titles_of(page):
    return [version.title for version in page.versions]


def test_words_find_own_items_of_one_state_without_accents(act: Flask, cast: Cast):
    make_item(cast.lan.actor, "Quy đồng mẫu số")
    make_item(cast.lan.actor, "Quy đồng mẫu số, bản nháp", scope=None)
    make_item(cast.phuc.actor, "Quy đồng của thầy Phúc")
    index_all()
    assert titles_of(find_own_items(cast.lan.actor, state="published", q="quy dong")) == ["Quy đồng mẫu số"]
    assert titles_of(find_own_items(cast.lan.actor, state="draft", q="quy dong")) == [
        "Quy đồng mẫu số, bản nháp"
    ]
    assert titles_of(find_own_items(cast.lan.actor, state="retired", q="quy dong")) == []


def test_what_the_index_has_not_heard_of_yet_is_not_shown_in_its_old_state(act: Flask, cast: Cast):
    item = make_item(cast.lan.actor, "Bài đã đổi", scope=None).item.uuid
    index_all()
    with write():
        services.publish_item(cast.lan.actor, item, scope="public")
    assert titles_of(find_own_items(cast.lan.actor, state="draft", q="bài")) == []


def test_titles_stand_in_order_and_page_by_page(act: Flask, cast: Cast):
    for title in ("Đường tròn", "An toàn", "Dấu chấm"):
        make_item(cast.lan.actor, title)
    index_all()
    first = find_own_items(cast.lan.actor, state="published", by_title=True, size=2)
    rest = find_own_items(cast.lan.actor, state="published", by_title=True, size=2, after=first.next)
    assert titles_of(first) + titles_of(rest) == ["An toàn", "Dấu chấm", "Đường tròn"]
    assert rest.next is None


def test_the_list_stands_in_when_the_index_is_away(act: Flask, cast: Cast, monkeypatch):
    make_item(cast.lan.actor, "Còn đây")

    def fail(_query):
        raise SearchUnavailable()

    monkeypatch.setattr(act.extensions["item_index"], "search", fail)
    page = find_own_items(cast.lan.actor, state="published", q="gì cũng được")
    assert (titles_of(page), page.is_degraded) == (["Còn đây"], True)


def test_each_tab_says_how_many(browse_as: Enter, cast: Cast):
    for _number in range(2):
        make_item(cast.lan.actor)
    make_item(cast.lan.actor, scope=None)
    make_item(cast.phuc.actor)
    assert count_own_items(cast.lan.actor) == {"published": 2, "draft": 1}
    page = browse_as(cast.lan).get("/library/mine?lang=en").text
    assert "Drafts (1)" in page and "Published (2)" in page and "Withdrawn (0)" in page


def test_published_items_are_a_list_with_nothing_to_fill_in(browse_as: Enter, cast: Cast):
    item = make_item(cast.lan.actor, "Bài đã xong").item.uuid
    browser = browse_as(cast.lan)
    page = browser.get("/library/mine?state=published&lang=en").text
    assert "Bài đã xong" in page and "CC BY-SA 4.0" in page and "Everyone" in page
    assert "btn-next" not in page and "name=&#34;" not in page and 'name="all-license"' not in page
    assert f"/library/{item}/retire" in page and f"/library/{item}/edit" in page
    browser.post(f"/library/{item}/retire")
    assert f"/library/{item}/restore" in browser.get("/library/mine?state=retired").text


def test_a_draft_is_folded_to_its_title_and_what_is_missing(browse_as: Enter, cast: Cast):
    bare = make_item(cast.lan.actor, "Thiếu nhiều", scope=None).item.uuid
    full = {"subject": "toan", "grades": (6,), "authors": ("Nguyễn Thị Lan",)}
    make_item(cast.lan.actor, "Đủ cả", scope=None, **full)
    browser = browse_as(cast.lan)
    page = browser.get("/library/mine?lang=en").text
    assert page.count("Missing: subject, grades, authors") == 1
    assert page.count('<details class="draft-more"><summary>') == 2
    form = {"row": [str(bare)], f"grades:{bare}": "lớp mười ba"}
    refused = browser.post("/library/mine?lang=en", data=form)
    assert refused.status_code == 422
    assert refused.text.count('<details class="draft-more" open>') == 1


def test_saving_leads_back_to_the_words_one_searched_for(browse_as: Enter, cast: Cast):
    uuid = make_item(cast.lan.actor, "Bài", scope=None).item.uuid
    form = {"row": [str(uuid)], f"title:{uuid}": "Bài mới", "action": "save"}
    answer = browse_as(cast.lan).post("/library/mine?state=draft&q=bai&sort=title", data=form)
    assert answer.location.endswith("/library/mine?state=draft&q=bai&sort=title")


def test_a_search_without_results_shows_the_way_back(browse_as: Enter, cast: Cast):
    make_item(cast.lan.actor, scope=None)
    index_all()
    page = browse_as(cast.lan).get("/library/mine?q=khongcogi&lang=en").text
    assert "Nothing found yet" in page and 'href="/library/mine?state=draft"' in page


def test_who_may_not_add_is_offered_nothing_that_ends_at_a_refusal(browse_as: Enter, cast: Cast):
    for lang, words in (("vi", "Ở đây không có gì của bạn"), ("en", "Nothing of yours is here")):
        page = browse_as(cast.minh).get(f"/library/mine?lang={lang}").text
        assert words in page and "/library/upload" not in page
        assert "/library/suggestions" not in page and "/library/reviews" not in page
    assert "/library/upload" in browse_as(cast.lan).get("/library/mine").text
