"""Settings come from the environment, are completed by defaults, and name what cannot be read."""

from __future__ import annotations

import stat
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from lms.core.config import Settings
from lms.core.mail import open_mailer
from lms.core.wakeup import open_queue


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("TRUSTED_PROXIES", "two", "whole number"),
        ("MAX_UPLOAD_MB", "1.5", "whole number"),
        ("OPEN_SIGN_UP", "perhaps", "yes or no"),
        ("DEVELOPMENT", "2", "yes or no"),
    ],
)
def test_a_value_that_cannot_be_read_is_named(tmp_path: Path, name: str, value: str, word: str):
    with pytest.raises(ValueError, match=f"{name}.*{word}"):
        Settings.from_env({"DATA_DIR": str(tmp_path), name: value})


@pytest.mark.parametrize("word", ["1", "yes", "TRUE", "on"])
def test_yes_has_several_words(tmp_path: Path, word: str):
    assert Settings.from_env({"DATA_DIR": str(tmp_path), "DEVELOPMENT": word}).development is True


def test_the_defaults_stand_in_one_folder(tmp_path: Path):
    found = Settings.from_env({"DATA_DIR": str(tmp_path), "MAIL_URL": ""})
    assert found.database_url == f"sqlite:///{tmp_path / 'benhoc.db'}"
    for url in (found.storage_url, found.search_url, found.queue_url):
        assert str(tmp_path) in url
    assert found.iri_base == found.base_url and found.mail_url == "console:"


def test_postgresql_brings_its_own_search(tmp_path: Path):
    url = "postgresql+psycopg://u@db/benhoc"
    assert Settings.from_env({"DATA_DIR": str(tmp_path), "DATABASE_URL": url}).search_url == url


def test_the_secret_is_made_once_and_closed_to_others(tmp_path: Path):
    first = Settings(data_dir=str(tmp_path)).completed().secret_key
    assert Settings(data_dir=str(tmp_path)).completed().secret_key == first and len(first) >= 32
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_settings_do_not_change_while_running(tmp_path: Path):
    settings = Settings(data_dir=str(tmp_path))
    with pytest.raises(FrozenInstanceError):
        settings.base_url = "x"  # type: ignore[misc]


def test_engines_that_do_not_exist_are_named_without_their_passwords():
    with pytest.raises(ValueError, match="MAIL_URL"):
        open_mailer("pigeon://x")
    with pytest.raises(ValueError, match="QUEUE_URL") as refused:
        open_queue("amqp://user:hidden@host", "s")
    assert "hidden" not in str(refused.value)
