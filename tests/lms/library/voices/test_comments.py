"""Comments: staff speak, answers are one deep, one's own is changed and taken back, a librarian hides with a reason."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from content_store.models import Version
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.jobs import run_due_jobs
from lms.library.voices import comment_queries, comments, ratings
from lms.library.voices.models import ItemComment
from lms.notices.models import Notice
from tests.cast import Cast, Person
from tests.factories.library import make_item

Enter = Callable[[Person], FlaskClient]


def item(cast: Cast, scope: str | None = "public") -> Version:
    return make_item(cast.lan.actor, "Phân số", home=cast.school, scope=scope)


def say(person: Person, version: Version, text: str = "Hay lắm", answers: UUID | None = None) -> ItemComment:
    with write():
        return comments.add_comment(person.actor, version.item.uuid, text=text, answers=answers)


def told(topic: str) -> list[int]:
    run_due_jobs()
    return list(db.session.scalars(select(Notice.user_id).where(Notice.topic == topic).order_by(Notice.id)))


def threads(person: Person, version: Version, *, moderates: bool = False) -> list[tuple[str, list[str]]]:
    page = comment_queries.list_threads(person.actor, version.item.uuid, is_moderator=moderates)
    return [(row.said.text, [one.text for one in row.answers]) for row in page.rows]


def test_staff_who_see_the_item_speak_and_answer_one_deep(cast: Cast):
    version = item(cast)
    first = say(cast.phuc, version, "Trang 3 in mờ")
    answer = say(cast.lan, version, "Mình sửa rồi", first.uuid)
    say(cast.ha, version, "Cảm ơn", first.uuid)
    say(cast.ha, version, "Lớp em thích")
    assert threads(cast.tuan, version) == [
        ("Lớp em thích", []),
        ("Trang 3 in mờ", ["Mình sửa rồi", "Cảm ơn"]),
    ]
    with pytest.raises(NotFound):
        say(cast.phuc, version, "Sâu hơn", answer.uuid)


def test_pupils_guardians_citizens_and_those_who_do_not_see_it_say_nothing(cast: Cast):
    version, inside = item(cast), item(cast, "school")
    for person in (cast.minh, cast.hung, cast.citizen):
        with pytest.raises(NotAllowed):
            say(person, version)
        with pytest.raises(NotAllowed):
            threads(person, version)
    with pytest.raises(NotFound):
        say(cast.phuc, inside)
    with pytest.raises(NotFound):
        say(cast.ha, item(cast, None))
    with pytest.raises(Conflict):
        say(cast.lan, item(cast, None))


@pytest.mark.parametrize("text", ["", " \n ", "x" * (comments.LONGEST_TEXT + 1)])
def test_a_comment_has_words_and_not_too_many(cast: Cast, text: str):
    with pytest.raises(Invalid):
        say(cast.phuc, item(cast), text)


def test_an_answer_belongs_to_the_item_of_its_comment(cast: Cast):
    other = say(cast.phuc, item(cast))
    with pytest.raises(NotFound):
        say(cast.lan, item(cast), "Lạc chỗ", other.uuid)


def test_one_changes_and_takes_back_ones_own_only(cast: Cast):
    version = item(cast)
    first, uuid = say(cast.phuc, version, "Hai năm"), version.item.uuid
    say(cast.lan, version, "Sao lại hai?", first.uuid)
    for person in (cast.lan, cast.tuan):
        with pytest.raises(NotAllowed), write():
            comments.edit_comment(person.actor, uuid, first.uuid, text="Khác")
        with pytest.raises(NotAllowed), write():
            comments.delete_comment(person.actor, uuid, first.uuid)
    with write():
        assert comments.edit_comment(cast.phuc.actor, uuid, first.uuid, text="Hai tuần").edited_at
    assert threads(cast.ha, version) == [("Hai tuần", ["Sao lại hai?"])]
    with write():
        comments.delete_comment(cast.phuc.actor, uuid, first.uuid)
    assert threads(cast.ha, version) == [("", ["Sao lại hai?"])]
    with pytest.raises(NotFound), write():
        comments.edit_comment(cast.phuc.actor, uuid, first.uuid, text="Lại")
    assert "Hai" not in str(db.session.scalars(select(ItemComment.text)).all())


def test_a_comment_taken_back_without_answers_is_gone(cast: Cast):
    version = item(cast)
    first = say(cast.phuc, version)
    with write():
        comments.delete_comment(cast.phuc.actor, version.item.uuid, first.uuid)
    assert threads(cast.ha, version) == []
    assert ratings.find_voices(cast.ha.actor, version.item.uuid).comments == 0


def test_a_librarian_hides_with_a_reason_and_shows_again(cast: Cast):
    version = item(cast)
    first, uuid = say(cast.phuc, version, "Lời khó nghe"), version.item.uuid
    for person in (cast.lan, cast.ha):
        with pytest.raises(NotAllowed), write():
            comments.hide_comment(person.actor, uuid, first.uuid, reason="x")
    with pytest.raises(Invalid), write():
        comments.hide_comment(cast.tuan.actor, uuid, first.uuid, reason=" ")
    with write():
        comments.hide_comment(cast.tuan.actor, uuid, first.uuid, reason="Thiếu tôn trọng")
    assert threads(cast.ha, version) == [("", [])]
    assert threads(cast.phuc, version) == [("Lời khó nghe", [])]
    assert threads(cast.tuan, version, moderates=True) == [("Lời khó nghe", [])]
    assert told("words_hidden") == [cast.phuc.user.id]
    with pytest.raises(Conflict), write():
        comments.edit_comment(cast.phuc.actor, uuid, first.uuid, text="Khác")
    with pytest.raises(NotAllowed), write():
        comments.show_comment(cast.phuc.actor, uuid, first.uuid)
    with write():
        comments.show_comment(cast.tuan.actor, uuid, first.uuid)
    assert threads(cast.ha, version) == [("Lời khó nghe", [])]


def test_the_author_and_whoever_is_answered_are_told_and_never_of_their_own_words(cast: Cast):
    version = item(cast)
    first = say(cast.phuc, version)
    assert told("item_commented") == [cast.lan.user.id]
    say(cast.lan, version, "Trả lời", first.uuid)
    assert told("item_commented") == [cast.lan.user.id]
    assert told("comment_answered") == [cast.phuc.user.id]
    own = say(cast.lan, version, "Của tôi")
    say(cast.ha, version, "Với chị", own.uuid)
    assert told("item_commented") == [cast.lan.user.id]  # the answer tells it already
    assert told("comment_answered") == [cast.phuc.user.id, cast.lan.user.id]


def test_the_page_takes_comments_answers_changes_and_refusals(browse_as: Enter, cast: Cast):
    version = item(cast)
    browser, address = browse_as(cast.phuc), f"/library/{version.item.uuid}/comments"
    assert browser.post(address, data={"text": " "}).status_code == 422
    assert browser.post(address, data={"text": "<i>Hay</i>\nlắm"}).status_code == 303
    uuid = db.session.scalars(select(ItemComment.uuid)).one()
    lan = browse_as(cast.lan)
    assert "&lt;i&gt;Hay&lt;/i&gt;" in lan.get(address).text
    refused = lan.post(f"{address}/{uuid}/answer?lang=en", data={"text": ""})
    assert refused.status_code == 422 and "Write what you want to say." in refused.text
    assert lan.post(f"{address}/{uuid}/answer", data={"text": "Vâng"}).status_code == 303
    assert lan.post(f"{address}/{uuid}/edit", data={"text": "Tôi đổi"}).status_code == 403
    assert browser.post(f"{address}/{uuid}/edit", data={"text": "Rất hay"}).status_code == 303
    tuan = browse_as(cast.tuan)
    assert tuan.post(f"{address}/{uuid}/hide", data={"hide_reason": ""}).status_code == 422
    assert tuan.post(f"{address}/{uuid}/hide", data={"hide_reason": "Thử"}).status_code == 303
    assert "Rất hay" not in lan.get(address).text and "Rất hay" in tuan.get(address).text
    assert tuan.post(f"{address}/{uuid}/show").status_code == 303
    assert browser.post(f"{address}/{uuid}/delete").status_code == 303
    assert "Rất hay" not in tuan.get(address).text
    assert browse_as(cast.minh).get(address).status_code == 403


def test_many_threads_are_paged_and_ask_no_more(cast: Cast, query_count: Callable):
    version = item(cast)
    first, actor = say(cast.phuc, version, "1"), cast.ha.actor
    with query_count() as few:
        comment_queries.list_threads(actor, version.item.uuid)
    with write():
        for number in range(2, 14):
            comments.add_comment(cast.phuc.actor, version.item.uuid, text=str(number))
            comments.add_comment(cast.ha.actor, version.item.uuid, text="a", answers=first.uuid)
    with query_count() as many:
        page = comment_queries.list_threads(actor, version.item.uuid)
    assert len(many) == len(few) <= 3
    rest = comment_queries.list_threads(cast.ha.actor, version.item.uuid, after=page.next)
    assert [row.said.text for row in [*page.rows, *rest.rows]] == [str(n) for n in range(13, 0, -1)]
    assert len(rest.rows[-1].answers) == 12


def test_a_thread_has_an_end(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(comments, "MOST_ANSWERS", 1)
    version = item(cast)
    first = say(cast.phuc, version)
    say(cast.ha, version, "1", first.uuid)
    with pytest.raises(Conflict):
        say(cast.ha, version, "2", first.uuid)
