"""`lms check` finds what is wrong with a deployment and says what to do."""

from __future__ import annotations

from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from lms.core import checks
from lms.core.db import db
from lms.core.migrate import upgrade_database
from tests.fixtures_postgres import fresh_database

GOOD = {
    "base_url": "https://learn.example.vn",
    "content_url": "https://files.example.vn",
    "trusted_proxies": 1,
    "mail_url": "smtp://mail.example.vn",
}
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def check(make_app: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the checks on chosen settings; the machine itself is in order unless told otherwise."""
    monkeypatch.setattr(checks, "load_manifest", lambda: {"app.css": "app.1.css"})
    monkeypatch.setattr(checks.shutil, "which", lambda _name: "/usr/bin/ffmpeg")
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda _path: Usage(100e9, 1e9, 99e9))

    def checking(*, migrated: bool = True, **chosen: Any) -> list[str]:
        app = make_app(**{**GOOD, **chosen})
        with app.app_context():
            if migrated:
                upgrade_database(db.engine)
            for name in ("item_index", "page_index"):
                app.extensions[name].rebuild([])
            return [f"{found.must_mend} {found.text}" for found in checks.check_deployment(app)]

    return checking


def test_a_good_deployment_has_no_findings(check: Any):
    assert check() == []


@pytest.mark.parametrize(
    ("chosen", "must_mend", "words"),
    [
        ({"base_url": "learn.example.vn"}, True, "BASE_URL must be a full address"),
        ({"base_url": "http://learn.example.vn"}, True, "not https"),
        ({"content_url": "https://learn.example.vn"}, True, "another origin"),
        ({"content_url": "files"}, True, "CONTENT_URL must be a full address"),
        ({"trusted_proxies": 0}, False, "TRUSTED_PROXIES"),
        ({"secret_key": "short"}, True, "SECRET_KEY"),
        ({"development": True}, False, "DEVELOPMENT"),
        ({"mail_url": "console:"}, False, "MAIL_URL"),
        ({"migrated": False}, True, "lms db upgrade"),
    ],
    ids=lambda value: str(next(iter(value))) if isinstance(value, dict) else "",
)
def test_each_fault_is_found_and_named(check: Any, chosen: dict[str, Any], must_mend: bool, words: str):
    found = check(**chosen)
    assert any(line.startswith(str(must_mend)) and words in line for line in found), found


def test_a_full_whoosh_index_is_told_to_move_and_another_engine_is_not(
    check: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(checks, "MOST_IN_WHOOSH", -1)
    found = check(search_url="whoosh://" + str(tmp_path / "search"))
    assert len(found) == 2 and all(line.startswith("False SEARCH_URL") for line in found)
    assert "tantivy:///folder" in found[0] and "lms search rebuild" in found[0]
    assert check(search_url="tantivy://" + str(tmp_path / "search")) == []


def test_a_laptop_may_serve_plain_pages(check: Any):
    local = {
        "base_url": "http://127.0.0.1:8000",
        "content_url": "http://127.0.0.1:8001",
        "trusted_proxies": 0,
    }
    assert check(**local) == []


def test_a_full_disk_missing_files_and_missing_ffmpeg_are_found(check: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda _path: Usage(100e9, 99.5e9, 0.5e9))
    monkeypatch.setattr(checks.shutil, "which", lambda _name: None)
    monkeypatch.setattr(checks, "load_manifest", dict)
    text = " ".join(check())
    assert "0.5 GB" in text and "ffmpeg" in text and "make assets" in text


def test_engines_that_do_not_answer_are_found(make_app: Any):
    class Broken:
        """Answers nothing."""

        def close(self) -> None:
            """Nothing was open."""

        def check(self) -> str:
            """Say what is wrong."""
            return "does not answer"

    app = make_app(**GOOD)
    for name in ("blobs", "item_index"):
        app.extensions[name] = Broken()
    app.extensions["page_index"].rebuild([])
    with app.app_context():
        found = [one.text for one in checks.check_engines(app)]
    assert found == [
        "STORAGE_URL: does not answer",
        "SEARCH_URL: does not answer The command for it: `lms library rebuild`.",
    ]


def test_a_database_that_is_away_is_one_sentence_without_its_password(check: Any, tmp_path: Path):
    found = check(
        database_url="postgresql+psycopg://u:hidden@127.0.0.1:1/x",
        search_url="whoosh://" + str(tmp_path / "search"),
        migrated=False,
    )
    text = " ".join(found)
    assert "check DATABASE_URL" in text and "hidden" not in text


@pytest.mark.postgres
def test_what_lives_on_one_machine_is_named_when_the_database_is_shared(
    check: Any, postgres_url: str, tmp_path: Path
):
    url = fresh_database(postgres_url)
    found = check(
        database_url=url,
        search_url=f"tantivy://{tmp_path}/elsewhere",
        queue_url=f"sqlite:///{tmp_path}/q.db",
    )
    assert [line.split(" ")[1].rstrip(":") for line in found] == [
        "SEARCH_URL",
        "CACHE_URL",
        "QUEUE_URL",
        "STORAGE_URL",
    ]
    assert found[0].startswith("True") and all(line.startswith("False") for line in found[1:])


@pytest.mark.postgres
def test_a_clock_apart_from_the_database_is_told(check: Any, postgres_url: str):
    url = fresh_database(postgres_url)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5)):
        assert any("300 s apart" in line or "299 s apart" in line for line in check(database_url=url))


def test_an_embedded_site_hears_nothing_of_several_machines(check: Any, tmp_path: Path):
    assert check(cache_url="memory:", queue_url=f"sqlite:///{tmp_path}/q.db") == []
