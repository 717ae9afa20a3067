"""Making a version of one's own of another's item: who may, under which license, and who is told what of the family."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from content_store.models import Item, Version
from lms.core.db import db, write
from lms.core.errors import Invalid, NotAllowed, NotFound
from lms.core.jobs import run_due_jobs
from lms.library import queries, recall, services
from lms.library.credits import load_credits
from lms.library.queries import load_pinned
from lms.library.remixes import services as remix
from lms.library.remixes.family import find_family
from lms.notices.models import Notice
from tests.cast import Cast, Person
from tests.factories.library import make_item

Enter = Callable[[Person], FlaskClient]


def remixed(person: Person, version: Version, *, scope: str | None = "public", **values: object) -> Version:
    with write():
        made = remix.remix_item(person.actor, version.item.uuid, **values)  # type: ignore[arg-type]
        return made if scope is None else services.publish_item(person.actor, made.item.uuid, scope=scope)


def test_a_teacher_of_another_school_makes_a_draft_of_his_own(cast: Cast):
    version = make_item(cast.lan.actor, "Phân số", authors=("Cô Lan",), home=cast.school)
    made = remixed(cast.phuc, version, scope=None, home=cast.other_school)
    assert made.item.state == "draft" and made.item.owner == f"user:{cast.phuc.user.uuid}"
    assert made.item.home == str(cast.other_school.uuid)
    assert made.authors == ["Cô Lan", "Đặng Hữu Phúc"]
    with pytest.raises(NotFound):
        queries.get_item(cast.lan.actor, made.item.uuid)


def test_pressed_twice_there_is_one_draft_and_after_changing_it_another(cast: Cast, browse_as: Enter):
    version = make_item(cast.lan.actor, "Phân số", license_id="CC-BY-4.0")
    browser, address = browse_as(cast.phuc), f"/library/{version.item.uuid}/remix"
    first, second = (browser.post(address, data={"license": "CC-BY-SA-4.0"}).location for _press in range(2))
    assert first == second
    assert browser.post(address, data={"license": "CC-BY-4.0"}).location != first
    of_another = remixed(cast.lan, version, scope=None)
    assert str(of_another.item.uuid) not in first
    with write():
        said = services.Metadata(title="Phân số của lớp tôi", license_id="CC-BY-SA-4.0")
        services.update_item(cast.phuc.actor, first.split("/")[-2], said)
    assert browser.post(address, data={"license": "CC-BY-SA-4.0"}).location != first


def test_who_may_not_is_refused_and_learns_nothing_of_private_items(cast: Cast):
    open_one = make_item(cast.lan.actor, "Phân số")
    closed = make_item(cast.lan.actor, "Nội bộ", scope="school", home=cast.school)
    with pytest.raises(NotAllowed):
        remixed(cast.minh, open_one)
    with pytest.raises(NotFound):
        remixed(cast.phuc, closed)
    reserved = make_item(cast.lan.actor, "Giữ quyền", license_id="CC-BY-ND-4.0")
    with pytest.raises(NotAllowed):
        remixed(cast.phuc, reserved)


def test_a_license_the_original_does_not_allow_is_refused_with_its_name(cast: Cast):
    version = make_item(cast.lan.actor, "Phân số", license_id="CC-BY-NC-SA-4.0")
    with pytest.raises(Invalid) as refused:
        remixed(cast.phuc, version, license_id="CC-BY-4.0")
    assert "CC BY-NC-SA 4.0" in str(refused.value.fields["license"])
    made = remixed(cast.phuc, version, scope=None)
    said = services.Metadata(title="Khác", license_id="CC0-1.0")
    with pytest.raises(Invalid) as later, write():
        services.update_item(cast.phuc.actor, made.item.uuid, said)
    assert "license" in later.value.fields


def test_the_page_offers_only_what_the_license_allows(cast: Cast, browse_as: Enter):
    version = make_item(cast.lan.actor, "Phân số", license_id="CC-BY-SA-4.0", home=cast.school)
    browser, address = browse_as(cast.phuc), f"/library/{version.item.uuid}/remix"
    page = browser.get(f"{address}?lang=en").text
    assert 'value="CC-BY-SA-4.0" selected' in page and 'value="CC-BY-4.0"' not in page
    assert browser.post(address, data={"license": "CC-BY-4.0"}).status_code == 422
    answer = browser.post(address, data={"license": "CC-BY-SA-4.0", "version": "1"})
    assert answer.status_code == 303 and answer.location.endswith("/edit")
    assert browser.get(answer.location).status_code == 200
    assert "Làm bản của tôi" in browser.get(f"/library/{version.item.uuid}?lang=vi").text
    assert browse_as(cast.minh).get(address).status_code == 403
    assert "Làm bản của tôi" not in browse_as(cast.minh).get(f"/library/{version.item.uuid}?lang=vi").text


def test_the_family_names_what_one_may_see_and_counts_the_rest(
    cast: Cast, client: FlaskClient, browse_as: Enter
):
    first = make_item(cast.lan.actor, "Gốc", authors=("Cô Lan",))
    second = remixed(cast.phuc, first)
    hidden = remixed(cast.ha, first, scope="school", home=cast.school)
    remixed(cast.ha, first, scope=None, home=cast.school)
    third = remixed(cast.lan, second)
    page = client.get(f"/library/{first.item.uuid}/family?lang=en").text
    assert page.count(f"/library/{second.item.uuid}") == 1 and f"/library/{third.item.uuid}" in page
    assert str(hidden.item.uuid) not in page and "1 material that is not shared with you" in page
    assert str(hidden.item.uuid) in browse_as(cast.lan).get(f"/library/{first.item.uuid}/family").text
    below = client.get(f"/library/{third.item.uuid}/family?lang=en").text
    assert "Đặng Hữu Phúc" in below and "Cô Lan" in below and f"/library/{first.item.uuid}" in below
    assert "Gốc và bản làm lại" in client.get(f"/library/{first.item.uuid}/family?lang=vi").text
    assert "2 versions made of it" in client.get(f"/library/{first.item.uuid}?lang=en").text


def test_an_open_work_is_credited_even_where_it_has_no_page_and_a_closed_one_is_not(cast: Cast):
    school_only = make_item(
        cast.lan.actor, "Mở trong trường", scope="school", home=cast.school, authors=("Cô Lan",)
    )
    sector = make_item(
        cast.lan.actor,
        "Của ngành",
        scope="school",
        home=cast.school,
        license_id="sector-only",
        authors=("Cô Lan",),
    )
    of_open, of_closed = remixed(cast.ha, school_only), remixed(cast.ha, sector, scope="sector")
    told = find_family(cast.phuc.actor, of_open)
    assert [(one.version.title, one.may_open) for one in told.above] == [("Mở trong trường", False)]
    kept = find_family(cast.phuc.actor, of_closed)
    assert (list(kept.above), kept.hidden_above) == ([], 1)


def test_the_sources_of_a_lesson_name_what_its_works_were_made_from(cast: Cast):
    first = make_item(cast.lan.actor, "Gốc", authors=("Cô Lan",))
    second = remixed(cast.phuc, first)
    found = load_credits(load_pinned([second.pin, first.pin]).values())
    assert [one.title for one in found[second.pin].origins] == ["Gốc"]
    assert found[first.pin].origins == ()


def test_the_number_of_queries_does_not_grow_with_the_family(cast: Cast, query_count: Callable):
    first = make_item(cast.lan.actor, "Gốc")
    remixed(cast.phuc, first)
    with query_count() as few:
        find_family(cast.lan.actor, first)
    last = first
    for number in range(6):
        last = remixed(cast.phuc if number % 2 else cast.lan, last)
        remixed(cast.phuc, first)
    with query_count() as many:
        find_family(cast.lan.actor, first)
    assert len(many) <= len(few) <= 8
    with query_count() as upward:
        find_family(cast.lan.actor, last)
    assert len(upward) <= 8


def test_a_withdrawn_original_stays_in_the_lineage_and_gives_no_new_remix(cast: Cast):
    first = make_item(cast.lan.actor, "Gốc", authors=("Cô Lan",))
    second = remixed(cast.phuc, first)
    with write():
        services.retire_item(cast.lan.actor, first.item.uuid)
    with pytest.raises((NotAllowed, NotFound)):
        remixed(cast.phuc, first)
    assert [one.version.title for one in find_family(cast.phuc.actor, second).above] == ["Gốc"]
    assert db.session.scalar(select(Item.state).where(Item.uuid == first.item.uuid)) == "retired"


def test_whoever_adapted_a_version_is_told_when_it_is_recalled(cast: Cast):
    first = make_item(cast.lan.actor, "Gốc", home=cast.school)
    remixed(cast.phuc, first)
    with write():
        recall.recall_version(cast.lan.actor, first.item.uuid, 1, reason="Sai số")
    run_due_jobs()
    told = select(Notice.user_id).where(Notice.topic == "source_recalled")
    assert db.session.scalars(told).all() == [cast.phuc.user.id]
