"""Mail: a port chosen by MAIL_URL. Services enqueue; the worker sends, so that a slow mail server delays nobody."""

from __future__ import annotations

import smtplib
import ssl
import sys
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from flask import Flask, current_app

from lms.core.i18n import speaking
from lms.core.jobs import enqueue, job


@dataclass(frozen=True, slots=True)
class Letter:
    """One outgoing letter, plain text; `unsubscribe` is the address where one press ends letters of its kind."""

    to: str
    subject: str
    text: str
    unsubscribe: str = ""


class Mailer(Protocol):
    """Sends a letter or raises; trying again is the job's business."""

    def send(self, letter: Letter, sender: str) -> None:
        """Deliver `letter`."""


class ConsoleMailer:
    """Prints letters: for a laptop without a mail server."""

    def send(self, letter: Letter, sender: str) -> None:
        """Print the letter on standard error."""
        print(f"\n--- mail to {letter.to}: {letter.subject}\n{letter.text}\n---", file=sys.stderr)


class MemoryMailer:
    """Keeps letters in a list: for tests."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, letter: Letter, sender: str) -> None:
        """Keep the letter."""
        self.letters.append(letter)


class SmtpMailer:
    """Sends by SMTP; `?tls=1` is STARTTLS, `smtps://` is TLS from the first byte."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host = parts.hostname or "localhost"
        self.implicit = parts.scheme == "smtps"
        self.port = parts.port or (465 if self.implicit else 25)
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.starttls = parse_qs(parts.query).get("tls") == ["1"]

    def send(self, letter: Letter, sender: str) -> None:
        """Deliver over one fresh connection; 20 seconds at most for each step."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, letter.to, letter.subject
        if letter.unsubscribe:  # RFC 2369 and RFC 8058: the reader's mail program shows a button of its own
            message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(letter.text)
        context = ssl.create_default_context()
        client: smtplib.SMTP
        if self.implicit:
            client = smtplib.SMTP_SSL(self.host, self.port, timeout=20, context=context)
        else:
            client = smtplib.SMTP(self.host, self.port, timeout=20)
        with client:
            if self.starttls:
                client.starttls(context=context)
            if self.user:
                client.login(self.user, self.password)
            client.send_message(message)


def open_mailer(url: str) -> Mailer:
    """Return the engine of `url`. Raises ValueError for an unknown scheme."""
    scheme = urlsplit(url).scheme
    if scheme == "console":
        return ConsoleMailer()
    if scheme == "memory":
        return MemoryMailer()
    if scheme in {"smtp", "smtps"}:
        return SmtpMailer(url)
    raise ValueError(f"MAIL_URL cannot be understood: scheme {scheme!r}")


def write_letter(to: str, template: str, *, locale: str, subject: str, **values: object) -> None:
    """Render `templates/mail/<template>.txt` in `locale` and enqueue it in the present transaction."""
    enqueue("send_mail", to=to, subject=subject, text=render_letter(template, locale, **values))


def render_letter(template: str, locale: str, **values: object) -> str:
    """Return `templates/mail/<template>.txt` in `locale`, without the frame of pages: a worker has no reader."""
    with speaking(locale):
        return current_app.jinja_env.get_template(f"mail/{template}.txt").render(**values)


@job("send_mail")
def send_mail(to: str, subject: str, text: str, unsubscribe: str = "") -> None:
    """Send one letter through the configured engine."""
    settings = current_app.extensions["settings"]
    current_app.extensions["mailer"].send(Letter(to, subject, text, unsubscribe), settings.mail_from)


def init_app(app: Flask, url: str) -> None:
    """Open the mail engine for `app`."""
    app.extensions["mailer"] = open_mailer(url)
