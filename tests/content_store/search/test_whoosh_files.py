"""What only an index of files can suffer: damage, other processes, an interrupted swap."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from content_store.search import Query, SearchBusy, SearchIndex, SearchUnavailable, open_index, whoosh_files
from tests.content_store.search.corpus import EVERYONE, SCHOOL, document

EVERYTHING = Query("", EVERYONE)


@pytest.fixture
def filled(whoosh_folder: Path):
    index = open_index(f"whoosh://{whoosh_folder.as_posix()}", name="items")
    index.rebuild(SCHOOL)
    yield index
    index.close()


def generation(folder: Path) -> Path:
    return folder / "items" / (folder / "items" / "CURRENT").read_text()


@pytest.mark.parametrize("damage", [b"", b"\x00" * 64, b"not an index"], ids=["empty", "zeros", "text"])
@pytest.mark.parametrize("suffix", [".seg", ".toc"])
def test_damaged_files_are_told_and_a_rebuild_heals_them(
    filled: SearchIndex, whoosh_folder: Path, suffix: str, damage: bytes
) -> None:
    damaged = [path for path in generation(whoosh_folder).iterdir() if path.suffix == suffix]
    assert damaged
    for path in damaged:
        path.write_bytes(damage)
    fresh = open_index(f"whoosh://{whoosh_folder.as_posix()}", name="items")
    assert "anew" in (fresh.check() or "")
    with pytest.raises(SearchUnavailable, match="anew"):
        fresh.search(EVERYTHING)
    with pytest.raises(SearchUnavailable):
        fresh.put(SCHOOL[:1])
    fresh.rebuild(SCHOOL)
    assert (fresh.check(), fresh.search(EVERYTHING).total) == (None, len(SCHOOL))
    fresh.close()
    gc.collect()  # a file left open would be told here


def test_a_generation_that_vanished_is_told(filled: SearchIndex, whoosh_folder: Path) -> None:
    for path in generation(whoosh_folder).iterdir():
        path.unlink()
    with pytest.raises(SearchUnavailable):
        open_index(f"whoosh://{whoosh_folder.as_posix()}", name="items").search(EVERYTHING)


def test_an_index_of_another_release_answers_and_asks_to_be_built_anew(
    filled: SearchIndex, whoosh_folder: Path
) -> None:
    filled.close()
    current = generation(whoosh_folder)
    current.rename(current.with_name("g-before"))
    (whoosh_folder / "items" / "CURRENT").write_text("g-before")
    assert filled.search(EVERYTHING).total == len(SCHOOL)
    assert "another release" in (filled.check() or "")
    filled.rebuild(SCHOOL)
    assert filled.check() is None
    assert not (whoosh_folder / "items" / "g-before").exists()


def test_a_rebuild_leaves_one_generation(filled: SearchIndex, whoosh_folder: Path) -> None:
    filled.rebuild(SCHOOL[:3])
    assert [path.name for path in (whoosh_folder / "items").glob("g*-*")] == [generation(whoosh_folder).name]
    assert filled.search(EVERYTHING).total == 3


def test_another_process_writes_and_this_reader_notices(filled: SearchIndex, whoosh_folder: Path) -> None:
    assert filled.search(EVERYTHING).total == len(SCHOOL)
    script = (
        "import sys; from content_store.search import open_index;"
        "from tests.content_store.search.corpus import document;"
        "open_index(sys.argv[1], name='items').rebuild([document('x', 'Từ nơi khác')])"
    )
    url = f"whoosh://{whoosh_folder.as_posix()}"
    subprocess.run([sys.executable, "-c", script, url], check=True, cwd=Path(__file__).parents[3])
    assert [hit.uuid for hit in filled.search(EVERYTHING).hits] == ["x"]


def test_only_one_writes_at_a_time(
    filled: SearchIndex, whoosh_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whoosh_files, "_WAIT_S", 0.0)
    with whoosh_files.Generations(whoosh_folder / "items").writing():
        with pytest.raises(SearchBusy):
            filled.put([document("late", "Muộn")])
        assert filled.search(EVERYTHING).total == len(SCHOOL)
    assert filled.put([document("late", "Muộn")]) == 1


def test_an_unknown_engine_or_a_bad_name_is_refused() -> None:
    with pytest.raises(ValueError, match="No search engine"):
        open_index("elastic://here", name="items")
    with pytest.raises(ValueError, match="index name"):
        open_index("whoosh:///tmp", name="../items")


def test_a_question_without_words_is_answered_anew_after_each_change_and_for_each_audience(
    filled: SearchIndex,
) -> None:
    newest = Query("", EVERYONE, facets=("kind",), sort="newest", size=1)
    before = filled.search(newest)
    assert filled.search(newest) is before
    assert filled.search(Query("", frozenset({"nobody"}), facets=("kind",), sort="newest", size=1)).total == 0
    assert len(filled.search(Query("", EVERYONE, facets=("kind",), sort="newest", size=2)).hits) == 2
    filled.put([document("newest", "Mới nhất", updated=4e9)])
    after = filled.search(newest)
    assert (after.hits[0].uuid, after.total) == ("newest", before.total + 1)
    filled.remove([(after.hits[0].kind, "newest")])
    assert filled.search(newest) == before
