"""Licenses, verdicts and their words."""

from __future__ import annotations

import pytest

from content_store import rights
from content_store.errors import StoreError
from content_store.rights import ACTIONS, LICENSES, Action, Relation, get_license, may, plain_words


def judge(license_id: str, action: Action, **ties: object) -> str:
    relation = Relation(**{"in_audience": True, **ties})  # type: ignore[arg-type]
    return may(relation, action, get_license(license_id)).code


def test_every_license_of_the_deployment_is_there():
    assert {"CC0-1.0", "GFDL-1.3", "public-domain", "all-rights-reserved", "sector-only", "link-only"} <= set(
        LICENSES
    )
    family = ["BY", "BY-SA", "BY-NC", "BY-NC-SA", "BY-ND", "BY-NC-ND"]
    assert {f"CC-{code}-{version}" for code in family for version in ("3.0", "4.0")} <= set(LICENSES)


@pytest.mark.parametrize("license_id", LICENSES)
def test_every_license_is_explained_in_both_languages(license_id: str):
    vi, en = plain_words(license_id, "vi"), plain_words(license_id, "en")
    assert vi.may
    assert (len(vi.may), len(vi.must), len(vi.must_not)) == (len(en.may), len(en.must), len(en.must_not))
    assert not set(vi.may + vi.must + vi.must_not) & set(en.may + en.must + en.must_not)


@pytest.mark.parametrize("action", ACTIONS)
def test_an_open_license_allows_everything_to_its_audience(action: Action):
    assert judge("CC-BY-4.0", action) == "allowed"
    assert judge("CC-BY-4.0", action, in_audience=False) == "not-visible"


@pytest.mark.parametrize("license_id", LICENSES)
@pytest.mark.parametrize("action", ACTIONS)
def test_nearness_never_takes_away_and_a_stranger_may_nothing(license_id: str, action: Action):
    far = judge(license_id, action, in_audience=False)
    assert far == "not-visible"
    near = [judge(license_id, action, **ties) for ties in ({}, {"in_sector": True}, {"is_owner": True})]
    allowed = [code in {"allowed", "owner"} for code in near]
    assert allowed == sorted(allowed)


@pytest.mark.parametrize("license_id", ["CC0-1.0", "CC-BY-4.0", "public-domain"])
def test_a_file_with_the_right_answers_is_looked_at_and_not_kept(license_id: str):
    assert judge(license_id, "download", holds_answers=True) == "holds-answers"
    assert judge(license_id, "download", holds_answers=True, is_owner=True) == "owner"
    assert judge(license_id, "download", holds_answers=True, in_audience=False) == "not-visible"
    assert judge(license_id, "view", holds_answers=True) == "allowed"


def test_every_license_with_a_version_says_where_its_text_stands():
    for license in LICENSES.values():
        assert bool(license.url) == bool(license.version), license.id
    assert get_license("CC-BY-NC-SA-3.0").family == "CC-BY-NC-SA"
    assert get_license("sector-only").family == "sector-only"


def test_no_derivatives_forbids_changes_and_nothing_else():
    assert judge("CC-BY-ND-4.0", "adapt") == "no-adapt"
    assert judge("CC-BY-ND-4.0", "redistribute") == "allowed"


def test_reserved_rights_allow_reading_and_embedding_here_only():
    assert judge("all-rights-reserved", "view") == judge("all-rights-reserved", "embed") == "allowed"
    assert judge("all-rights-reserved", "download") == "no-download"
    assert judge("all-rights-reserved", "redistribute") == "no-redistribute"


def test_sector_only_needs_someone_of_the_sector():
    assert judge("sector-only", "view") == "sector-only"
    assert judge("sector-only", "view", in_sector=True) == "allowed"
    assert judge("sector-only", "redistribute", in_sector=True) == "no-redistribute"


def test_a_linked_work_is_never_ours_to_show_even_for_its_owner():
    assert judge("link-only", "embed", is_owner=True) == "link-only"


def test_a_draft_is_its_owners_alone():
    assert judge("CC-BY-4.0", "view", state="draft") == "not-visible"
    assert judge("CC-BY-4.0", "view", state="draft", is_owner=True) == "owner"


def test_a_retired_item_stays_readable_where_it_is_used_and_is_not_embedded_anew():
    assert judge("CC-BY-4.0", "view", state="retired") == "allowed"
    assert judge("CC-BY-4.0", "embed", state="retired") == "retired"


def test_an_attribution_names_title_author_license_and_source():
    line = rights.attribution(
        title="Phân số",
        authors=["Lan", "Hùng"],
        rights_holder="Trường A",
        license=get_license("CC-BY-SA-4.0"),
        source_url="https://example.org/1",
        language="vi",
    )
    expected = (
        "“Phân số” · Tác giả: Lan, Hùng · © Trường A · Giấy phép: CC BY-SA 4.0 "
        "(https://creativecommons.org/licenses/by-sa/4.0/) · Nguồn: https://example.org/1"
    )
    assert line == expected


def test_an_unknown_license_is_refused():
    with pytest.raises(StoreError, match="Choose one"):
        get_license("WTF")
