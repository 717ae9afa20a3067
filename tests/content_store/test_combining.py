"""The algebra of combined works: every small set of licenses is walked, larger ones are drawn at random."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content_store.errors import StoreError
from content_store.rights import (
    HOWS,
    LICENSES,
    How,
    combine,
    fitting,
    get_license,
    is_no_freer,
    outbound,
    without_limit,
)

HOW = pytest.mark.parametrize("how", HOWS)
parts_of = st.sets(st.sampled_from(sorted(LICENSES)), max_size=len(LICENSES))


def small_sets(most: int) -> Iterator[tuple[str, ...]]:
    for size in range(1, most + 1):
        yield from combinations(LICENSES, size)


@HOW
def test_order_does_not_matter(how: How):
    for parts in small_sets(3):
        assert len({combine(order, how) for order in permutations(parts)}) == 1


@HOW
@given(one=parts_of, two=parts_of, three=parts_of)
@settings(max_examples=150, deadline=None)
def test_grouping_does_not_matter(how: How, one: set[str], two: set[str], three: set[str]):
    whole = combine([*one, *two, *three], how).allowed
    assert combine([*one, *two], how).allowed & combine(three, how).allowed == whole
    assert combine(one, how).allowed & combine([*two, *three], how).allowed == whole


@HOW
def test_saying_a_part_twice_changes_nothing(how: How):
    for parts in small_sets(2):
        assert combine([*parts, *parts], how) == combine(parts, how)


@HOW
def test_one_more_part_never_frees(how: How):
    for parts in small_sets(3):
        before = combine(parts, how)
        for more in LICENSES:
            after = combine([*parts, more], how)
            assert after.allowed <= before.allowed
            assert set(before.clashes) <= set(after.clashes)


@HOW
def test_no_result_is_freer_than_any_of_its_parts(how: How):
    for parts in small_sets(4):
        for offer in combine(parts, how).allowed:
            for part in parts:
                assert is_no_freer(LICENSES[offer], LICENSES[part]), (offer, parts)


@HOW
def test_a_result_taken_as_a_part_keeps_its_promise(how: How):
    """What a result may carry is carried on: putting the result to further use never reaches a freer license."""
    for parts in small_sets(2):
        allowed = combine(parts, how).allowed
        for offer in allowed:
            assert combine([*parts, offer], how).allowed <= allowed


@HOW
def test_whatever_is_impossible_is_explained_by_one_license_or_by_two(how: How):
    for parts in small_sets(4):
        found = combine(parts, how)
        assert found.is_possible != bool(found.clashes), parts
        assert all(len(clash.licenses) in {1, 2} for clash in found.clashes)
        assert all(set(clash.licenses) <= set(parts) for clash in found.clashes)


@HOW
@given(parts=parts_of)
@settings(max_examples=150, deadline=None)
def test_large_sets_are_explained_by_one_license_or_by_two_as_well(how: How, parts: set[str]):
    found = combine(parts, how)
    assert found.is_possible != bool(found.clashes)
    for clash in found.clashes:
        assert not combine(clash.licenses, how).is_possible


@HOW
def test_the_best_are_allowed_and_nothing_allowed_is_freer(how: How):
    for parts in small_sets(3):
        found = combine(parts, how)
        best = {one.id for one in found.best}
        assert best <= found.allowed and bool(best) == found.is_possible
        for offer in found.allowed:
            assert any(is_no_freer(LICENSES[offer], one) for one in found.best)


@HOW
def test_what_fits_clashes_with_nothing_that_is_there(how: How):
    for others in small_sets(2):
        fits = fitting(others, how)
        for part in LICENSES:
            met = [clash for clash in combine([*others, part], how).clashes if part in clash.licenses]
            assert (part in fits) == (not met), (others, part)


def test_a_limit_goes_when_everyone_who_asks_for_it_is_replaced():
    for parts in small_sets(3):
        for limit in combine(parts, "collection").limits:
            free = without_limit(limit.code)
            assert free and not free & set(limit.licenses)
            kept = [part for part in parts if part not in limit.licenses]
            for other in free:
                after = combine([*kept, other], "collection")
                assert limit.code not in {one.code for one in after.limits}


@HOW
def test_everything_is_said_in_both_languages(how: How):
    for parts in small_sets(2):
        found = combine(parts, how)
        for said in (*found.clashes, *found.limits):
            vi, en = said.sentence("vi"), said.sentence("en")
            assert vi != en and vi.endswith(".") and en.endswith(".") and "{" not in vi + en
            assert all(get_license(one).label("vi") in vi for one in said.licenses)


def best(how: How, *parts: str) -> list[str]:
    return [one.id for one in combine(parts, how).best]


def clashes(how: How, *parts: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(clash.code, clash.licenses) for clash in combine(parts, how).clashes]


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        (["CC-BY-4.0"], "CC-BY-4.0"),
        (["public-domain", "CC0-1.0"], "CC0-1.0"),
        (["CC-BY-4.0", "CC-BY-SA-4.0"], "CC-BY-SA-4.0"),
        (["CC-BY-4.0", "CC-BY-NC-4.0"], "CC-BY-NC-4.0"),
        (["CC-BY-NC-3.0", "CC-BY-NC-SA-4.0"], "CC-BY-NC-SA-4.0"),
        (["CC-BY-4.0", "GFDL-1.3"], "GFDL-1.3"),
        (["CC-BY-NC-4.0", "sector-only"], "sector-only"),
    ],
)
def test_mixed_works_take_the_license_of_the_least_free(parts: list[str], whole: str):
    assert best("adaptation", *parts) == [whole]


def test_share_alike_goes_from_3_to_4_and_never_back():
    assert best("adaptation", "CC-BY-SA-3.0", "CC-BY-SA-4.0") == ["CC-BY-SA-4.0"]
    assert "CC-BY-SA-4.0" in outbound("CC-BY-SA-3.0", "adaptation")
    assert outbound("CC-BY-SA-4.0", "adaptation") == {"CC-BY-SA-4.0"}
    assert outbound("CC-BY-NC-SA-4.0", "adaptation") == {"CC-BY-NC-SA-4.0"}


def test_share_alike_and_noncommercial_cannot_be_mixed_but_stand_side_by_side():
    pair = ("CC-BY-SA-4.0", "CC-BY-NC-4.0")
    assert clashes("adaptation", *pair) == [("clash-selling", pair)]
    assert best("collection", *pair) == ["CC-BY-NC-SA-4.0"]


def test_two_share_alikes_cannot_be_mixed():
    assert clashes("adaptation", "CC-BY-SA-4.0", "CC-BY-NC-SA-4.0")[0][0] == "clash-share-alike"
    assert clashes("adaptation", "GFDL-1.3", "CC-BY-SA-4.0")[0][0] == "clash-share-alike"


def test_what_may_not_be_changed_stands_unaltered_in_a_collection():
    assert clashes("adaptation", "CC-BY-ND-4.0", "CC-BY-4.0") == [("clash-no-changes", ("CC-BY-ND-4.0",))]
    assert best("collection", "CC-BY-ND-4.0", "CC-BY-4.0") == ["CC-BY-ND-4.0"]


def test_reserved_rights_keep_a_collection_here_and_forbid_mixing():
    assert best("collection", "CC0-1.0", "all-rights-reserved") == ["all-rights-reserved"]
    assert clashes("adaptation", "all-rights-reserved") == [("clash-reserved", ("all-rights-reserved",))]


def test_what_may_only_be_linked_to_is_part_of_nothing():
    for how in HOWS:
        assert clashes(how, "link-only", "CC0-1.0") == [("clash-link", ("link-only",))]


def test_what_may_not_leave_the_sector_cannot_be_mixed_with_what_must():
    assert clashes("adaptation", "sector-only", "CC-BY-SA-4.0") == [
        ("clash-sector", ("CC-BY-SA-4.0", "sector-only"))
    ]


def test_a_replacement_is_sought_among_what_fits():
    fits = fitting(["CC-BY-SA-4.0"], "adaptation")
    assert {"CC-BY-4.0", "CC-BY-SA-3.0", "CC0-1.0", "public-domain"} <= fits
    assert not {"CC-BY-NC-4.0", "CC-BY-ND-4.0", "sector-only", "link-only"} & fits
    assert "CC-BY-SA-4.0" in without_limit("limit-selling")
    assert not {"CC-BY-NC-4.0", "link-only"} & without_limit("limit-selling")


@HOW
def test_nothing_together_may_carry_anything_that_is_offered(how: How):
    empty = combine([], how)
    assert best(how) == ["CC0-1.0"] and not empty.clashes and not empty.limits


def test_an_unknown_license_is_refused_rather_than_guessed():
    with pytest.raises(StoreError, match="Choose one"):
        combine(["CC-BY-4.0", "WTF"], "collection")


@HOW
@given(one=parts_of, changed=parts_of, more=st.sampled_from(sorted(LICENSES)))
@settings(max_examples=150, deadline=None)
def test_what_was_changed_before_binds_as_an_adaptation_however_the_rest_is_used(
    how: How, one: set[str], changed: set[str], more: str
):
    found = combine(one, how, changed)
    assert found.allowed == combine(one, how).allowed & combine(changed, "adaptation").allowed
    assert combine(one, how, {*changed, more}).allowed <= found.allowed
    assert combine({*one, *changed}, "adaptation").allowed <= found.allowed
    assert all(is_no_freer(result, get_license(part)) for result in found.best for part in changed)
    if not found.allowed:
        assert found.clashes or not (one or changed) or len(one | changed) > 2
