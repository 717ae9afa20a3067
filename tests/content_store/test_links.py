"""Signed links: what they allow, and that nothing about them can be changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from content_store import clock
from content_store.errors import LinkExpired
from content_store.links import LONGEST_S, LinkSigner, content_disposition, served_disposition

SHA = "ab" * 32
SIGNER = LinkSigner("secret", "https://files.example.org/")


def parts(link: str) -> tuple[str, str]:
    token, filename = link.rsplit("/", 2)[1:]
    return token, filename


def make(**changes: object) -> str:
    values = {"filename": "bai.pdf", "media_type": "application/pdf", "expires_s": 600, **changes}
    return SIGNER.link(SHA, **values)  # type: ignore[arg-type]


def test_a_link_reads_back_what_it_was_made_for():
    grant = SIGNER.read(*parts(make(disposition="attachment")))
    assert (grant.sha256, grant.media_type, grant.disposition) == (SHA, "application/pdf", "attachment")


def test_a_link_stays_the_same_for_some_minutes_so_that_caches_work():
    with time_machine.travel("2026-09-01T08:00:00Z", tick=False) as traveller:
        first = make()
        traveller.shift(timedelta(minutes=2))
        assert make() == first


@pytest.mark.parametrize("asked", [1, 60, 600, LONGEST_S, 10**6])
def test_a_link_never_holds_longer_than_a_quarter_of_an_hour(asked: int):
    grant = SIGNER.read(*parts(make(expires_s=asked)))
    assert grant.expires - clock.now().timestamp() <= min(max(asked, 2), LONGEST_S)


def test_a_link_is_refused_once_it_is_over():
    with time_machine.travel("2026-09-01T08:00:00Z", tick=False) as traveller:
        link = make()
        traveller.shift(timedelta(minutes=11))
        with pytest.raises(LinkExpired) as caught:
            SIGNER.read(*parts(link))
    assert caught.value.code == "link-expired"


def test_a_link_does_not_open_another_file_or_name():
    token, _ = parts(make())
    with pytest.raises(LinkExpired):
        SIGNER.read(token, "bai.html")


def test_no_single_character_of_a_token_can_be_changed():
    token, filename = parts(make())
    for place in range(len(token) - 1):
        altered = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(LinkExpired):
            SIGNER.read(altered, filename)


@pytest.mark.parametrize("token", ["", "x", "....", "đ", "A" * 500])
def test_nonsense_is_refused_and_not_an_error(token: str):
    with pytest.raises(LinkExpired):
        SIGNER.read(token, "bai.pdf")


def test_another_secret_does_not_open_it():
    with pytest.raises(LinkExpired):
        LinkSigner("other").read(*parts(make()))


@pytest.mark.parametrize(
    "media_type", ["text/html", "application/xhtml+xml", "text/javascript", "x/unknown", ""]
)
def test_types_that_could_run_are_downloads(media_type: str):
    assert served_disposition(media_type, "inline", sandboxed=True) == "attachment"


@pytest.mark.parametrize(
    "media_type", ["application/pdf", "image/png", "video/mp4", "text/vtt; charset=utf-8"]
)
def test_types_that_cannot_run_open_in_place(media_type: str):
    assert served_disposition(media_type, "inline", sandboxed=False) == "inline"


def test_svg_opens_in_place_only_where_it_is_sandboxed():
    assert served_disposition("image/svg+xml", "inline", sandboxed=True) == "inline"
    assert served_disposition("image/svg+xml", "inline", sandboxed=False) == "attachment"


def test_the_disposition_keeps_vietnamese_and_cannot_be_broken_out_of():
    header = content_disposition("attachment", 'Đề\r\nSet-Cookie: a="b".pdf')
    assert "\n" not in header
    assert "\r" not in header
    assert header.count('"') == 2
    assert header.isascii()
    assert "%C4%90%E1%BB%81" in header
