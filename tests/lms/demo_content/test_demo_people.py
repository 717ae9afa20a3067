"""The demo world: a tree of orgs, a hundred pupils, and the cast in its places."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from pathlib import Path

from lms.demo.content import people
from lms.demo.content.courses import all_courses
from lms.demo.content.people import CAST, CLASS_SIZES, GUARDIANS, ORGS, RUNS, everyone, pupils
from lms.demo.content.pupil_names import user_name

SLUGS = {org.slug for org in ORGS}


def test_every_org_hangs_under_one_named_before_it() -> None:
    seen: set[str | None] = {None}
    for org in ORGS:
        assert org.parent in seen, org.slug
        seen.add(org.slug)
    assert len(SLUGS) == len(ORGS)
    assert Counter(org.kind for org in ORGS)["school"] == 2
    assert Counter(org.kind for org in ORGS)["class"] == 6


def test_a_hundred_pupils_fill_six_classes() -> None:
    assert len(pupils()) == 100
    assert Counter(pupil.home_class for pupil in pupils()) == CLASS_SIZES
    assert set(CLASS_SIZES) <= SLUGS


def test_user_names_are_plain_and_unique_and_names_differ() -> None:
    names = [person.username for person in everyone()]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+(\.[a-z]+)?\d*", name) for name in names)
    assert len({pupil.name for pupil in pupils()}) == 100


def test_names_are_composed_unicode() -> None:
    assert all(person.name == unicodedata.normalize("NFC", person.name) for person in everyone())


def test_pupils_have_no_mail_and_learn_at_the_school_of_their_class() -> None:
    parents = {org.slug: org.parent for org in ORGS}
    for pupil in pupils():
        assert pupil.email is None and pupil.home_class is not None
        assert pupil.grants == (("learner", parents[pupil.home_class]),)


def test_the_cast_has_its_roles() -> None:
    roles = {person.username: person.grants[0][0] for person in CAST}
    assert roles == {"lan": "teacher", "minh": "learner", "hung": "guardian", "ha": "school_admin"}
    assert ("hung", "minh") in GUARDIANS
    assert next(pupil for pupil in pupils() if pupil.username == "minh").home_class == "ben-song-6a1"


def test_grants_and_runs_point_at_what_exists() -> None:
    usernames = {person.username for person in everyone()}
    courses = {course.slug: course for course in all_courses()}
    assert all(org in SLUGS for person in everyone() for _, org in person.grants)
    for run in RUNS:
        assert run.org in SLUGS and set(run.teachers) <= usernames and set(run.classes) <= SLUGS
        assert bool(run.classes) != courses[run.course].open, run.course


def test_a_taken_user_name_gets_a_number() -> None:
    assert user_name("Đỗ Thị Ước", set()) == "uoc.do"
    assert user_name("Đỗ Thị Ước", {"uoc.do", "uoc.do2"}) == "uoc.do3"


def test_the_content_imports_no_other_room() -> None:
    folder = Path(people.__file__).parent
    for path in folder.glob("*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        foreign = [
            line for line in lines if re.match(r"(from|import) (lms(?!\.demo\.content)|content_store)", line)
        ]
        assert not foreign, path.name
