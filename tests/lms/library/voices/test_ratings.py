"""Ratings: who may give one, what they must say, how they are counted and shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from content_store.models import Version
from lms.core.actor import SYSTEM
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.jobs import run_due_jobs
from lms.library import services
from lms.library.voices import ratings
from lms.library.voices.joined_accounts import preview_voices
from lms.library.voices.models import ItemRating
from lms.notices.models import Notice
from lms.people import merges
from tests.cast import Cast, Person
from tests.factories.library import make_item, prepare_text
from tests.factories.reviews import build_desk

Enter = Callable[[Person], FlaskClient]


def item(cast: Cast, scope: str | None = "public") -> Version:
    return make_item(cast.lan.actor, "Phân số", home=cast.school, scope=scope)


def rate(
    person: Person, version: Version, stars: int = 4, reason: str = "clear", **said: object
) -> ItemRating:
    with write():
        return ratings.rate_item(person.actor, version.item.uuid, stars=stars, reason=reason, **said)  # type: ignore[arg-type]


def test_a_colleague_rates_once_and_changes_it_with_the_version_seen(cast: Cast):
    version = item(cast)
    rate(cast.phuc, version, 2, "wrong", words="Sai ở câu 3")
    with write():
        services.add_version(cast.lan.actor, version.item.uuid, [prepare_text("Đã sửa.")])
    second = rate(cast.phuc, version, 5, "ready")
    assert (second.stars, second.reason, second.words, second.number) == (5, "ready", "", 2)
    assert db.session.scalar(select(func.count(ItemRating.id))) == 1


def test_the_numbers_tell_mean_count_spread_and_ones_own(cast: Cast, query_count: Callable):
    version = item(cast)
    rate(cast.phuc, version, 2, "old")
    rate(cast.ha, version, 5)
    rate(cast.tuan, version, 5)
    actor = cast.phuc.actor
    with query_count() as sent:
        voices = ratings.find_voices(actor, version.item.uuid)
    assert len(sent) == 1
    assert (voices.count, voices.mean, voices.own) == (3, 4.0, 2)
    assert voices.spread == ((5, 2), (4, 0), (3, 0), (2, 1), (1, 0))
    assert ratings.find_voices(cast.lan.actor, version.item.uuid).own is None


def test_nobody_rates_their_own_and_pupils_rate_nothing(cast: Cast):
    version = item(cast)
    for person in (cast.lan, cast.minh, cast.hung, cast.citizen):
        with pytest.raises(NotAllowed):
            rate(person, version)
    with write():
        services.add_version(cast.tuan.actor, version.item.uuid, [prepare_text("Của Tuấn.")])
    with pytest.raises(NotAllowed):
        rate(cast.tuan, version)


def test_what_one_may_not_see_is_not_there_to_be_rated(cast: Cast):
    with pytest.raises(NotFound):
        rate(cast.phuc, item(cast, "school"))
    with pytest.raises(NotFound):
        rate(cast.ha, item(cast, None))
    withdrawn = item(cast)
    with write():
        services.retire_item(cast.lan.actor, withdrawn.item.uuid)
    with pytest.raises((Conflict, NotFound)):
        rate(cast.tuan, withdrawn)


@pytest.mark.parametrize(
    ("stars", "reason", "words", "field"),
    [
        (0, "clear", "", "stars"),
        (6, "clear", "", "stars"),
        (3, "", "", "reason"),
        (3, "nonsense", "", "reason"),
        (3, "other", " ", "words"),
    ],
)
def test_a_rating_needs_stars_and_a_reason(cast: Cast, stars: int, reason: str, words: str, field: str):
    version = item(cast)
    with pytest.raises(Invalid) as refused:
        rate(cast.phuc, version, stars, reason, words=words)
    assert set(refused.value.fields) == {field}
    assert db.session.scalar(select(func.count(ItemRating.id))) == 0


def test_the_page_takes_a_rating_shows_it_and_takes_it_back(browse_as: Enter, cast: Cast):
    version = item(cast)
    browser, address = browse_as(cast.phuc), f"/library/{version.item.uuid}/ratings"
    refused = browser.post(f"{address}?lang=en", data={"stars": "9", "reason": "clear"})
    assert refused.status_code == 422 and "Choose one to five stars." in refused.text
    said = {"stars": "4", "reason": "lively", "words": "<b>Các em</b> thích", "version": "1"}
    assert browser.post(address, data=said).status_code == 303
    page = browser.get(f"{address}?lang=en").text
    assert "&lt;b&gt;Các em&lt;/b&gt; thích" in page and "Pupils like working with it" in page
    assert "Change your rating" in page
    assert "Your rating: 4 stars" in browser.get(f"/library/{version.item.uuid}?lang=en").text
    assert "1 rating" in browse_as(cast.minh).get(f"/library/{version.item.uuid}?lang=en").text
    assert browser.post(f"{address}/withdraw").status_code == 303
    assert ratings.find_voices(cast.phuc.actor, version.item.uuid).count == 0
    assert browser.post(f"{address}/withdraw").status_code == 404


def test_pupils_and_strangers_read_no_reasons(browse_as: Enter, client: FlaskClient, cast: Cast):
    version = item(cast)
    rate(cast.phuc, version, words="Chỉ dành cho đồng nghiệp")
    address = f"/library/{version.item.uuid}/ratings"
    assert browse_as(cast.minh).get(address).status_code == 403
    assert client.get(address).status_code == 303


def test_a_librarian_hides_words_and_the_stars_count_on(browse_as: Enter, cast: Cast):
    version = item(cast)
    rating = rate(cast.phuc, version, 1, "other", words="Lời khó nghe")
    for person in (cast.lan, cast.ha):
        with pytest.raises(NotAllowed), write():
            ratings.hide_rating_words(person.actor, version.item.uuid, rating.uuid, reason="x")
    with pytest.raises(Invalid), write():
        ratings.hide_rating_words(cast.tuan.actor, version.item.uuid, rating.uuid, reason=" ")
    with write():
        ratings.hide_rating_words(cast.tuan.actor, version.item.uuid, rating.uuid, reason="Thiếu tôn trọng")
    assert ratings.find_voices(cast.ha.actor, version.item.uuid).count == 1
    address = f"/library/{version.item.uuid}/ratings?lang=en"
    assert "Lời khó nghe" not in browse_as(cast.ha).get(address).text
    assert "Thiếu tôn trọng" in browse_as(cast.phuc).get(address).text
    run_due_jobs()
    assert db.session.scalars(select(Notice.user_id).where(Notice.topic == "words_hidden")).all() == [
        cast.phuc.user.id
    ]


def test_the_list_of_ratings_asks_no_more_for_many(cast: Cast, query_count: Callable):
    version = item(cast)
    actor, desk = cast.ha.actor, build_desk(cast)
    rate(cast.phuc, version)
    with query_count() as few:
        ratings.list_ratings(actor, version.item.uuid)
    rate(cast.ha, version)
    with write():
        ratings.rate_item(desk.first, version.item.uuid, stars=3, reason="old")
        ratings.rate_item(desk.foreign, version.item.uuid, stars=3, reason="old")
    with query_count() as many:
        page = ratings.list_ratings(actor, version.item.uuid, size=3)
    assert len(many) == len(few) and len(page.rows) == 3 and page.next
    assert len(ratings.list_ratings(cast.ha.actor, version.item.uuid, after=page.next, size=3).rows) == 1


def test_two_accounts_that_become_one_keep_one_rating_and_part_again(cast: Cast):
    both, alone = item(cast), item(cast)
    rate(cast.phuc, both, 1, "old")
    rate(cast.ha, both, 5)
    rate(cast.phuc, alone, 3)
    assert preview_voices(cast.ha.user.id, cast.phuc.user.id)[0].count == 2
    with write():
        merge = merges.merge_users(SYSTEM, cast.ha.user, cast.phuc.user)
    held = select(ItemRating.item_uuid, ItemRating.user_id).order_by(ItemRating.id)
    ha, phuc = cast.ha.user.id, cast.phuc.user.id
    assert [row.user_id for row in db.session.execute(held)] == [phuc, ha, ha]
    with write():
        merges.undo_merge(SYSTEM, merge)
    assert [row.user_id for row in db.session.execute(held)] == [phuc, ha, phuc]
