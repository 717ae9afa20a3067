"""A worker that dies between a deed and its answer: asked again, the deed is done once all the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from content_store.models import Item
from content_store.resumable import Resumable
from lms.core import idempotency
from lms.core.clock import now
from lms.core.db import db, write
from lms.core.idempotency import ApiReply, write_once
from tests.cast import Cast

LINK = {"title": "Bài giảng", "license": "link-only", "source_url": "https://example.org/bai"}


class Died(BaseException):
    """The process is gone."""


def die(*_: object) -> None:
    """End as a killed process does: nothing of ours runs any more."""
    raise Died


def ask_and_die(program: Any, monkeypatch: pytest.MonkeyPatch, path: str, values: dict[str, Any]) -> None:
    """Ask with a key; the worker dies once the deed is done, and its time runs out."""
    with monkeypatch.context() as dying:
        dying.setattr(idempotency, "_settle", die)
        with pytest.raises(Died):
            program.ask("POST", path, key="k1", json=values)
    db.session.rollback()
    with write():
        db.session.scalars(select(ApiReply)).one().created_at = now() - idempotency.GIVEN_UP * 2


@pytest.mark.parametrize(
    ("path", "values", "made"),
    [("/items", LINK, Item), ("/uploads", {"filename": "bai.pdf", "size": 10}, Resumable)],
)
def test_a_deed_whose_worker_died_is_not_done_again(
    cast: Cast,
    program_of: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    values: dict[str, Any],
    made: type,
) -> None:
    program = program_of(cast.lan)
    ask_and_die(program, monkeypatch, path, values)
    again = program.ask("POST", path, key="k1", json=values)
    assert again.status_code == 201 and again.headers["Idempotency-Replayed"] == "true"
    assert again.json["uuid"] and again.headers["Location"].endswith(again.json["uuid"])
    assert db.session.scalar(select(func.count()).select_from(made)) == 1


def test_of_two_workers_with_one_key_the_slower_one_does_nothing(
    cast: Cast, program_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    program, is_slow = program_of(cast.lan), True
    from_here = idempotency._begin

    def begin(key: str, asked: str, moment: Any) -> Any:
        """The first stands still for longer than anyone waits: meanwhile another begins."""
        nonlocal is_slow
        answer = from_here(key, asked, moment)
        if is_slow:
            is_slow = False
            with write():
                db.session.get_one(ApiReply, key).created_at = now() - idempotency.GIVEN_UP * 2
            assert program.ask("POST", "/items", key="k1", json=LINK).status_code == 201
        return answer

    monkeypatch.setattr(idempotency, "_begin", begin)
    late = program.ask("POST", "/items", key="k1", json=LINK)
    assert (late.status_code, late.json["code"]) == (409, "still_busy")
    assert db.session.scalar(select(func.count()).select_from(Item)) == 1
    assert program.ask("POST", "/items", key="k1", json=LINK).headers["Idempotency-Replayed"] == "true"


def test_a_deed_that_fails_leaves_neither_itself_nor_an_answer(cast: Cast, act: Any) -> None:
    def fail() -> None:
        db.session.add(ApiReply(key="x", request_digest="y", created_at=now()))
        db.session.flush()
        raise Died

    with act.test_request_context(), pytest.raises(Died):
        write_once(fail, lambda _none: None)  # type: ignore[arg-type,return-value]
    assert db.session.scalar(select(func.count()).select_from(ApiReply)) == 0
