"""The worker's part of an import."""

from __future__ import annotations

from lms.core.actor import SYSTEM
from lms.core.jobs import job
from lms.people import imports, services
from lms.people.queries import get_user_by_id


@job("import_people")
def import_people(draft_id: int) -> None:
    """Write a confirmed list of people."""
    imports.run_import(draft_id)


@job("send_welcome_letter")
def send_welcome_letter(account_id: int) -> None:
    """Write to someone whose account was just made: a link to choose the first password."""
    user = get_user_by_id(account_id)
    if user.is_active and user.must_change_password:
        services.send_welcome(SYSTEM, user)
