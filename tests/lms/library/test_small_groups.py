"""Numbers of people that may be shown: none of a small group, and none that falls out by taking one from another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lms.library.small_groups import LEAST, Group, Shown, guard_groups


@st.composite
def groups(draw: st.DrawFn) -> list[Group]:
    sizes = draw(st.lists(st.integers(0, 60), max_size=8))
    return [Group(f"Trường {number}", size, draw(st.integers(0, size))) for number, size in enumerate(sizes)]


@given(groups())
def test_no_number_under_five_is_shown_nor_left_over(made: list[Group]):
    exact = {one.name: one for one in made}
    told = guard_groups(made)
    everybody = sum(one.people for one in made)
    assert (told.total is None) == (everybody < LEAST)
    shown = sum(exact[one.name].people for one in told.groups)
    left = everybody - shown
    assert left == 0 or left >= LEAST or told.total is None
    assert (told.rest is None) == (left == 0 or told.total is None)
    for one in [*told.groups, *filter(None, (told.total, told.rest))]:
        assert one.people >= LEAST and one.people % LEAST == 0
        assert one.done != "some" or (one.done_people >= LEAST and one.done_people % LEAST == 0)


@given(groups())
def test_who_did_it_and_who_did_not_are_never_fewer_than_five_by_number(made: list[Group]):
    exact = {one.name: one for one in made}
    for one in guard_groups(made).groups:
        group = exact[one.name]
        if one.done == "some":
            assert group.done >= LEAST and group.people - group.done >= LEAST


@given(groups(), st.integers(0, 7))
def test_one_more_learner_changes_no_number_by_one(made: list[Group], which: int):
    if not made:
        return
    more = list(made)
    one = more[which % len(more)]
    more[which % len(more)] = Group(one.name, one.people + 1, one.done)
    before, after = guard_groups(made).total, guard_groups(more).total
    if before and after:
        assert after.people - before.people in {0, LEAST}


def test_a_single_small_school_is_held_back_with_the_smallest_large_one():
    told = guard_groups([Group("A", 40, 20), Group("B", 12, 12), Group("C", 2, 0)])
    assert told.groups == (Shown("A", 40, "some", 20),)
    assert told.rest == Shown("", 10, "most")
    assert told.total is not None and told.total.people == 50


def test_a_handful_is_told_of_by_nobody():
    told = guard_groups([Group("A", 4, 4)])
    assert (told.total, list(told.groups), told.rest) == (None, [], None)
