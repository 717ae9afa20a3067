"""A draft's page says what the library has that is like it."""

from __future__ import annotations

import io
from collections.abc import Callable

from flask.testing import FlaskClient

from lms.library.likeness import has_untold, note_likeness
from tests.cast import Cast, Person
from tests.factories.library import make_item, prepare_text
from tests.factories.people import actor_of

Enter = Callable[[Person], FlaskClient]
LONG = " ".join(f"Câu {n}: hai phân số bằng nhau khi tích chéo số {n * 7 % 31} bằng nhau." for n in range(40))


def test_a_draft_that_is_nearly_another_item_says_so(browse_as: Enter, cast: Cast):
    make_item(actor_of(cast.phuc.user), "Phân số của Phúc", file=prepare_text(LONG))
    mine = make_item(
        actor_of(cast.lan.user), "Của tôi", file=prepare_text(LONG.replace("Câu 3:", "Câu ba:")), scope=None
    )
    note_likeness()
    assert not has_untold()
    page = browse_as(cast.lan).get(f"/library/{mine.item.uuid}/edit?lang=en").text
    assert "Phân số của Phúc" in page and "% alike" in page


def test_what_is_not_shared_with_the_reader_is_not_named(browse_as: Enter, cast: Cast):
    make_item(actor_of(cast.phuc.user), "Bí mật của Phúc", file=prepare_text(LONG), scope=None)
    mine = make_item(actor_of(cast.lan.user), "Của tôi", file=prepare_text(LONG), scope=None)
    note_likeness()
    assert "Bí mật của Phúc" not in browse_as(cast.lan).get(f"/library/{mine.item.uuid}/edit").text


def test_an_upload_of_a_file_that_is_shared_already_tells_where(browse_as: Enter, cast: Cast):
    shared = make_item(actor_of(cast.phuc.user), "Phân số của Phúc", file=prepare_text(LONG))
    data = {"file": [(io.BytesIO(LONG.encode()), "bai.md")]}
    answer = browse_as(cast.lan).post(
        "/library/upload",
        data=data,
        content_type="multipart/form-data",
        headers={"Accept": "application/json"},
    )
    (row,) = answer.json["files"]
    assert row["same"] == {"title": "Phân số của Phúc", "url": f"/library/{shared.item.uuid}"}


def test_the_list_of_drafts_names_copies_and_near_copies_in_a_few_statements(
    browse_as: Enter, cast: Cast, query_count: Callable
):
    lan, phuc = actor_of(cast.lan.user), actor_of(cast.phuc.user)
    first = make_item(phuc, "Phân số của Phúc", file=prepare_text(LONG))
    make_item(phuc, "Bí mật của Phúc", file=prepare_text(LONG[::-1]), scope=None)
    make_item(lan, "Đúng tệp", file=prepare_text(LONG), scope=None)
    make_item(lan, "Tệp bí mật", file=prepare_text(LONG[::-1]), scope=None)
    note_likeness()
    browser = browse_as(cast.lan)
    page = browser.get("/library/mine?state=draft&lang=en").text
    assert page.count("The library has this very file already:") == 1
    assert f'/library/{first.item.uuid}">Phân số của Phúc</a>' in page and "Bí mật của Phúc" not in page
    with query_count() as few:
        browser.get("/library/mine?state=draft")
    for n in range(5):
        near = LONG.replace("Câu 3:", f"Câu ba, lần {n}:")
        make_item(phuc, f"Gần giống {n}", file=prepare_text(near + f" Hết {n}."))
        make_item(lan, f"Của tôi {n}", file=prepare_text(near), scope=None)
    note_likeness()
    with query_count() as many:
        page = browser.get("/library/mine?state=draft&lang=en").text
    assert "The library has something like this:" in page and "% alike" in page
    assert len(many) == len(few)
