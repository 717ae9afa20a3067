"""Letters about accounts: confirm an address, choose a new password. Written by jobs, sent by the worker."""

from __future__ import annotations

from lms.core.actor import Actor
from lms.core.db import write
from lms.core.i18n import LOCALES, _, speaking
from lms.core.jobs import enqueue
from lms.core.mail import render_letter
from lms.core.web import settings
from lms.people.link_tokens import HOURS, make_reset_token, make_verify_token
from lms.people.models import User
from lms.people.queries import find_user
from lms.people.services.reset_rights import check_may_reset


def request_reset(login: str) -> None:
    """Ask for a reset letter. Does the same whether the account exists or not; the worker finds out."""
    enqueue("send_reset_letter", login=login.strip().lower()[:254])


def send_reset_letter(login: str) -> None:
    """Write the letter if the account is active and has a mail address; else nothing, silently."""
    user = find_user(login)
    if user is None or not user.is_active or user.email is None:
        return
    _send(user, "reset", f"/reset/{make_reset_token(user)}")


def ask_to_verify(user: User) -> None:
    """Send the link that confirms the user's mail address; nothing for those who have none or confirmed it."""
    if user.email is not None and user.email_verified_at is None:
        _send(user, "verify", f"/verify-email/{make_verify_token(user)}")


def send_welcome(actor: Actor, user: User) -> None:
    """Write to someone whose account the school made: a link to choose the first password. Nothing without a mail."""
    check_may_reset(actor, [user])
    if user.email is not None:
        _send(user, "welcome", f"/welcome/{make_reset_token(user, 'welcome')}")


def _send(user: User, template: str, path: str) -> None:
    locale = user.locale or LOCALES[0]
    site = settings().site_name
    with speaking(locale):
        subjects = {
            "reset": _("Choose a new password for %(site)s", site=site),
            "welcome": _("Your account at %(site)s", site=site),
            "verify": _("Confirm your mail address for %(site)s", site=site),
        }
    text = render_letter(
        template,
        locale,
        name=user.full_name,
        site=site,
        url=settings().base_url + path,
        hours=HOURS[template],
    )
    with write():
        enqueue("send_mail", to=str(user.email), subject=str(subjects[template]), text=text)
