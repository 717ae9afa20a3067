"""What a place asks for before its items are shown: said by itself or above, of each version or the first."""

from __future__ import annotations

import pytest
from flask import Flask

from lms.core.actor import SYSTEM
from lms.core.db import write
from lms.core.errors import Conflict, Invalid, NotAllowed
from lms.library import services
from lms.library.door import open_store
from lms.library.queries import get_item
from lms.library.review import policies as review_policies
from lms.library.review import services as reviews
from lms.library.review.rules import Rules
from tests.cast import Cast
from tests.factories.library import prepare_text
from tests.factories.reviews import Desk, ask_for, decide, draft, submit


def test_several_approvals_and_types_of_their_own(act: Flask, cast: Cast, desk: Desk):
    ask_for(cast, cast.school, approvals=2, by_type={"page": 0})
    submission = submit(cast, type="document")
    decide(desk.first, submission)
    assert (submission.state, open_store().get(submission.item_uuid).item.state) == ("open", "draft")
    with pytest.raises(Conflict):
        decide(desk.first, submission)
    decide(desk.second, submission)
    assert open_store().get(submission.item_uuid).item.state == "published"
    page = draft(cast, "Trang", type="page")
    with write():
        assert reviews.share_item(cast.lan.actor, page.item.uuid, scope="public").submission is None


def test_a_policy_is_handed_down_and_the_nearest_one_holds(act: Flask, cast: Cast, desk: Desk):
    ask_for(cast, cast.department, scope_from="school")
    submit(cast, scope="school")
    ask_for(cast, cast.school, scope_from="none")
    version = draft(cast)
    with write():
        assert reviews.share_item(cast.lan.actor, version.item.uuid, scope="public").submission is None
        review_policies.drop_policy(SYSTEM, cast.school)
    submit(cast, scope="school")


def test_only_administrators_of_a_place_say_what_it_asks_for(act: Flask, cast: Cast):
    with write():
        review_policies.save_policy(cast.ha.actor, cast.school, Rules())
    for person, org in ((cast.lan, cast.school), (cast.ha, cast.department), (cast.ha, cast.other_school)):
        with pytest.raises(NotAllowed), write():
            review_policies.save_policy(person.actor, org, Rules())
    with pytest.raises(Invalid), write():
        review_policies.save_policy(cast.ha.actor, cast.school, Rules(approvals=0, days=1000))


@pytest.mark.parametrize("each_version", [True, False])
def test_a_new_version_waits_where_each_is_reviewed(act: Flask, cast: Cast, desk: Desk, each_version: bool):
    ask_for(cast, cast.department, each_version=each_version)
    submission = submit(cast)
    decide(desk.first, submission)
    with write():
        services.add_version(cast.lan.actor, submission.item_uuid, [prepare_text("Bản hai.")])
    shown = get_item(cast.phuc.actor, submission.item_uuid).number
    assert shown == (1 if each_version else 2)
