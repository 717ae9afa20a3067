"""How much room materials take, for those who keep a part of the tree; files looked after; from storage to storage."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from content_store import clock
from content_store.blobs import open_blobs
from content_store.models import Version
from lms.cli import cli
from lms.core.actor import SYSTEM
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid, NotAllowed
from lms.core.jobs import enqueue, run_due_jobs
from lms.library.storage.quotas import set_quota
from lms.library.storage.report import make_report
from lms.library.storage.verifying import check_damage
from lms.notices.models import Notice
from lms.people.services import grant_role
from tests.cast import Cast, Person
from tests.factories.library import make_item, prepare_text

Enter = Callable[[Person], FlaskClient]
SHARED, OWN, OTHER = "chung " * 100, "riêng " * 100, "khác " * 50


def size(*texts: str) -> int:
    return sum(len(text.encode()) for text in texts)


@pytest.fixture
def filled(cast: Cast) -> list[Version]:
    return [
        make_item(actor, title, file=prepare_text(text), home=home, scope=None)
        for actor, title, text, home in (
            (cast.lan.actor, "Bài chung", SHARED, cast.school),
            (cast.lan.actor, "Bài riêng", OWN, cast.school),
            (cast.phuc.actor, "Bài chung kia", SHARED, cast.other_school),
            (cast.phuc.actor, "Bài khác", OTHER, cast.other_school),
        )
    ]


def test_the_report_of_a_place_adds_up_and_explains_itself(
    browse_as: Enter, cast: Cast, filled: list[Version]
):
    page = browse_as(cast.tuan).get("/library/storage?lang=en")
    assert page.status_code == 200
    text = page.text
    assert f"Exactly {size(SHARED, OWN, OTHER):,} bytes." in text
    assert "1 file is kept by more than one unit: " in text
    assert "THCS Bến Sông" in text and "THCS Rạch Dừa" in text
    found = make_report(cast.tuan.actor, cast.department)
    assert {row.org.name: (row.items, row.size) for row in found.rows} == {
        "THCS Bến Sông": (2, size(SHARED, OWN)),
        "THCS Rạch Dừa": (2, size(SHARED, OTHER)),
    }
    assert sum(row.size for row in found.rows) == found.whole.size + found.whole.shared_size


def test_a_head_of_a_school_sees_that_school_alone(browse_as: Enter, cast: Cast, filled: list[Version]):
    browser = browse_as(cast.ha)
    page = browser.get("/library/storage?lang=en").text
    assert f"Exactly {size(SHARED, OWN):,} bytes." in page and "Rạch Dừa" not in page
    assert "In its own name" in page and "kept by more than one unit" not in page
    for org in (cast.other_school, cast.department):
        assert browser.get(f"/library/storage?org={org.uuid}").status_code == 404
    assert browser.get("/library/storage?org=nonsense").status_code == 404
    with pytest.raises(NotAllowed):
        make_report(cast.ha.actor, cast.department)
    with pytest.raises(NotAllowed):
        make_report(cast.ha.actor, None)


@pytest.mark.parametrize("who", ["lan", "an", "citizen"])
def test_who_keeps_no_place_gets_no_report(browse_as: Enter, cast: Cast, who: str):
    assert browse_as(getattr(cast, who)).get("/library/storage").status_code == 403


def test_the_report_asks_the_same_number_of_questions_however_much_there_is(
    browse_as: Enter,
    cast: Cast,
    filled: list[Version],
    query_count: Callable[[], AbstractContextManager[list[str]]],
):
    browser = browse_as(cast.tuan)
    browser.get("/library/storage")
    with query_count() as first:
        browser.get("/library/storage")
    for number in range(6):
        text = prepare_text(f"thêm {number}")
        make_item(cast.phuc.actor, f"Thêm {number}", file=text, home=cast.other_school, scope=None)
    with query_count() as second:
        browser.get("/library/storage")
    assert len(second) == len(first) <= 20


def test_an_empty_place_says_so_and_a_quota_is_shown(browse_as: Enter, cast: Cast):
    browser = browse_as(cast.ha)
    assert "Nothing is kept here yet" in browser.get("/library/storage?lang=en").text
    make_item(cast.lan.actor, "Bài", file=prepare_text(OWN), home=cast.school, scope=None)
    with write():
        set_quota(SYSTEM, cast.school, 2 * size(OWN))
    assert 'value="50"' in browser.get("/library/storage?lang=en").text


def test_the_terminal_tells_the_same(act: Flask, cast: Cast, filled: list[Version]):
    lines = act.test_cli_runner().invoke(cli, ["storage", "report"]).output.splitlines()
    assert len({len(line) for line in lines}) == 1  # numbers stand below each other
    told = {cells[0]: cells[1:] for line in lines if (cells := [cell.strip() for cell in line.split("\t")])}
    assert told["Đơn vị hoặc loại"] == ["Học liệu", "Tệp khác nhau", "Byte"]
    assert told["Cộng lại, mỗi tệp tính một lần"] == ["4", "3", str(size(SHARED, OWN, OTHER))]
    assert told["Sở Giáo dục"][2] == str(size(SHARED, OWN) + size(SHARED, OTHER))
    school = act.test_cli_runner().invoke(cli, ["storage", "report", "--org", "BS"]).output
    assert str(size(SHARED, OWN)) in school and "Tất cả đang lưu" not in school


def test_what_no_version_needs_is_cleared_at_the_terminal_and_nothing_else(
    act: Flask, cast: Cast, filled: list[Version], monkeypatch: pytest.MonkeyPatch
):
    runner, blobs = act.test_cli_runner(), act.extensions["blobs"]
    left = blobs.put(io.BytesIO(b"an upload that was broken off")).sha256
    needed = {file.sha256 for version in filled for file in version.files}
    assert left not in runner.invoke(cli, ["storage", "gc"]).output  # a week of grace
    moment = clock.now() + timedelta(days=10)
    with (
        monkeypatch.context() as later
    ):  # our own clock alone: a storage does not answer whose clock is wrong
        later.setattr(clock, "now", lambda: moment)
        dry = runner.invoke(cli, ["storage", "gc", "--dry-run"])
        assert left in dry.output and "Sẽ xóa" in dry.output and not needed & set(dry.output.split())
        assert blobs.exists(left)
        done = runner.invoke(cli, ["storage", "gc"])
        assert (done.exit_code, "Đã xóa" in done.output) == (0, True)
        assert not blobs.exists(left) and all(map(blobs.exists, needed))
        spoil(act, filled[1])
        refused = runner.invoke(cli, ["storage", "gc", "--verify-all"])
        assert isinstance(refused.exception, Conflict) and "lms library verify" in refused.exception.message
    assert runner.invoke(cli, ["storage", "gc", "--grace-days", "0"]).exit_code == 2


def spoil(app: Flask, version: Version) -> None:
    blobs = app.extensions["blobs"]
    blobs.delete(version.files[0].sha256)


def test_a_lost_file_is_found_by_the_daily_look_and_told_until_it_is_back(
    act: Flask, cast: Cast, filled: list[Version]
):
    with write():
        grant_role(SYSTEM, cast.tuan.user, "sysadmin", cast.department)
    assert list(check_damage(act)) == []
    spoil(act, filled[1])
    for _day in range(2):
        with write():
            enqueue("verify_sample")
        run_due_jobs()
    notices = db.session.scalars(select(Notice).where(Notice.topic == "files_damaged")).all()
    assert [(one.user_id, one.about) for one in notices] == [(cast.tuan.user.id, {"count": 1})], "told once"
    (finding,) = check_damage(act)
    assert finding.must_mend and finding.text.startswith("1 stored files are missing or damaged")
    runner = act.test_cli_runner()
    told = runner.invoke(cli, ["library", "verify", "--newest", "1"])
    assert isinstance(told.exception, Conflict)
    assert f"blob-missing  {filled[1].files[0].sha256}  {filled[1].pin}" in told.output
    prepare_text(OWN)  # it is brought back
    assert runner.invoke(cli, ["library", "verify", "--sample", "1%"]).exit_code == 0
    assert list(check_damage(act)) == []
    assert runner.invoke(cli, ["library", "verify", "--sample", "150%"]).exit_code == 2


def test_the_terminal_copies_to_another_storage_and_goes_on(
    act: Flask, cast: Cast, filled: list[Version], tmp_path: Path
):
    target, runner = f"file://{tmp_path}/to", act.test_cli_runner()
    blobs = act.extensions["blobs"]
    count = len(list(blobs.list()))
    dry = runner.invoke(cli, ["storage", "copy", "current", target, "--dry-run"])
    assert dry.output.startswith(f"there 0\tmissing {count}\t"), dry.output
    first = runner.invoke(cli, ["storage", "copy", "current", target])
    assert first.exit_code == 0 and first.output.startswith(f"there 0\tcopied {count}\t")
    again = runner.invoke(cli, ["storage", "copy", act.extensions["settings"].storage_url, target])
    assert again.output.startswith(f"there {count}\tcopied 0\t") and "bytes 0" in again.output
    for wrong in ("nowhere", "ftp://example.vn/x"):
        refused = runner.invoke(cli, ["storage", "copy", "current", wrong])
        assert isinstance(refused.exception, Invalid), wrong


def test_a_site_moves_to_another_storage_while_it_serves(
    act: Flask,
    client: FlaskClient,
    cast: Cast,
    filled: list[Version],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    """Copy, go on working, switch, copy once more: what came in between is there as well."""
    url, runner = f"file://{tmp_path}/new", act.test_cli_runner()
    old = act.extensions["blobs"]
    runner.invoke(cli, ["storage", "copy", "current", url])
    late = make_item(
        cast.lan.actor, "Bài muộn", file=prepare_text("muộn " * 30), home=cast.school, scope=None
    )
    monkeypatch.setitem(act.extensions, "blobs", open_blobs(url))
    fresh = make_item(cast.lan.actor, "Bài mới", file=prepare_text("mới " * 30), home=cast.school, scope=None)
    assert not act.extensions["blobs"].exists(late.files[0].sha256)
    done = runner.invoke(cli, ["storage", "copy", act.extensions["settings"].storage_url, url])
    assert done.exit_code == 0
    for version in (*filled, late, fresh):
        assert act.extensions["blobs"].exists(version.files[0].sha256)
    assert not old.exists(fresh.files[0].sha256)
