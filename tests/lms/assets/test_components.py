"""Macros: what assistive technology hears, what is escaped, what works without script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import html

from lms.core.cover_objects import OBJECTS
from lms.core.covers import INKS, SUBJECT_OBJECTS, cover_ink, cover_object, cover_svg, initials

Render = Callable[..., str]
FIELDS = '{% from "components/fields.html" import text_field, form, switch, choice_group %}'


def tree(markup: str) -> html.HtmlElement:
    return html.fromstring(f"<div>{markup}</div>")


def test_a_field_in_error_names_its_error_and_its_hint(render: Render) -> None:
    page = tree(
        render(FIELDS + '{{ text_field("mail", "Mail", "lan@", error="Too short.", hint="Yours.") }}')
    )
    field = page.get_element_by_id("f-mail")
    assert field.get("aria-invalid") == "true"
    told = [
        page.get_element_by_id(name).text_content().strip() for name in field.get("aria-describedby").split()
    ]
    assert told == ["Yours.", "Too short."]
    assert page.xpath('//label[@for="f-mail"]')[0].text_content() == "Mail"


def test_what_a_reader_typed_is_escaped(render: Render) -> None:
    hostile = '"><script>alert(1)</script>'
    page = render(FIELDS + '{{ text_field("q", words, words, error=words, hint=words) }}', words=hostile)
    assert "<script" not in page


def test_matched_words_are_marked_and_escaped(render: Render) -> None:
    fragment = {"parts": [("<b>Thước ", False), ("phân số", True)]}
    page = render('{% from "components/lists.html" import marked %}{{ marked(f) }}', f=fragment)
    assert page == "&lt;b&gt;Thước <mark>phân số</mark>"


def test_a_form_carries_its_token_and_leads_to_each_error(render: Render) -> None:
    page = tree(render(FIELDS + '{% call form("/x", {"name": "Say a name."}) %}…{% endcall %}'))
    assert page.xpath('//input[@name="csrf_token"]/@value') == ["token"]
    assert page.xpath('//a[@href="#f-name"]')[0].text == "Say a name."


def test_a_confirmation_works_without_script_and_says_what_is_lost(render: Render) -> None:
    source = '{% from "components/overlays.html" import confirm %}{{ confirm("Delete", "Delete A?", "14 blocks go.", "/a", "Delete") }}'
    page = tree(render(source))
    assert page.xpath("//details/summary")
    assert "14 blocks go." in page.text_content()
    assert page.xpath('//form[@method="post"]/@action') == ["/a"]


@pytest.mark.parametrize(("done", "total"), [(0, 2), (3, 7), (7, 7), (9, 9)])
def test_the_river_draws_every_stop_and_the_petal_where_you_are(
    render: Render, done: int, total: int
) -> None:
    source = '{% from "components/progress.html" import river %}{{ river(done, total) }}'
    page = tree(render(source, done=done, total=total))
    drawing = page.xpath("//svg")[0]
    assert drawing.get("aria-label") == f"{done} of {total} stops"
    assert len(page.xpath('//circle[@class="flow-stop"]')) == done
    assert len(page.xpath('//g[@class="petal"]')) == (1 if done < total else 0)


@pytest.mark.parametrize(("done", "total"), [(0, 0), (1, 1), (12, 40)])
def test_a_river_too_short_or_too_long_to_draw_is_a_wave(render: Render, done: int, total: int) -> None:
    source = '{% from "components/progress.html" import river %}{{ river(done, total) }}'
    page = tree(render(source, done=done, total=total))
    assert page.xpath('//*[@role="progressbar"]/@aria-valuenow') == [str(round(100 * done / (total or 1)))]


def test_the_same_seed_gives_the_same_cover() -> None:
    assert cover_svg("toan-6", "toan") == cover_svg("toan-6", "toan")
    assert len({str(cover_svg(f"course-{number}")) for number in range(60)}) > 40


def test_a_subject_narrows_the_objects_to_ones_that_exist() -> None:
    for subject, objects in SUBJECT_OBJECTS.items():
        assert set(objects) <= set(OBJECTS)
        assert {cover_object(f"seed-{number}", subject) for number in range(80)} == set(objects)


def test_an_unknown_ink_is_replaced_by_one_of_the_six() -> None:
    assert cover_ink("seed", "clay") == "clay"
    assert cover_ink("seed", '"><script>') in INKS


@pytest.mark.parametrize("name", OBJECTS)
def test_a_cover_is_small_well_formed_and_without_colors_of_its_own(name: str) -> None:
    drawing = html.fragment_fromstring(f"<svg>{OBJECTS[name]}</svg>")
    assert len(drawing)
    assert "fill=" not in OBJECTS[name]
    assert "stroke=" not in OBJECTS[name]
    assert len(OBJECTS[name]) < 2400


def test_initials_are_of_the_middle_and_the_given_name() -> None:
    assert (initials("Nguyễn Thị Lan"), initials("Minh"), initials("")) == ("TL", "M", "")
