"""What can be done with people, by noun: accounts, grants, passwords, sessions. Rooms call them through here."""

from lms.people.services.accounts import (
    add_external_id,
    create_user,
    deactivate_user,
    reactivate_user,
    sign_up,
    suggest_login,
    update_profile,
    update_user,
    verify_email,
)
from lms.people.services.grants import end_grant, end_grants_at, grant_role, move_grants
from lms.people.services.letters import ask_to_verify, request_reset, send_reset_letter, send_welcome
from lms.people.services.passwords import (
    change_password,
    reset_password,
    set_password_for,
    set_passwords_for,
)
from lms.people.services.sessions import (
    check_password,
    end_sessions,
    open_session,
    revoke_session,
    sign_in,
    sign_out,
    touch_session,
)

__all__ = [
    "add_external_id",
    "ask_to_verify",
    "change_password",
    "check_password",
    "create_user",
    "deactivate_user",
    "end_grant",
    "end_grants_at",
    "end_sessions",
    "grant_role",
    "move_grants",
    "open_session",
    "reactivate_user",
    "request_reset",
    "reset_password",
    "revoke_session",
    "send_reset_letter",
    "send_welcome",
    "set_password_for",
    "set_passwords_for",
    "sign_in",
    "sign_out",
    "sign_up",
    "suggest_login",
    "touch_session",
    "update_profile",
    "update_user",
    "verify_email",
]
