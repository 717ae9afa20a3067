"""Letters leave through a real SMTP server; one that is down costs a retry, not the letter."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select

from lms.core import clock
from lms.core.db import db, write
from lms.core.jobs import Job, enqueue, run_due_jobs
from lms.core.mail import ConsoleMailer, Letter, SmtpMailer, open_mailer

SENDER = "Bến Học <no-reply@example.vn>"


class Box:
    """Keeps what the server was handed."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refuses = False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Take one letter, or have a bad day."""
        if self.refuses:
            return "451 try later"
        self.letters.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server() -> Iterator[tuple[Box, int]]:
    """A running SMTP server and its box."""
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield box, controller.port
    controller.stop()


def test_a_letter_arrives_as_it_was_written(server: tuple[Box, int]):
    box, port = server
    text = "Chào bạn,\nMật khẩu mới: bấm vào liên kết.\n"
    open_mailer(f"smtp://127.0.0.1:{port}").send(Letter("minh@example.vn", "Đặt lại mật khẩu", text), SENDER)
    (got,) = box.letters
    assert got["Subject"] == "Đặt lại mật khẩu" and got["To"] == "minh@example.vn"
    assert "no-reply@example.vn" in got["From"] and got.get_content().replace("\r\n", "\n") == text


def test_a_subject_cannot_smuggle_a_header(server: tuple[Box, int]):
    box, port = server
    with pytest.raises(ValueError, match="linefeed"):
        open_mailer(f"smtp://127.0.0.1:{port}").send(
            Letter("a@example.vn", "x\nBcc: all@example.vn", "t"), SENDER
        )
    assert box.letters == []


def test_the_console_prints_letters(capsys: pytest.CaptureFixture[str]):
    mailer = open_mailer("console:")
    assert isinstance(mailer, ConsoleMailer)
    mailer.send(Letter("a@example.vn", "Chào", "Nội dung"), SENDER)
    assert "Nội dung" in capsys.readouterr().err


def test_an_address_of_a_server_is_read_with_its_password():
    mailer = open_mailer("smtps://ben%40hoc:p%2Fw@mail.example.vn")
    assert isinstance(mailer, SmtpMailer)
    assert (mailer.host, mailer.port, mailer.user, mailer.password) == (
        "mail.example.vn",
        465,
        "ben@hoc",
        "p/w",
    )
    plain = open_mailer("smtp://mail.example.vn:587?tls=1")
    assert isinstance(plain, SmtpMailer) and plain.starttls and not plain.implicit


def test_a_letter_waits_until_the_server_is_back(
    act: Flask, server: tuple[Box, int], monkeypatch: pytest.MonkeyPatch
):
    box, port = server
    monkeypatch.setitem(act.extensions, "mailer", open_mailer(f"smtp://127.0.0.1:{port}"))
    box.refuses = True
    with write():
        row = enqueue("send_mail", to="a@example.vn", subject="s", text="t")
    assert run_due_jobs() == 0
    state, error = db.session.execute(select(Job.state, Job.error).where(Job.id == row.id)).one()
    assert state == "queued" and "451" in error
    db.session.rollback()
    box.refuses = False
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        assert run_due_jobs() == 1
    assert [letter["To"] for letter in box.letters] == ["a@example.vn"]
