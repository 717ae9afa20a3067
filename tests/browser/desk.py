"""A reviewer for the site that `cast` makes: anh Tuấn, who keeps the department's library, also reviews for it.

Run as `python -m tests.browser.desk` with the site's environment.
"""

from __future__ import annotations

import os

from sqlalchemy import select

from lms.app import create_app
from lms.core.actor import SYSTEM
from lms.core.config import Settings
from lms.core.db import db, write
from lms.orgs.models import Org
from lms.people.models import User
from lms.people.services import grant_role


def main() -> None:
    """Appoint him; from then on what goes to the sector is reviewed first."""
    app = create_app(Settings.from_env(os.environ))
    with app.app_context(), write():
        keeper = db.session.scalars(select(User).where(User.login == "tuan")).one()
        department = db.session.scalars(select(Org).where(Org.kind == "department")).one()
        grant_role(SYSTEM, keeper, "reviewer", department)


if __name__ == "__main__":
    main()
