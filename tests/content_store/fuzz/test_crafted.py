"""Files built to do harm: each ends as it must, and what is accepted is harmless where it is served."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from content_store.blobs import open_blobs
from content_store.formats import inspect
from content_store.http.files import create_file_app
from content_store.links import LinkSigner, served_disposition
from tests.content_store.fuzz.crafted import Crafted, crafted
from tests.content_store.fuzz.invariants import faults
from tests.content_store.fuzz.trial import LIMITS, Outcome, read_all

_SIGNER = LinkSigner("secret")


@pytest.fixture(scope="module")
def built() -> list[tuple[Crafted, Outcome]]:
    rows = crafted()
    trial = read_all(((name, data) for _, name, data, _ in rows), replace(LIMITS, cpu_s=30))
    return list(zip(rows, trial.outcomes, strict=True))


def test_each_ends_as_it_must(built: list[tuple[Crafted, Outcome]]) -> None:
    ends = {row[0]: (outcome.code, outcome.unforeseen) for row, outcome in built if outcome.code != row[3]}
    assert ends == {}
    assert {row[0]: found for row, outcome in built if (found := faults(outcome))} == {}


def test_those_with_programs_inside_say_so(built: list[tuple[Crafted, Outcome]]) -> None:
    said = {row[0]: outcome.seen.warnings for row, outcome in built if outcome.seen and "macros" in row[0]}
    assert len(said) == 5
    assert all("programs-inside" in warnings for warnings in said.values()), said


def test_no_word_of_an_outside_file_is_read(built: list[tuple[Crafted, Outcome]]) -> None:
    for row, outcome in built:
        if outcome.seen:
            assert "root:" not in outcome.seen.text + (outcome.seen.reading_html or ""), row[0]


@pytest.mark.anyio
async def test_they_are_served_as_they_were_sent_and_cannot_run(
    built: list[tuple[Crafted, Outcome]], tmp_path: Path
) -> None:
    app = create_file_app(f"file://{tmp_path}", "secret", base_url="https://hoc.example.vn")
    blobs = open_blobs(f"file://{tmp_path}")
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://files.test")
    for (_, name, data, _), outcome in built:
        if outcome.seen is None or len(data) > 1 << 20:
            continue
        media_type = outcome.seen.media_type
        ref = blobs.put(io.BytesIO(data))
        answer = await client.get(_SIGNER.link(ref.sha256, filename=name, media_type=media_type))
        assert answer.content == data
        assert answer.headers["content-type"].partition(";")[0] == media_type
        assert answer.headers["x-content-type-options"] == "nosniff"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "sandbox" in policy or media_type == "application/pdf"
        assert "set-cookie" not in answer.headers
        opens = answer.headers["content-disposition"].startswith("inline")
        assert opens == (served_disposition(media_type, "inline", sandboxed=True) == "inline")
        assert not (opens and media_type in {"text/html", "application/xhtml+xml", "text/javascript"})


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def test_the_parent_lives_on_whatever_ends_a_child(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1,2\n")
    cramped = replace(LIMITS, output_bytes=1)
    assert [outcome.code for outcome in read_all([("a.csv", b"a,b\n")] * 2, cramped).outcomes] == [
        "corrupt"
    ] * 2
    assert inspect(path, "a.csv").format == "csv"
