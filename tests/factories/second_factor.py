"""Set up and use a second step in tests, as its owner does."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pyotp

from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.db import write
from lms.orgs.models import Org
from lms.people import services as people
from lms.people.models import User
from lms.people.second_factor_models import FactorPolicy
from lms.people.second_factor_secrets import unseal
from tests.factories.people import PASSWORD, actor_of

STEP = timedelta(seconds=30)


def give_app(user: User) -> tuple[str, list[str]]:
    """Set an app up as its owner does; return its secret and the recovery codes."""
    with write():
        app = people.start_app(actor_of(user))
    secret = unseal(user.uuid, app.sealed_secret)
    with write():
        codes = people.confirm_app(actor_of(user), pyotp.TOTP(secret).at(now() - STEP))
    return secret, codes


def code_of(secret: str, moment: datetime | None = None) -> str:
    """Return what the app shows at `moment` (now)."""
    return str(pyotp.TOTP(secret).at(moment or now()))


def post_password(client: Any, login: str = "lan", **values: Any) -> Any:
    """Do the first step of signing in."""
    return client.post("/sign-in", data={"login": login, "password": PASSWORD, **values})


def ask(actor: Actor, org: Org, **values: Any) -> FactorPolicy:
    """Ask the staff of `org` for a second step."""
    with write():
        return people.require_factor(actor, org, **values)
