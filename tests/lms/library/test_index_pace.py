"""Items that trickle in: the first is found at once, those that follow are taken together."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from flask import Flask

from content_store.indexing import count_pending
from content_store.pacing import Pace
from content_store.search import Document
from lms.core.db import db
from lms.library import jobs
from tests.cast import Cast
from tests.factories.library import make_item


def test_items_that_arrive_during_the_rest_are_taken_together(
    cast: Cast, act: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    hours, batches = [100.0], []
    index = act.extensions["item_index"]
    put = index.put

    def slow(documents: Iterable[Document]) -> int:
        batch = list(documents)
        batches.append(len(batch))
        hours[0] += 0.5
        return int(put(batch))

    def one_more(seconds: float) -> None:
        hours[0] += seconds
        make_item(cast.lan.actor, "ba.md")

    monkeypatch.setattr(jobs, "PACE", Pace(lambda: hours[0], one_more))
    monkeypatch.setattr(index, "put", slow)
    make_item(cast.lan.actor, "một.md")
    jobs.index_items()
    assert batches == [1]
    make_item(cast.lan.actor, "hai.md")
    jobs.index_items()
    assert batches == [1, 2]
    assert hours[0] == pytest.approx(100.0 + 0.5 + 1.5 + 0.5)
    assert count_pending(db.session()) == 0
    jobs.index_items()  # nothing waits: no rest, no write
    assert batches == [1, 2]
