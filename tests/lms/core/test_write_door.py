"""The one way to write: short, fair, committed once, refused anywhere else."""

import threading

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from lms.core.actor import SYSTEM
from lms.core.audit import AuditEntry, record_audit
from lms.core.db import after_commit, db, write


def test_a_row_changed_outside_write_is_refused(act: Flask) -> None:
    record_audit(SYSTEM, "read", "thing", 1)
    with pytest.raises(RuntimeError, match="outside"):
        db.session.flush()
    db.session.rollback()


def test_a_bulk_change_outside_write_is_refused(act: Flask) -> None:
    with pytest.raises(RuntimeError, match="outside"):
        db.session.execute(update(AuditEntry).values(action="x"))
    db.session.rollback()


def test_an_exception_inside_write_leaves_nothing_and_calls_nothing(act: Flask) -> None:
    called: list[str] = []
    with pytest.raises(ValueError, match="stop"):
        with write():
            record_audit(SYSTEM, "read", "thing", 1)
            after_commit(lambda: called.append("woken"))
            raise ValueError("stop")
    assert db.session.scalar(select(func.count(AuditEntry.id))) == 0
    with write():
        record_audit(SYSTEM, "read", "thing", 2)
    assert called == []


def test_an_inner_write_joins_the_outer_one(act: Flask) -> None:
    with pytest.raises(ValueError, match="stop"):
        with write():
            with write():
                record_audit(SYSTEM, "read", "thing", 1)
            raise ValueError("stop")
    assert db.session.scalar(select(func.count(AuditEntry.id))) == 0


def test_sixteen_threads_write_and_none_is_turned_away(act: Flask) -> None:
    errors: list[BaseException] = []

    def work(number: int) -> None:
        try:
            with act.app_context():
                for step in range(5):
                    db.session.scalar(select(func.count(AuditEntry.id)))  # a read snapshot, then the write
                    with write():
                        record_audit(SYSTEM, "race", "thing", f"{number}.{step}")
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert errors == []
    assert db.session.scalar(select(func.count(AuditEntry.id))) == 80
