"""Slow work on accounts."""

from __future__ import annotations

from lms.core.jobs import job
from lms.people import services


@job("send_reset_letter")
def send_reset_letter(login: str) -> None:
    """Write the letter with which the owner of `login` chooses a new password, if there is one."""
    services.send_reset_letter(login)
