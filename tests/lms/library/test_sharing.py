"""The circles an item may be shared with, the group's first of all."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from flask import Flask

from lms.core.actor import SYSTEM, Actor
from lms.core.db import write
from lms.core.errors import Invalid, NotFound
from lms.library.queries import get_item, list_homes
from lms.library.review import services as reviews
from lms.library.sharing import find_circles, find_kinds, scope_choices, scope_of
from lms.orgs.models import Org
from lms.orgs.services import create_org
from lms.people.queries import build_actor
from lms.people.services import grant_role
from tests.cast import Cast
from tests.factories.library import make_item


class Math(NamedTuple):
    """The mathematics teachers of Lan's school: Lan and Ha are in, Phuc is of another school."""

    org: Org
    lan: Actor
    ha: Actor


@pytest.fixture
def math(act: Flask, cast: Cast) -> Math:
    with write():
        org = create_org(SYSTEM, parent=cast.school, kind="group", name="Tổ Toán", code="to-toan")
        for who in (cast.lan, cast.ha):
            grant_role(SYSTEM, who.user, "teacher", org)
    return Math(org, build_actor(cast.lan.user), build_actor(cast.ha.user))


def test_a_group_has_a_circle_below_its_school(math: Math, cast: Cast):
    version = make_item(math.lan, "Của tổ", scope="group", home=math.org)
    assert list_homes(math.lan)[0].id == math.org.id
    assert get_item(math.ha, version.item.uuid).title == "Của tổ"
    for outsider in (cast.phuc.actor, cast.minh.actor):
        with pytest.raises(NotFound):
            get_item(outsider, version.item.uuid)
    assert scope_of(version) == scope_of(version, find_kinds([version])) == "group"


def test_what_a_group_made_may_be_shown_to_its_whole_school(math: Math, cast: Cast):
    version = make_item(math.lan, "Của tổ", scope="group", home=math.org)
    with write():
        wider = reviews.share_item(math.lan, version.item.uuid, scope="school").version
    assert wider.item.audiences == frozenset({f"org:{cast.school.uuid}"})
    assert get_item(cast.minh.actor, version.item.uuid).title == "Của tổ"
    assert scope_of(wider) == "school"


def test_a_draft_of_a_group_proposes_the_group(math: Math, cast: Cast):
    assert scope_of(make_item(math.lan, home=math.org, scope=None)) == "group"
    assert scope_of(make_item(math.lan, home=cast.school, scope=None)) == "school"
    assert scope_of(make_item(math.lan, scope=None)) == "private"


def test_only_circles_that_a_place_has_are_offered(math: Math, cast: Cast):
    circles = find_circles([str(math.org.uuid), str(cast.school.uuid), None])
    assert {"group", "school"} <= circles[str(math.org.uuid)]
    assert "group" not in circles[str(cast.school.uuid)]
    assert [key for key, _words in scope_choices(circles[str(math.org.uuid)])][:3] == [
        "private",
        "group",
        "school",
    ]
    assert [key for key, _words in scope_choices()] == ["private", "sector", "public"]


def test_an_item_of_a_school_has_no_group_to_go_to(math: Math, cast: Cast):
    version = make_item(math.lan, home=cast.school, scope=None)
    with pytest.raises(Invalid), write():
        reviews.share_item(math.lan, version.item.uuid, scope="group")
