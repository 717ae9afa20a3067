"""Make reviewers, and materials that wait for them."""

from __future__ import annotations

from dataclasses import dataclass

from content_store.models import Version
from lms.core.actor import SYSTEM, Actor
from lms.core.db import write
from lms.library.review import policies as review_policies
from lms.library.review import services as reviews
from lms.library.review.models import ReviewSubmission
from lms.library.review.rules import Rules
from lms.orgs.models import Org
from lms.people.queries import build_actor
from lms.people.services import create_user, grant_role
from tests.cast import Cast
from tests.factories.library import make_item
from tests.factories.people import password_hash


def appoint(login: str, *orgs: Org) -> Actor:
    """Make a reviewer of these places."""
    with write():
        user, _password = create_user(
            SYSTEM,
            full_name=f"Người duyệt {login}",
            login=login,
            password_hash=password_hash(),
            home_org=orgs[0],
        )
        user.must_change_password = False
        for org in orgs:
            grant_role(SYSTEM, user, "reviewer", org)
    return build_actor(user)


@dataclass
class Desk:
    """Two reviewers of the department, and one of the other school."""

    first: Actor
    second: Actor
    foreign: Actor


def build_desk(cast: Cast) -> Desk:
    """Appoint the reviewers; from then on the department's rules hold."""
    return Desk(
        appoint("duyet1", cast.department),
        appoint("duyet2", cast.department),
        appoint("duyet3", cast.other_school),
    )


def draft(cast: Cast, title: str = "Phân số", **said: object) -> Version:
    """Make a draft of cô Lan's in the name of her school."""
    return make_item(cast.lan.actor, title, scope=None, home=cast.school, **said)


def submit(cast: Cast, *, scope: str = "sector", **said: object) -> ReviewSubmission:
    """Make a draft and share it so widely that a review comes first."""
    version = draft(cast, **said)
    with write():
        found = reviews.share_item(cast.lan.actor, version.item.uuid, scope=scope).submission
    assert found is not None
    return found


def decide(actor: Actor, submission: ReviewSubmission, verdict: str = "approved", reason: str = "") -> None:
    """Decide in a write of its own."""
    with write():
        reviews.decide(actor, submission.uuid, verdict, reason=reason)


def ask_for(cast: Cast, org: Org, **rules: object) -> None:
    """Save a policy."""
    with write():
        review_policies.save_policy(SYSTEM, org, Rules(**rules))  # type: ignore[arg-type]
