"""What people type into the room's forms, as frozen values. Rules about them stand in the services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lms.core.errors import Invalid
from lms.core.i18n import _


@dataclass(frozen=True, slots=True)
class SignInForm:
    """Login, password, and whether others use this computer."""

    login: str
    password: str
    is_shared: bool


@dataclass(frozen=True, slots=True)
class SignUpForm:
    """A citizen's new account."""

    full_name: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class NewPasswordForm:
    """A new password, typed twice; the present one where it is asked for."""

    old_password: str
    password: str


def read_sign_in(form: Mapping[str, str]) -> SignInForm:
    """Read the sign-in form. Raises Invalid when a field is empty."""
    login, password = form.get("login", "").strip()[:254], form.get("password", "")[:1000]
    fields: dict[str, str] = {}
    if not login:
        fields["login"] = _("Write your user name or mail address.")
    if not password:
        fields["password"] = _("Write your password.")
    if fields:
        raise Invalid(fields)
    return SignInForm(login.lower(), password, form.get("shared") == "1")


def read_sign_up(form: Mapping[str, str]) -> SignUpForm:
    """Read the sign-up form; the service names what is wrong."""
    return SignUpForm(
        form.get("full_name", "")[:500],
        form.get("email", "")[:500].strip().lower(),
        form.get("password", "")[:1000],
    )


def read_new_password(form: Mapping[str, str]) -> NewPasswordForm:
    """Read a new password. Raises Invalid when the two differ."""
    password = form.get("password", "")[:1000]
    if password != form.get("password_again", "")[:1000]:
        raise Invalid({"password_again": _("The two passwords differ. Write the same one twice.")})
    return NewPasswordForm(form.get("old_password", "")[:1000], password)
