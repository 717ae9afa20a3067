"""The lock of the site holds no license that a school could not live with."""

from __future__ import annotations

from importlib.metadata import distribution

import pytest

from build_support.licenses import LOCK, find_licenses, judge, locked_names


@pytest.mark.parametrize(
    "text",
    [
        "AGPL-3.0-only",
        "GPL-2.0-or-later",
        "GNU General Public License v3 (GPLv3)",
        "GNU Affero General Public License v3",
        "Server Side Public License",
    ],
)
def test_licenses_that_reach_over_are_refused(text: str) -> None:
    assert judge("x", [text])


@pytest.mark.parametrize(
    "text",
    [
        "MIT",
        "LGPL-3.0-only",
        "GNU Lesser General Public License v3 (LGPLv3)",
        "GPL-3.0-only OR MIT",
        "PSF-2.0",
    ],
)
def test_licenses_that_do_not_are_kept(text: str) -> None:
    assert judge("x", [text]) is None


def test_silence_is_refused() -> None:
    assert "says nothing" in (judge("x", []) or "")


def test_the_names_of_a_lock_are_read_once_each() -> None:
    lock = "flask==3.1 \\\n    --hash=sha256:0\n    # via x\npsycopg[binary]==3.2 ; a\nflask==3.2 ; b\n"
    assert locked_names(lock) == ["flask", "psycopg"]


def test_what_the_site_runs_on_is_allowed() -> None:
    names = locked_names(LOCK.read_text(encoding="utf-8"))
    assert len(names) > 60
    here = [name for name in names if name not in {"brotlicffi", "tzdata", "waitress", "colorama"}]
    assert [problem for name in here if (problem := judge(name, find_licenses(distribution(name))))] == []
