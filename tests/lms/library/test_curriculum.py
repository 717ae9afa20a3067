"""Browsing by the curriculum, and placing items in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from content_store.models import Version
from content_store.search import SearchUnavailable
from lms.core.db import write
from lms.core.errors import Invalid, NotAllowed, NotFound
from lms.library import curriculum
from lms.library.curriculum import Browsed, Node, browse, place_item
from lms.library.door import open_store
from tests.cast import Cast, Person
from tests.factories.library import index_all, make_item

Enter = Callable[[Person], FlaskClient]
FRACTIONS = "toan.phan-so"


def placed(cast: Cast, title: str, *topics: str, **more: object) -> Version:
    """Make an item of mathematics for grade 6 that stands in these topics."""
    version = make_item(cast.lan.actor, title, subject="toan", grades=(6,), **more)  # type: ignore[arg-type]
    with write():
        place_item(cast.lan.actor, version.item.uuid, topics)
    return version


def grade_counts(browsed: Browsed) -> dict[str, int]:
    return {grade.id: grade.count for _level, grades in browsed.levels for grade in grades if grade.count}


def find_node(nodes: tuple[Node, ...], key: str) -> Node:
    below = [node for one in nodes for node in (one, *one.below, *(n for b in one.below for n in b.below))]
    return next(node for node in below if node.key == key)


def test_every_level_has_its_grades_and_a_grade_its_subjects(act: Flask, cast: Cast):
    browsed = browse(cast.ha.actor, 6)
    assert [len(grades) for _level, grades in browsed.levels] == [5, 4, 3, 1]
    assert {"toan", "ngu-van", "khoa-hoc-tu-nhien"} <= {node.key for node in browsed.subjects}
    assert browse(cast.ha.actor, None).subjects == ()


def test_counts_are_of_what_the_reader_may_see(cast: Cast):
    placed(cast, "Phân số", FRACTIONS)
    placed(cast, "Phân số của trường", FRACTIONS, scope="school", home=cast.school)
    placed(cast, "Số nguyên", "toan.so-nguyen", scope=None)
    index_all()
    counts = {}
    for person in (cast.ha, cast.phuc):
        found = browse(person.actor, 6)
        subjects = found.subjects
        counts[person.login] = (
            grade_counts(found),
            find_node(subjects, "toan").count,
            find_node(subjects, "toan.so-dai-so").count,
            find_node(subjects, FRACTIONS).count,
            find_node(subjects, "toan.so-nguyen").count,
        )
    assert counts == {"ha": ({"6": 2}, 2, 2, 2, 0), "phuc": ({"6": 1}, 1, 1, 1, 0)}


def test_pressing_a_topic_shows_its_items(client: FlaskClient, cast: Cast):
    placed(cast, "Cộng hai phân số", FRACTIONS)
    placed(cast, "Số nguyên âm", "toan.so-nguyen")
    index_all()
    page = client.get("/library/curriculum?grade=6").text
    assert "/library?grade=6&amp;subject=toan&amp;topic=toan.phan-so" in page
    results = client.get("/library?grade=6&subject=toan&topic=toan.phan-so").text
    assert "Cộng hai phân số" in results and "Số nguyên âm" not in results
    strand = client.get("/library?topic=toan.so-dai-so").text
    assert "Cộng hai phân số" in strand and "Số nguyên âm" in strand


def test_topics_are_boxes_once_a_subject_is_chosen(client: FlaskClient, cast: Cast):
    placed(cast, "Phân số", FRACTIONS)
    index_all()
    assert 'name="topic"' not in client.get("/library").text
    assert 'name="topic" value="toan.phan-so"' in client.get("/library?subject=toan").text


def test_a_page_costs_one_question_to_the_index_however_much_there_is(
    client: FlaskClient, cast: Cast, act: Flask, monkeypatch: pytest.MonkeyPatch
):
    index, asked = act.extensions["item_index"], []
    real = index.search
    monkeypatch.setattr(index, "search", lambda query: asked.append(query) or real(query))
    assert client.get("/library/curriculum?grade=6").status_code == 200
    assert len(asked) == 1


def test_without_the_engine_the_tree_stands_without_counts(
    client: FlaskClient, cast: Cast, act: Flask, monkeypatch: pytest.MonkeyPatch
):
    def refuse(_query: object) -> None:
        raise SearchUnavailable()

    monkeypatch.setattr(act.extensions["item_index"], "search", refuse)
    page = client.get("/library/curriculum?grade=6&lang=en")
    assert page.status_code == 200 and "Search is resting" in page.text and "Mathematics" in page.text


def test_an_unknown_grade_is_passed_over(client: FlaskClient, cast: Cast):
    assert client.get("/library/curriculum?grade=13").status_code == 200
    assert client.get("/library/curriculum?grade=%00").status_code == 200


def test_placing_changes_no_version_and_can_be_changed_back(cast: Cast):
    version = placed(cast, "Phân số", FRACTIONS)
    assert curriculum.list_topics(version) == [FRACTIONS]
    with write():
        place_item(cast.lan.actor, version.item.uuid, [])
    index_all()
    assert open_store().get(version.item.uuid).number == 1
    assert find_node(browse(cast.ha.actor, 6).subjects, FRACTIONS).count == 0


def test_only_whoever_keeps_an_item_places_it(cast: Cast):
    public = make_item(cast.lan.actor, "Phân số", subject="toan", grades=(6,), home=cast.school)
    draft = make_item(cast.lan.actor, "Nháp", subject="toan", grades=(6,), scope=None)
    with write():
        place_item(cast.tuan.actor, public.item.uuid, [FRACTIONS])
    for person, version, refusal in (
        (cast.ha, public, NotAllowed),
        (cast.phuc, public, NotAllowed),
        (cast.phuc, draft, NotFound),
    ):
        with pytest.raises(refusal), write():
            place_item(person.actor, version.item.uuid, [])
    with pytest.raises(Invalid), write():
        place_item(cast.lan.actor, public.item.uuid, ["magic"])
    assert curriculum.list_topics(public) == [FRACTIONS]


def test_placing_through_the_page(client: FlaskClient, cast: Cast, browse_as: Enter):
    version = make_item(cast.lan.actor, "Phân số", subject="toan", grades=(6,))
    browser, address = browse_as(cast.lan), f"/library/{version.item.uuid}/curriculum"
    assert address in browser.get(f"/library/{version.item.uuid}").text
    page = browser.get(address).text
    assert 'value="toan.phan-so"' in page and "toan.so-huu-ti" not in page
    refused = browser.post(f"{address}?lang=en", data={"topic": ["magic"]})
    assert refused.status_code == 422 and "Choose topics of the list." in refused.text
    assert browser.post(address, data={"topic": [FRACTIONS]}).status_code == 303
    assert curriculum.list_topics(version) == [FRACTIONS]
    assert 'value="toan.phan-so" checked' in browser.get(address).text
    assert browse_as(cast.ha).get(address).status_code == 403
    assert address not in browse_as(cast.ha).get(f"/library/{version.item.uuid}").text


@pytest.mark.parametrize(("subject", "words"), [(None, "Say its subject first"), ("khac", "No topics")])
def test_an_item_that_has_no_topics_to_choose_says_why(
    client: FlaskClient, cast: Cast, browse_as: Enter, subject: str | None, words: str
):
    version = make_item(cast.lan.actor, "Bài", subject=subject)
    assert words in browse_as(cast.lan).get(f"/library/{version.item.uuid}/curriculum?lang=en").text
