"""One door for deeds: append once, tell the projections, replay in order."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from lms.core import events
from lms.core.actor import ANONYMOUS
from lms.core.clock import new_uuid
from lms.core.db import db, write
from lms.core.errors import NotAllowed
from lms.records.events import StatementRecorded
from lms.records.models import StatementText
from lms.records.queries import count_statements, list_responses
from lms.records.services import Deed, record_statement, replay_statements
from tests.cast import Cast

THING = new_uuid()


def deed(verb: str = "viewed", **values: object) -> Deed:
    return Deed(verb=verb, object_kind="activity", object_uuid=THING, **values)  # type: ignore[arg-type]


@pytest.fixture
def heard() -> Iterator[list[UUID]]:
    told: list[UUID] = []

    def listen(event: StatementRecorded) -> None:
        told.append(event.statement.uuid)

    before = list(events._listeners[StatementRecorded])
    events._listeners[StatementRecorded][:] = [listen]
    yield told
    events._listeners[StatementRecorded][:] = before


def test_the_same_key_is_recorded_once_for_each_account(cast: Cast, heard: list[UUID]) -> None:
    with write():
        assert record_statement(cast.minh.actor, deed(key="k")) is not None
        assert record_statement(cast.minh.actor, deed(key="k")) is None
        assert record_statement(cast.an.actor, deed(key="k")) is not None
    assert count_statements() == 2
    assert len(heard) == 2


def test_a_stranger_leaves_no_statement(act: Flask, heard: list[UUID]) -> None:
    with pytest.raises(NotAllowed), write():
        record_statement(ANONYMOUS, deed())


def test_a_verb_outside_the_vocabulary_is_a_programming_error(cast: Cast, heard: list[UUID]) -> None:
    with pytest.raises(ValueError, match="verb"), write():
        record_statement(cast.minh.actor, deed("danced"))


def test_what_was_written_stands_apart_from_the_statement(cast: Cast, heard: list[UUID]) -> None:
    with write():
        made = record_statement(cast.minh.actor, deed("answered", response="ba phần tư"))
    assert made is not None and made.response_digest is not None
    assert "ba" not in str(made.body)
    assert list_responses([made.id]) == {made.id: "ba phần tư"}
    assert db.session.scalars(select(StatementText.text)).all() == ["ba phần tư"]


def test_replay_tells_every_statement_again_in_order(cast: Cast, heard: list[UUID]) -> None:
    with write():
        for number in range(5):
            record_statement(cast.minh.actor, deed(key=str(number)))
    first = list(heard)
    heard.clear()
    with write():
        assert replay_statements() == 5
    assert heard == first
