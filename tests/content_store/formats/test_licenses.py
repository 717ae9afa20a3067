"""Sentences about rights, and the license each names."""

from __future__ import annotations

import pytest

from content_store.formats.licenses import recognize_license


@pytest.mark.parametrize(
    ("rights", "license_id"),
    [
        ("https://creativecommons.org/licenses/by-nc-sa/4.0/deed.vi", "CC-BY-NC-SA-4.0"),
        ("CC BY 4.0", "CC-BY-4.0"),
        ("CC-BY-SA-3.0", "CC-BY-SA-3.0"),
        ("Creative Commons Attribution-ShareAlike 4.0 International", "CC-BY-SA-4.0"),
        ("CC0", "CC0-1.0"),
        ("GNU Free Documentation License, Version 1.3", "GFDL-1.3"),
        ("Public domain in the USA.", "public-domain"),
        ("© 2020 NXB. All rights reserved", "all-rights-reserved"),
        ("CC BY", None),
        ("CC BY 9.9", None),
        ("Xin phép thầy cô trước khi dùng", None),
        ("", None),
        (None, None),
    ],
)
def test_a_license_is_recognized_only_when_it_is_certain(rights: str | None, license_id: str | None) -> None:
    assert recognize_license(rights) == license_id
