"""What was made from what, for ever: forks, licenses that hold in every later version, many generations, circles of items."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import true

from content_store.catalogue import visible_to
from content_store.errors import NotPermitted, StoreError
from content_store.lineage import (
    count_descendants,
    fork,
    get_versions,
    license_for,
    licenses_after,
    list_ancestors,
    list_descendants,
    note_sources,
)
from content_store.models import Version
from content_store.rights import LICENSES, outbound
from content_store.store import ContentStore, Metadata, NewFile
from content_store.values import metadata_of

LAN, PHUC, HOA = "user:lan", "user:phuc", "user:hoa"
EVERYONE = frozenset({"public"})


def text(words: str) -> NewFile:
    return NewFile("bai.md", io.BytesIO(words.encode()))


def item(
    store: ContentStore, license_id: str = "CC-BY-SA-4.0", owner: str = LAN, title: str = "Phân số"
) -> Version:
    said = Metadata(title=title, license_id=license_id, authors=("Cô Lan",))
    version = store.add(owner=owner, files=[text("# Một\n\nMột.")], metadata=said)
    store.publish(version.item.uuid, audiences=EVERYONE)
    return version


def remix(store: ContentStore, version: Version, owner: str, **values: str) -> Version:
    made = fork(store, version, EVERYONE | {owner}, owner=owner, **values)  # type: ignore[arg-type]
    store.publish(made.item.uuid, audiences=EVERYONE)
    return made


def test_a_fork_is_a_draft_with_the_same_bytes_and_credits_both(store: ContentStore):
    version = item(store)
    made = fork(store, version, EVERYONE | {PHUC}, owner=PHUC, author="Thầy Phúc")
    assert (made.item.state, made.item.owner, made.number) == ("draft", PHUC, 1)
    assert [file.sha256 for file in made.files] == [file.sha256 for file in version.files]
    assert made.authors == ["Cô Lan", "Thầy Phúc"]
    assert [one.source_id for one in list_ancestors(store.session, [made.id])[made.id]] == [version.id]


@pytest.mark.parametrize("license_id", ["CC-BY-ND-4.0", "CC-BY-NC-ND-4.0", "all-rights-reserved"])
def test_what_may_not_be_changed_is_not_forked_by_others_but_by_its_owner(
    store: ContentStore, license_id: str
):
    version = item(store, license_id)
    with pytest.raises(NotPermitted) as refused:
        remix(store, version, PHUC)
    assert refused.value.code == "no-adapt"
    assert remix(store, version, LAN).license_id == license_id


def test_a_license_that_the_source_does_not_allow_is_refused_now_and_in_every_later_version(
    store: ContentStore,
):
    version = item(store)
    with pytest.raises(StoreError) as refused:
        remix(store, version, PHUC, license_id="CC-BY-4.0")
    assert refused.value.code == "license-lineage"
    made = remix(store, version, PHUC)
    freer = metadata_of(made).__class__(title="Khác", license_id="CC-BY-4.0")
    with pytest.raises(StoreError) as later:
        store.update_metadata(made.item.uuid, freer, owner=PHUC)
    assert later.value.code == "license-lineage"


def test_share_alike_goes_up_a_version_and_never_back(store: ContentStore):
    version = item(store, "CC-BY-SA-3.0")
    assert remix(store, version, PHUC, license_id="CC-BY-SA-4.0").license_id == "CC-BY-SA-4.0"
    with pytest.raises(StoreError):
        remix(store, item(store, "CC-BY-SA-4.0"), PHUC, license_id="CC-BY-SA-3.0")


def test_the_lineage_goes_over_many_generations_and_names_each_once(store: ContentStore):
    line = [item(store)]
    for number in range(6):
        line.append(remix(store, line[-1], PHUC if number % 2 else HOA))
    above = list_ancestors(store.session, [line[-1].id])[line[-1].id]
    assert [one.source_id for one in above] == [one.id for one in reversed(line[:-1])]
    assert [one.depth for one in above] == [1, 2, 3, 4, 5, 6]
    below = list_descendants(store.session, line[0].item_id, true())
    assert [one.item_id for one in below] == [one.item_id for one in line[1:]]
    assert set(get_versions(store.session, [one.source_id for one in above])) == {one.id for one in line[:-1]}


def test_later_versions_owe_what_they_took_in_and_earlier_ones_do_not(store: ContentStore):
    first = item(store)
    other = remix(store, first, PHUC)
    second = store.update_metadata(
        first.item.uuid, metadata_of(first).__class__(title="Mới", license_id=first.license_id), owner=LAN
    )
    note_sources(
        store.session, second, [other], "adaptation", by=LAN
    )  # two items that learned from each other
    above = list_ancestors(store.session, [first.id, other.id, second.id])
    assert first.id not in above
    assert [one.source_id for one in above[other.id]] == [first.id]
    assert [one.source_id for one in above[second.id]] == [other.id, first.id]
    assert [one.item_id for one in list_descendants(store.session, first.item_id, true())] == [other.item_id]


def test_descendants_are_listed_as_far_as_they_may_be_told_and_drafts_are_not_even_counted(
    store: ContentStore,
):
    version = item(store)
    open_one = remix(store, version, PHUC)
    closed = fork(store, version, EVERYONE | {HOA}, owner=HOA)
    store.publish(closed.item.uuid, audiences=frozenset({"org:far"}))
    fork(store, version, EVERYONE | {HOA}, owner=HOA)
    seen = visible_to(EVERYONE | {LAN})
    assert [one.item_id for one in list_descendants(store.session, version.item_id, seen)] == [
        open_one.item_id
    ]
    assert count_descendants(store.session, version.item_id, seen) == (1, 1)


def test_the_proposed_license_is_always_one_that_is_allowed(store: ContentStore):
    for license_id in LICENSES:
        if not LICENSES[license_id].link_only:
            proposed, allowed = license_for(Version(license_id=license_id))
            assert proposed in allowed, license_id
    assert license_for(Version(license_id="public-domain"))[0] == "CC0-1.0"


LICENSE = st.sampled_from(sorted(name for name, one in LICENSES.items() if not one.link_only))


@given(st.lists(LICENSE, min_size=1, max_size=5), LICENSE)
def test_one_more_source_never_allows_more(licenses: list[str], more: str):
    before = licenses_after([(one, "adaptation") for one in licenses])
    after = licenses_after([(one, "adaptation") for one in [*licenses, more]])
    assert after <= before
    assert after <= (outbound(more, "adaptation") or {more})
