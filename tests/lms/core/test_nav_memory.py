"""The navigation is put together once for all who see the same, and never shown to those who do not."""

from __future__ import annotations

import pytest
from flask import Flask, g, request

from lms.core.actor import ANONYMOUS, Actor, Grant
from lms.core.i18n import speaking
from lms.core.nav import Nav, build_nav

LEARNER = Actor(user_id=1, grants=(Grant("learner", 1),))
TEACHER = Actor(user_id=2, grants=(Grant("teacher", 1),))
ADMIN = Actor(user_id=3, grants=(Grant("school_admin", 1),))


def nav_for(app: Flask, actor: Actor, prefix: str = "") -> Nav:
    with app.test_request_context("/account", environ_overrides={"SCRIPT_NAME": prefix}):
        g.actor = actor
        assert request.endpoint == "people.account"
        return build_nav(actor)


def test_those_with_the_same_roles_share_one_navigation(app: Flask):
    again = Actor(user_id=9, grants=(Grant("teacher", 7), Grant("teacher", 8)))
    assert nav_for(app, TEACHER) is nav_for(app, again)


@pytest.mark.parametrize("first", [LEARNER, TEACHER, ADMIN, ANONYMOUS])
def test_nobody_gets_the_navigation_of_another_role(app: Flask, first: Actor):
    nav_for(app, first)
    shown = [nav_for(app, actor) for actor in (LEARNER, TEACHER, ADMIN, ANONYMOUS)]
    assert [nav.area for nav in shown] == ["learner", "staff", "staff", "public"]
    assert len({(nav.items, nav.below) for nav in shown}) == 4


def test_each_language_has_its_own_words(app: Flask):
    with app.test_request_context("/account"):
        g.actor = LEARNER
        vietnamese = build_nav(LEARNER)
        with speaking("en"):
            english = build_nav(LEARNER)
        assert build_nav(LEARNER) == vietnamese != english


def test_addresses_below_a_prefix_are_not_kept_for_others(app: Flask):
    below = nav_for(app, LEARNER, "/evil")
    assert all(url.startswith("/evil/") for _key, _words, url, _icon in below.items)
    assert not any(url.startswith("/evil/") for _key, _words, url, _icon in nav_for(app, LEARNER).items)


def test_a_page_without_an_entry_marks_the_one_it_stands_under(app: Flask):
    with app.test_request_context("/library/upload"):
        g.actor = TEACHER
        marks = {url: mark for _words, url, _icon, mark in dict(build_nav(TEACHER).below)["library"]}
    assert marks["/library/mine"] == "true"
    assert {mark for url, mark in marks.items() if url != "/library/mine"} == {""}
