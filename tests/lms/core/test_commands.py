"""The commands of the ground floor, as an administrator meets them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms.cli import cli, main
from lms.core import commands
from lms.core.db import db, write
from lms.core.jobs import Job, enqueue
from lms.core.migrate import missing_migrations


def test_an_empty_database_is_brought_up_to_date_twice_without_harm(make_app: Any):
    app = make_app()
    run = app.test_cli_runner().invoke
    for _time in range(2):
        assert "up to date" in run(commands.database, ["upgrade"]).output
    with app.app_context():
        assert missing_migrations(db.engine) == []


def test_due_jobs_are_run_from_the_terminal(act: Flask):
    with write():
        job_id = enqueue("send_mail", to="a@example.vn", subject="s", text="t").id
    assert "1 jobs done" in act.test_cli_runner().invoke(commands.jobs, ["run"]).output
    db.session.rollback()
    assert db.session.scalar(select(Job.state).where(Job.id == job_id)) == "done"


def test_check_ends_with_one_when_something_must_be_mended(make_app: Any):
    app = make_app(base_url="http://learn.example.vn")
    answer = app.test_cli_runner().invoke(commands.check)
    assert answer.exit_code == 1
    assert "MEND  BASE_URL is not https" in answer.output and "MEND  The database is older" in answer.output


@pytest.mark.parametrize("command", ["db", "serve", "worker", "jobs", "check", "orgs", "people"])
def test_every_command_says_what_it_does(act: Flask, command: str):
    answer = act.test_cli_runner().invoke(cli.commands[command], ["--help"])
    assert answer.exit_code == 0 and len(answer.output.split("\n")[2].strip()) > 10


def test_a_setting_that_cannot_be_read_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Any
):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TRUSTED_PROXIES", "two")
    monkeypatch.setattr("sys.argv", ["lms", "check"])
    with pytest.raises(SystemExit) as ended:
        main()
    shown = capsys.readouterr().err
    assert ended.value.code == 1 and "TRUSTED_PROXIES must be a whole number" in shown
    assert "Traceback" not in shown


def test_a_refusal_is_one_sentence_and_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], act: Flask
):
    monkeypatch.setattr(
        "lms.cli.cli.main",
        lambda **_values: act.test_cli_runner().invoke(
            cli.commands["people"], ["deactivate", "nobody"], catch_exceptions=False
        ),
    )
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 4 and capsys.readouterr().err.startswith("lms: ")
