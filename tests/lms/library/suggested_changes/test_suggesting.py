"""Suggesting a change of another's item: who may, what the owner sees, how it ends, and what both are told."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from content_store.lineage_models import Suggestion
from content_store.models import Version
from lms.core.actor import SYSTEM
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.jobs import run_due_jobs
from lms.library import queries, services
from lms.library.suggested_changes import services as suggesting
from lms.notices.models import Notice
from lms.people import merges
from tests.cast import Cast, Person
from tests.factories.library import make_item, prepare_text
from tests.factories.reviews import Desk

Enter = Callable[[Person], FlaskClient]


def shared(cast: Cast, **values: object) -> Version:
    return make_item(cast.lan.actor, "Phân số", "# Phân số\n\nTử chia mẫu.", home=cast.school, **values)  # type: ignore[arg-type]


def offer(person: Person, version: Version, words: str = "# Phân số\n\nTử số chia cho mẫu số.") -> Suggestion:
    with write():
        return suggesting.suggest_change(
            person.actor, version.item.uuid, note="Viết rõ hơn", file=prepare_text(words)
        )


def told(person: Person) -> list[str]:
    run_due_jobs()
    return list(db.session.scalars(select(Notice.topic).where(Notice.user_id == person.user.id)))


def test_a_change_is_offered_accepted_and_credited_and_both_are_told(cast: Cast):
    version = shared(cast)
    row = offer(cast.phuc, version)
    assert "change_suggested" in told(cast.lan)
    with write():
        new = suggesting.accept_suggestion(cast.lan.actor, row.uuid, expected=1, answer="Cảm ơn thầy")
    shown = queries.get_item(cast.phuc.actor, version.item.uuid)
    assert (new.number, shown.number) == (2, 2) and "chia cho mẫu số" in shown.text()
    assert "Đặng Hữu Phúc" in shown.authors
    assert "suggestion_answered" in told(cast.phuc)


def test_pupils_strangers_and_the_owner_may_not_and_no_derivatives_means_none(cast: Cast):
    version = shared(cast)
    with pytest.raises(NotAllowed):
        offer(cast.minh, version)
    with pytest.raises(Invalid):
        offer(cast.lan, version)
    with pytest.raises(NotFound):
        offer(cast.phuc, shared(cast, scope="school"))
    with pytest.raises(NotAllowed):
        offer(cast.phuc, shared(cast, license_id="CC-BY-ND-4.0"))


def test_only_its_keepers_answer_and_only_its_author_takes_it_back(cast: Cast):
    row = offer(cast.phuc, shared(cast))
    for person in (cast.minh, cast.ha):
        with pytest.raises(NotFound):
            suggesting.get_suggestion(person.actor, row.uuid)
        with pytest.raises(NotFound), write():
            suggesting.accept_suggestion(person.actor, row.uuid, expected=1)
    with pytest.raises(NotAllowed), write():
        suggesting.accept_suggestion(cast.phuc.actor, row.uuid, expected=1)
    with pytest.raises(NotAllowed), write():
        suggesting.withdraw_suggestion(cast.lan.actor, row.uuid)
    with write():
        suggesting.decline_suggestion(cast.tuan.actor, row.uuid, answer="Chưa cần")
    with pytest.raises(Conflict), write():
        suggesting.withdraw_suggestion(cast.phuc.actor, row.uuid)


def test_what_came_meanwhile_is_said_and_not_overwritten_unseen(cast: Cast, browse_as: Enter):
    version = shared(cast)
    row = offer(cast.phuc, version)
    with write():
        services.add_version(cast.lan.actor, version.item.uuid, [prepare_text("# Phân số\n\nBản mới.")])
    browser, address = browse_as(cast.lan), f"/library/suggestions/{row.uuid}"
    page = browser.get(f"{address}?lang=en").text
    assert "It was made against version 1; the item has version 2 now" in page
    assert "Its file would take the place of the newest one" in page
    assert browser.post(address, data={"deed": "accept", "expected": "1"}).status_code == 409
    assert browser.post(address, data={"deed": "accept", "expected": "2"}).status_code == 303
    assert queries.get_item(cast.lan.actor, version.item.uuid).number == 3


def test_a_review_comes_first_where_the_place_asks_for_one(cast: Cast, desk: Desk):
    version = shared(cast, scope=None)
    with write():
        services.publish_item(SYSTEM, version.item.uuid, scope="public")
    row = offer(cast.phuc, version)
    with write():
        new = suggesting.accept_suggestion(cast.lan.actor, row.uuid, expected=1)
    assert new.number == 2
    assert queries.get_item(cast.phuc.actor, version.item.uuid).number == 1


def test_the_form_takes_changed_words_or_a_file_and_says_what_is_missing(cast: Cast, browse_as: Enter):
    version = shared(cast)
    browser, address = browse_as(cast.phuc), f"/library/{version.item.uuid}/suggest"
    page = browser.get(f"{address}?lang=en").text
    assert "Tử chia mẫu." in page and 'name="is_named"' in page
    form = {"title": "Phân số", "language": "vi", "is_named": "1", "version": "1"}
    same = {**form, "note": "Sửa", "text": "# Phân số\n\nTử chia mẫu."}
    refused = browser.post(address, data=same, content_type="multipart/form-data")
    assert refused.status_code == 422 and "Sửa" in refused.text
    silent = browser.post(address, data={**form, "note": ""}, content_type="multipart/form-data")
    assert silent.status_code == 422
    words = {**form, "note": "Rõ hơn", "text": "# Phân số\n\nTử số chia mẫu số."}
    answer = browser.post(address, data=words, content_type="multipart/form-data")
    assert answer.status_code == 303
    seen = browser.get(f"{answer.location}?lang=en").text
    assert "<ins>" in seen and "số </ins>" in seen.replace("số</ins>", "số </ins>")
    file = {**form, "note": "Tệp mới", "file": (io.BytesIO("# Khác".encode()), "khac.md")}
    assert browser.post(address, data=file, content_type="multipart/form-data").status_code == 303
    rows = db.session.scalars(select(Suggestion).order_by(Suggestion.id)).all()
    assert [row.filename for row in rows] == ["bai.md", "khac.md"]
    assert browse_as(cast.minh).get(address).status_code == 403


def test_the_lists_show_ones_own_and_the_item_page_how_many_wait(cast: Cast, browse_as: Enter):
    version = shared(cast)
    row = offer(cast.phuc, version)
    lan, phuc = browse_as(cast.lan), browse_as(cast.phuc)
    link = f"/library/suggestions/{row.uuid}"
    assert link in lan.get("/library/suggestions?lang=en").text
    assert link not in lan.get("/library/suggestions?box=out").text
    assert link in phuc.get("/library/suggestions?box=out&lang=vi").text
    assert link not in phuc.get("/library/suggestions").text
    assert "1 suggested change waits" in lan.get(f"/library/{version.item.uuid}?lang=en").text
    assert "suggested change waits" not in phuc.get(f"/library/{version.item.uuid}?lang=en").text
    assert link in browse_as(cast.tuan).get(f"/library/suggestions?item={version.item.uuid}").text
    assert phuc.get(f"/library/suggestions?item={version.item.uuid}").status_code == 403


def test_a_list_asks_no_query_for_each_row(cast: Cast, query_count: Callable):
    version = shared(cast)
    offer(cast.phuc, version)
    with query_count() as one:
        suggesting.list_suggestions(cast.lan.actor, box="in")
    for number in range(2):
        offer(cast.phuc, version, f"# Bản {number}")
    with query_count() as three:
        found = suggesting.list_suggestions(cast.lan.actor, box="in")
    assert len(found.rows) == 3 and len(three) == len(one) <= 4
    first = suggesting.list_suggestions(cast.lan.actor, box="in", size=2)
    rest = suggesting.list_suggestions(cast.lan.actor, box="in", size=2, after=first.next)
    assert [len(first.rows), len(rest.rows)] == [2, 1]


def test_offers_follow_whoever_made_them_when_two_accounts_become_one(cast: Cast):
    row = offer(cast.phuc, shared(cast))
    old, new = f"user:{cast.phuc.user.uuid}", f"user:{cast.ha.user.uuid}"
    with write():
        merge = merges.merge_users(SYSTEM, cast.ha.user, cast.phuc.user)
    assert db.session.scalar(select(Suggestion.author).where(Suggestion.id == row.id)) == new
    with write():
        merges.undo_merge(SYSTEM, merge)
    assert db.session.scalar(select(Suggestion.author).where(Suggestion.id == row.id)) == old
