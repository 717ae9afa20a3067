"""Settled pieces of pages: remembered by their arguments, their types and the language, and never otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from jinja2 import FileSystemLoader
from jinja2.runtime import Macro
from markupsafe import Markup

from lms.core.fragments import SEAM, Fragments, ImpureFragment, marked
from lms.core.i18n import speaking

SHOW = "{% macro show(what, more='') %}<i>{{ what }}{{ more }}</i>{% endmacro %}"


def render(text: str, **values: object) -> str:
    return render_template_string(text, **values)


def test_an_imported_macro_is_the_same_object_on_every_page(app: Flask, monkeypatch: pytest.MonkeyPatch):
    pages, seen = [], []
    monkeypatch.setitem(app.jinja_env.globals, "note", seen.append)
    for _turn in range(2):
        with app.test_request_context("/"):
            pages.append(render('{% from "components/icon.html" import icon %}{{ note(icon) or "" }}'))
    assert isinstance(seen[0], Macro) and seen[0] is seen[1]


def test_a_settled_macro_writes_what_the_macro_writes(app: Flask):
    head = '{% from "components/icon.html" import icon %}'
    with app.test_request_context("/"):
        plain = render(head + '{{ icon("search", "s") }}')
        for _turn in range(2):
            assert render(head + '{{ settled(icon, "search", size="s") }}') == plain
        assert render(head + '{{ settled(icon, "search") }}') != plain


def test_a_macro_is_rendered_once_for_the_same_arguments(app: Flask):
    kept = app.extensions["fragments"]
    head = '{% from "components/icon.html" import icon %}'
    with app.test_request_context("/"):
        render(head + '{{ settled(icon, "search") }}')
        count = len(kept)
        render(head + '{{ settled(icon, "search") }}')
        assert len(kept) == count
        render(head + '{{ settled(icon, "menu") }}')
        assert len(kept) == count + 1


@pytest.mark.parametrize(
    ("first", "second"), [(1, True), ("<b>", Markup("<b>")), ((1, "<b>"), (True, Markup("<b>")))]
)
def test_equal_values_of_different_types_are_different_arguments(app: Flask, first: object, second: object):
    page = SHOW + "{{ settled(show, a) }}{{ settled(show, b) }}{{ settled(show, a) }}"
    plain = SHOW + "{{ show(a) }}{{ show(b) }}{{ show(a) }}"
    with app.test_request_context("/"):
        assert render(page, a=first, b=second) == render(plain, a=first, b=second)


def test_each_language_has_its_own_text(app: Flask):
    template = app.jinja_env.from_string(
        '{% from "components/fields.html" import search_box %}{{ settled(search_box, "/") }}'
    )
    with app.test_request_context("/"):
        vietnamese = template.render()
        with speaking("en"):
            english = template.render()
        assert vietnamese != english and template.render() == vietnamese
        assert "Search" in english and "Search" not in vietnamese


LATE = "{% macro form(what, token) %}<b>{{ what }}</b><i>{{ token }}</i>{% endmacro %}"


def test_what_comes_late_is_written_anew_each_time_and_escaped(app: Flask):
    kept = app.extensions["fragments"]
    template = app.jinja_env.from_string(
        '{% from "layouts/_frame.html" import footer %}{{ settled_with({"here": here}, footer, "Bến", "vi", "") }}'
    )
    with app.test_request_context("/"):
        first, count = template.render(here='/a?b=1&c="x"'), len(kept)
        second = template.render(here="/elsewhere")
        assert "/a?b=1&amp;c=&#34;x&#34;" in first and 'value="/elsewhere"' in second
        assert "/a?b=1" not in second and SEAM not in first + second
        assert len(kept) == count


def test_a_piece_that_decides_by_what_comes_late_is_found_out(app: Flask):
    text = "{% macro greet(name) %}{% if name %}{{ name }}{% else %}nobody{% endif %}{% endmacro %}"
    with app.test_request_context("/"), pytest.raises(ImpureFragment):
        render(text + '{{ settled_with({"name": ""}, greet) }}')


def test_odd_arguments_beside_late_ones_are_rendered_and_not_kept(app: Flask):
    with app.test_request_context("/"):
        page = render(LATE + '{{ settled_with({"token": "<t>"}, form, what) }}', what=[1])
        assert page == "<b>[1]</b><i>&lt;t&gt;</i>"


def test_odd_arguments_are_rendered_and_not_kept(app: Flask):
    kept = app.extensions["fragments"]
    with app.test_request_context("/"):
        count = len(kept)
        assert render(SHOW + "{{ settled(show, what) }}", what=[1, 2]) == "<i>[1, 2]</i>"
        assert render(SHOW + "{{ settled(show, what) }}", what=1.0) == "<i>1.0</i>"
        assert render(SHOW + "{{ settled(show, 1, more=what) }}", what=datetime(2026, 1, 1, tzinfo=UTC))
        assert len(kept) == count


def test_nothing_is_kept_below_a_prefix_that_a_request_names(app: Flask):
    kept = app.extensions["fragments"]
    page = '{% from "components/icon.html" import icon %}{{ settled(icon, "x") }}'
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": "/evil"}):
        count = len(kept)
        assert "icon" in render(page) and len(kept) == count


def test_a_macro_that_breaks_its_word_is_found_under_test(app: Flask):
    words = ["one", "two"]
    app.jinja_env.globals["next_word"] = lambda: words.pop(0)
    page = "{% macro turn() %}{{ next_word() }}{% endmacro %}{{ settled(turn) }}{{ settled(turn) }}"
    with app.test_request_context("/"), pytest.raises(ImpureFragment):
        render(page)


def test_a_macro_of_the_page_itself_is_refused_under_test(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "own.html").write_text(SHOW + "{{ settled(show, 1) }}")
    monkeypatch.setattr(app.jinja_env, "loader", FileSystemLoader(tmp_path))
    with app.test_request_context("/"):
        app.jinja_env.get_template("own.html").render()
        with pytest.raises(ImpureFragment, match="not imported"):
            app.jinja_env.get_template("own.html").render()


def test_the_texts_longest_unused_make_room():
    few = Fragments(most=2)
    for name in "ab":
        few.put(name, Markup(name))
    few.get("a")
    few.put("c", Markup("c"))
    assert few.get("b") is None and few.get("a") == "a" and len(few) == 2
    small = Fragments(characters=10)
    small.put("a", Markup("x" * 6))
    small.put("b", Markup("y" * 6))
    assert small.get("a") is None and small.get("b") is not None
    small.put("c", Markup("z" * 11))
    assert len(small) == 0


def test_only_plain_values_make_a_key():
    assert marked(("a", 1, None, ("b", ()))) is not None
    assert marked((1,)) != marked((True,)) and marked((("a",),)) != marked(((Markup("a"),),))
    for odd in (1.0, [1], {"a": 1}, datetime(2026, 1, 1, tzinfo=UTC), (1, [2])):
        assert marked((odd,)) is None
