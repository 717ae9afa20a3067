"""Letters about the second step, so that nobody changes it unseen."""

from __future__ import annotations

from lms.core.i18n import LOCALES, _, speaking
from lms.core.mail import write_letter
from lms.core.web import settings
from lms.people.models import User


def tell_owner(user: User, template: str) -> None:
    """Write to the owner of an account what happened to the second step; nothing without a mail address."""
    if user.email is None:
        return
    locale, site = user.locale or LOCALES[0], settings().site_name
    with speaking(locale):
        subject = str(_("Your second step at %(site)s", site=site))
    write_letter(
        user.email,
        template,
        locale=locale,
        subject=subject,
        name=user.full_name,
        site=site,
        url=f"{settings().base_url}/account/second-step",
    )
