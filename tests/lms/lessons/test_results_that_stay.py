"""Results of a run that someone left or that ended: for oneself, for the new school, for the old one."""

from __future__ import annotations

import pytest

from lms.core.actor import SYSTEM
from lms.core.db import write
from lms.courses.queries import find_enrollment
from lms.lessons.record_queries import list_leavers, list_run_records
from lms.orgs.queries import get_org_by_id
from lms.orgs.services import create_org
from lms.people import moves
from lms.people.services import grant_role
from tests.factories.people import sign_in
from tests.lms.lessons.test_learning import answer


@pytest.fixture
def moved(published):
    """Minh answered, then left for Nam's school, where cô Thư now is his homeroom teacher."""
    room = published
    answer(room, "minh", room.question, "c")
    with write():
        school = get_org_by_id(room.users["nam"].home_org_id)
        old = create_org(SYSTEM, parent=room.school, kind="class", name="6A1")
        new = create_org(SYSTEM, parent=school, kind="class", name="6B1")
        grant_role(SYSTEM, room.users["minh"], "learner", old)
        place = find_enrollment(room.run.id, room.users["minh"].id)
        place.status = "ended"
        moves.plan_move(SYSTEM, room.users["minh"], old, new)
        grant_role(SYSTEM, room.users["thu"], "teacher", new)
    return room


def test_the_summary_tells_course_place_and_points(moved, query_count):
    with query_count() as sent:
        records = list_run_records(moved.users["minh"].id)
    (record,) = records
    assert (record.done, record.total, record.score, record.max_score) == (1, 3, 2.0, 3.0)
    assert record.is_over and record.org.name == "THCS Bến Nghé" and len(sent) == 3
    assert list_run_records(moved.users["mai"].id, only_over=True) == []


def test_the_run_keeps_who_left_with_what_was_done(moved):
    (row,) = list_leavers(moved.run).rows
    assert (row.user.full_name, row.done, row.score) == ("Trần Quang Minh", 1, 2.0)


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("minh", "/learn/results/earlier", 200),
        ("thu", "/manage/users/{minh}/results", 200),
        ("mai", "/manage/users/{minh}/results", 403),
        ("lan", "/manage/users/{mai}/results", 404),  # a teacher of the school, not of the class
        ("lan", "/teach/runs/{run}/left", 200),
        ("thu", "/teach/runs/{run}/left", 404),
    ],
)
def test_the_pages_are_for_those_concerned(moved, client, who: str, path: str, status: int):
    ids = {name: user.uuid for name, user in moved.users.items()}
    sign_in(client, moved.users[who])
    page = client.get(path.format(run=moved.run.uuid, **ids))
    assert page.status_code == status
    if status == 200:
        assert "Toán 6" in page.text
