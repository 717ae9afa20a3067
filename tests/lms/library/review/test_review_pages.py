"""The pages of review, as the author, the reviewer and the administrator walk them."""

from __future__ import annotations

import io
from collections.abc import Callable

from flask.testing import FlaskClient

from lms.core.db import db, write
from lms.library import services
from lms.library.likeness import note_likeness
from lms.library.queries import get_item
from lms.library.review import services as reviews
from lms.library.services import NewFile
from lms.people.models import User
from tests.cast import Cast, Person
from tests.content_store.test_deriving import write_sound
from tests.factories.library import make_item, prepare_text
from tests.factories.reviews import Desk, appoint, decide, draft, submit

Enter = Callable[[Person], FlaskClient]


def person_of(user_id: int | None) -> Person:
    """Return a person for a browser."""
    return Person(db.session.get_one(User, user_id))


def test_a_material_goes_from_its_author_over_a_reviewer_to_its_readers(
    browse_as: Enter, cast: Cast, desk: Desk
):
    uuid = draft(cast, "Phân số").item.uuid
    author, reviewer = browse_as(cast.lan), browse_as(person_of(desk.first.user_id))
    assert "a review comes first" in author.get(f"/library/{uuid}/edit?lang=en").text
    answer = author.post(f"/library/{uuid}/publish", data={"scope": "public", "review_note": "Nhờ xem giúp"})
    assert answer.status_code == 303
    assert "Waits for review" in author.get(f"/library/{uuid}?lang=en").text
    queue = reviewer.get("/library/reviews?lang=en").text
    assert "Phân số" in queue
    path = "/library/reviews/" + queue.split('name="chosen" value="')[1][:36]
    page = reviewer.get(f"{path}?lang=en").text
    assert "Nhờ xem giúp" in page and "Một bài đọc." in page
    assert reviewer.post(f"{path}/comment", data={"text": "Đẹp.", "place": "trang 1"}).status_code == 303
    assert reviewer.post(f"{path}/decide", data={"verdict": "rejected"}).status_code == 422
    nothing = reviewer.post(f"{path}/decide?lang=en", data={"reason": "Hay"})
    assert nothing.status_code == 422 and "Choose what you decide." in nothing.text
    assert reviewer.post(f"{path}/decide", data={"verdict": "approved"}).status_code == 303
    assert browse_as(cast.phuc).get(f"/library/{uuid}").status_code == 200
    assert "Đẹp." in author.get(f"{path}?lang=en").text


def test_the_submission_stands_beside_what_is_published(browse_as: Enter, cast: Cast, desk: Desk):
    first = submit(cast)
    decide(desk.first, first)
    with write():
        services.add_version(cast.lan.actor, first.item_uuid, [prepare_text("Một bài đọc dài hơn.")])
        second = reviews.share_item(cast.lan.actor, first.item_uuid, scope="sector").submission
    assert second is not None
    page = browse_as(person_of(desk.first.user_id)).get(f"/library/reviews/{second.uuid}?lang=en").text
    assert "<ins>" in page and "<del>" in page
    assert get_item(cast.phuc.actor, first.item_uuid).number == 1


def test_who_reviews_a_sound_for_long_gets_fresh_addresses_and_others_none(
    browse_as: Enter, cast: Cast, desk: Desk
):
    (sound,) = services.prepare_files(cast.lan.actor, [NewFile("tieng.wav", io.BytesIO(write_sound()))])
    found = submit(cast, file=sound)
    reviewer, path = browse_as(person_of(desk.first.user_id)), f"/library/reviews/{found.uuid}"
    page = reviewer.get(path).text
    assert f'data-links="{path}/links"' in page and "fresh-links." in page
    answer = reviewer.get(f"{path}/links")
    assert answer.json["recalled"] is False and answer.json["links"]["main_url"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert reviewer.get(f"/library/{found.item_uuid}/links").status_code == 404
    assert browse_as(cast.phuc).get(f"{path}/links").status_code == 404
    assert browse_as(cast.minh).get(f"{path}/links").status_code == 404


def test_what_belongs_to_others_is_not_there(browse_as: Enter, cast: Cast, desk: Desk):
    path = f"/library/reviews/{submit(cast).uuid}"
    for person in (cast.phuc, cast.minh, person_of(desk.foreign.user_id)):
        browser = browse_as(person)
        assert browser.get(path).status_code == 404
        for deed in ("comment", "decide", "assign", "withdraw"):
            assert (
                browser.post(f"{path}/{deed}", data={"text": "x", "verdict": "approved"}).status_code == 404
            )
    assert browse_as(cast.phuc).post("/library/reviews", data={}).status_code == 403


def test_several_are_approved_from_the_queue(browse_as: Enter, cast: Cast, desk: Desk):
    rows = [submit(cast, title=f"Bài {number}") for number in range(2)]
    chosen = {"chosen": [str(row.uuid) for row in rows], "action": "approve"}
    browser = browse_as(person_of(desk.first.user_id))
    nothing = browser.post("/library/reviews?lang=en", data={"action": "approve"})
    assert nothing.status_code == 422 and "The others are." not in nothing.text
    assert browser.post("/library/reviews", data=chosen).status_code == 303
    assert browser.post("/library/reviews", data=chosen).status_code == 409
    assert "Bài 1" in browser.get("/library/reviews?queue=closed").text


def test_a_submission_is_given_to_one_reviewer_and_taken_back_by_its_author(
    browse_as: Enter, cast: Cast, desk: Desk
):
    submission = submit(cast)
    path, browser = f"/library/reviews/{submission.uuid}", browse_as(person_of(desk.first.user_id))
    assert browser.post(f"{path}/assign", data={"reviewer": "x"}).status_code == 422
    assert browser.post(f"{path}/assign", data={"reviewer": str(cast.lan.user.uuid)}).status_code == 422
    assert browser.post(f"{path}/assign", data={"reviewer": str(desk.second.uuid)}).status_code == 303
    other = browse_as(person_of(desk.second.user_id))
    assert "Phân số" in other.get("/library/reviews?queue=mine&subject=&place=").text
    author = browse_as(cast.lan)
    assert "Phân số" in author.get("/library/reviews").text
    assert author.post(f"{path}/withdraw").status_code == 303
    assert "Phân số" not in other.get("/library/reviews?queue=mine").text


def test_a_reviewer_sees_license_credit_and_likeness_before_deciding(
    browse_as: Enter, cast: Cast, desk: Desk
):
    reading = " ".join(f"Câu {n}: hai phân số bằng nhau khi tích chéo bằng nhau." for n in range(40))
    make_item(desk.first, "Đã có rồi", reading, scope=None)
    waiting = draft(cast, "Phân số của tôi", text=reading)
    note_likeness()
    with write():
        shared = reviews.share_item(cast.lan.actor, waiting.item.uuid, scope="public", note="")
    assert shared.submission is not None
    path, reviewer = f"/library/reviews/{shared.submission.uuid}", browse_as(person_of(desk.first.user_id))
    page = reviewer.get(f"{path}?lang=en").text
    before, _decision, after = page.partition('id="decide"')
    assert after and "License, in plain words" in before and "Attribution line" in before
    assert waiting.license.name("en") in before
    assert "has this very file already" in before and "Đã có rồi" in before
    assert "no author is named" in before
    assert 'href="#decide"' in before
    author = browse_as(cast.lan).get(f"{path}?lang=en").text
    assert "License, in plain words" in author and 'href="#decide"' not in author


def test_the_batch_of_drafts_says_what_waits(browse_as: Enter, cast: Cast, desk: Desk):
    key = str(draft(cast, "Bài trong loạt").item.uuid)
    form = {
        "row": key,
        "selected": key,
        f"title:{key}": "Bài trong loạt",
        f"scope:{key}": "public",
        "action": "publish",
    }
    browser = browse_as(cast.lan)
    page = browser.post("/library/mine?lang=en", data=form, follow_redirects=True).text
    assert "waits for its review" in page
    page = browser.get("/library/mine?lang=en").text
    assert "Waits for review" in page and "/library/reviews/" in page
    assert f'name="selected" value="{key}"><' in page  # the next press does not share it again
    page = browser.get(f"/library/{key}?lang=en").text
    assert "This draft waits for its review" in page and "Check and publish" not in page


def test_a_draft_that_waits_for_nobody_leads_to_its_publishing(browse_as: Enter, cast: Cast):
    key = str(draft(cast, "Bài nháp").item.uuid)
    page = browse_as(cast.lan).get(f"/library/{key}?lang=en").text
    assert "Check and publish" in page and "Only you see it" in page
    page = browse_as(cast.lan).get("/library/mine?lang=en").text
    assert f'name="selected" value="{key}" checked><' in page and "Waits for review" not in page


def test_an_administrator_says_what_is_asked_for(browse_as: Enter, cast: Cast, desk: Desk):
    path, browser = f"/manage/orgs/{cast.school.uuid}/reviews", browse_as(cast.ha)
    assert "Nobody has said anything" in browser.get(f"{path}?lang=en").text
    form = {"scope_from": "school", "approvals": "2", "days": "3", "each_version": "1", "type:video": "0"}
    assert browser.post(path, data={**form, "approvals": "x"}).status_code == 422
    assert browser.post(path, data=form).status_code == 303
    assert "says so itself" in browser.get(f"{path}?lang=en").text
    assert "they would wait" not in browser.get(f"{path}?lang=en").text
    assert browser.post(path, data={**form, "type:video": "5"}).status_code == 303
    page = browser.get(f"{path}?lang=en").text
    assert "3 people can approve materials from here, and 5 must" in page
    assert '<option value="5" selected>' in page
    assert browser.post(path, data={**form, "scope_from": "none", "approvals": "5"}).status_code == 303
    assert "they would wait" not in browser.get(f"{path}?lang=en").text
    assert browser.post(path, data={"action": "follow"}).status_code == 303
    assert "Nobody has said anything" in browser.get(f"{path}?lang=en").text
    for other in (cast.other_school, cast.department):
        assert browser.get(f"/manage/orgs/{other.uuid}/reviews").status_code == 404
    assert browse_as(cast.lan).get(path).status_code == 403


def test_reviewers_get_their_subjects(browse_as: Enter, cast: Cast):
    path, key = f"/manage/orgs/{cast.school.uuid}/reviews", appoint("duyet9", cast.school).uuid
    browser = browse_as(cast.ha)
    form = {f"reviewer:{key}": "1", f"subjects:{key}": ["toan", "nothing"]}
    assert browser.post(f"{path}/subjects", data=form).status_code == 422
    form[f"subjects:{key}"] = ["toan"]
    assert browser.post(f"{path}/subjects", data=form).status_code == 303
    assert "1 subject" in browser.get(f"{path}?lang=en").text
