"""What only an index of Tantivy's files can suffer: damage, a missing extra, other processes, a kill while writing."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from content_store.search import Query, SearchBusy, SearchIndex, SearchUnavailable, open_index, whoosh_files
from tests.content_store.search.corpus import EVERYONE, SCHOOL, document

EVERYTHING = Query("", EVERYONE)
ROOT = Path(__file__).parents[3]
WRITE = (
    "import sys; from content_store.search import open_index;"
    "from tests.content_store.search.corpus import document;"
    "index = open_index(sys.argv[1], name='items');"
)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"tantivy://{tmp_path.as_posix()}"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "items.tantivy"


@pytest.fixture
def filled(url: str) -> Iterator[SearchIndex]:
    index = open_index(url, name="items")
    index.rebuild(SCHOOL)
    yield index
    index.close()


def generation(home: Path) -> Path:
    return home / (home / "CURRENT").read_text()


def process(url: str, script: str) -> subprocess.Popen[str]:
    line = [sys.executable, "-c", WRITE + script, url]
    return subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("damage", [b"", b"\x00" * 64, b"not an index"], ids=["empty", "zeros", "text"])
@pytest.mark.parametrize("suffix", [".json", ".term", ".idx", ".fast", ".store"])
def test_damaged_files_are_told_and_a_rebuild_heals_them(
    filled: SearchIndex, url: str, home: Path, suffix: str, damage: bytes
) -> None:
    damaged = [path for path in generation(home).iterdir() if path.suffix == suffix]
    assert damaged
    for path in damaged:
        path.write_bytes(damage)
    fresh = open_index(url, name="items")
    assert "anew" in (fresh.check() or "")
    with pytest.raises(SearchUnavailable, match="anew"):
        fresh.search(Query("toán", EVERYONE, facets=("subject",)))
    fresh.rebuild(SCHOOL)
    assert (fresh.check(), fresh.search(EVERYTHING).total) == (None, len(SCHOOL))
    fresh.close()


def test_an_index_that_cannot_be_opened_takes_no_writing(filled: SearchIndex, url: str, home: Path) -> None:
    (generation(home) / "meta.json").write_bytes(b"{}")
    with pytest.raises(SearchUnavailable):
        open_index(url, name="items").put(SCHOOL[:1])


@pytest.mark.parametrize("suffix", [".term", ".idx", ".fast", ".store"])
def test_one_byte_that_changed_on_the_disk_is_told(filled: SearchIndex, home: Path, suffix: str) -> None:
    path = next(path for path in generation(home).iterdir() if path.suffix == suffix)
    written = bytearray(path.read_bytes())
    written[len(written) // 4] ^= 0x40
    path.write_bytes(bytes(written))
    assert "anew" in (filled.check() or "")


def test_a_generation_that_vanished_is_told(filled: SearchIndex, url: str, home: Path) -> None:
    for path in generation(home).iterdir():
        path.unlink()
    with pytest.raises(SearchUnavailable):
        open_index(url, name="items").search(EVERYTHING)


def test_an_index_of_another_release_answers_and_asks_to_be_built_anew(
    filled: SearchIndex, home: Path
) -> None:
    filled.close()
    generation(home).rename(home / "g-before")
    (home / "CURRENT").write_text("g-before")
    assert filled.search(EVERYTHING).total == len(SCHOOL)
    assert "another release" in (filled.check() or "")
    filled.rebuild(SCHOOL)
    assert filled.check() is None
    assert not (home / "g-before").exists()


def test_another_process_writes_and_this_reader_notices(filled: SearchIndex, url: str) -> None:
    assert filled.search(EVERYTHING).total == len(SCHOOL)
    with process(url, "index.put([document('x', 'Từ nơi khác', updated=9e9)])") as writer:
        assert writer.wait() == 0
    assert filled.search(EVERYTHING).hits[0].uuid == "x"
    with process(url, "index.rebuild([document('y', 'Lại từ nơi khác')])") as writer:
        assert writer.wait() == 0
    assert [hit.uuid for hit in filled.search(EVERYTHING).hits] == ["y"]


def test_a_writer_that_is_killed_leaves_the_index_as_it_was(
    filled: SearchIndex, url: str, home: Path
) -> None:
    script = (
        "told = (print('writing', flush=True) or one for one in [document('first', 'Một')]);"
        "import itertools;"
        "index.rebuild(document(str(n), 'Mãi', 'mãi ' * 50) if n else next(told) for n in itertools.count())"
    )
    with process(url, script) as writer:
        assert writer.stdout is not None and writer.stdout.readline() == "writing\n"
        writer.send_signal(signal.SIGKILL)
    assert filled.search(EVERYTHING).total == len(SCHOOL)
    assert filled.put([document("late", "Muộn", updated=9e9)]) == 1
    assert (filled.check(), filled.search(EVERYTHING).hits[0].uuid) == (None, "late")
    filled.rebuild(SCHOOL)
    assert [path.name for path in home.glob("g*-*")] == [generation(home).name]


def test_searches_go_on_while_the_index_is_built_anew(filled: SearchIndex, url: str) -> None:
    other, is_building, may_end = open_index(url, name="items"), threading.Event(), threading.Event()

    def slowly() -> Iterator[object]:
        yield document("new", "Mới")
        is_building.set()
        assert may_end.wait(30)

    building = threading.Thread(target=lambda: other.rebuild(slowly()))  # type: ignore[arg-type]
    building.start()
    assert is_building.wait(30)
    assert filled.search(EVERYTHING).total == len(SCHOOL)
    may_end.set()
    building.join()
    assert [hit.uuid for hit in filled.search(EVERYTHING).hits] == ["new"]


def test_many_threads_search_while_one_writes(filled: SearchIndex) -> None:
    wrong: list[object] = []

    def ask() -> None:
        for _ in range(40):
            total = filled.search(Query("toán học", EVERYONE, facets=("subject",))).total
            wrong.extend([total] if total < 3 else [])

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    for number in range(8):
        filled.put([document(f"n{number}", "Toán học mới")])
    for asker in askers:
        asker.join()
    assert wrong == []
    assert filled.search(Query("toán học", EVERYONE)).total == 4 + 8


def test_only_one_writes_at_a_time(filled: SearchIndex, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whoosh_files, "_WAIT_S", 0.0)
    with whoosh_files.Generations(home).writing():
        with pytest.raises(SearchBusy):
            filled.put([document("late", "Muộn")])
        assert filled.search(EVERYTHING).total == len(SCHOOL)
    assert filled.put([document("late", "Muộn")]) == 1


def test_engines_in_one_folder_do_not_meet(filled: SearchIndex, tmp_path: Path) -> None:
    whoosh = open_index(f"whoosh://{tmp_path.as_posix()}", name="items")
    assert whoosh.count() == 0
    whoosh.rebuild(SCHOOL[:1])
    assert (whoosh.count(), filled.count()) == (1, len(SCHOOL))
    whoosh.close()


def test_where_the_extra_is_missing_the_url_is_refused_with_what_to_install(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tantivy", None)
    with pytest.raises(ValueError, match="pip install tantivy"):
        open_index(url, name="items")


def test_a_release_that_is_too_old_is_refused_too(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tantivy", SimpleNamespace(Searcher=object))
    with pytest.raises(ValueError, match="--upgrade tantivy"):
        open_index(url, name="items")


def test_without_the_extra_asked_for_it_is_not_loaded() -> None:
    script = "import sys, content_store.search; sys.exit('tantivy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT).returncode == 0


def test_a_question_without_words_is_kept_as_long_as_the_index_stays(filled: SearchIndex) -> None:
    newest = Query("", EVERYONE, facets=("kind",), sort="newest", size=1)
    before = filled.search(newest)
    assert filled.search(newest) is before
    filled.put([document("newest", "Mới nhất", updated=4e9)])
    assert (filled.search(newest).hits[0].uuid, filled.search(newest).total) == ("newest", before.total + 1)


@pytest.mark.parametrize("text", ["toán", "toan hoc", "bai"])
def test_more_that_ties_than_is_read_at_once_is_in_the_order_of_the_others(
    url: str, tmp_path: Path, text: str
) -> None:
    documents = [
        document(
            f"u{number:04}", f"Bài {number % 3}", "toán học " * (number % 2 + 1), updated=float(number % 50)
        )
        for number in range(700)
    ]
    found = []
    for one in (url, f"whoosh://{tmp_path.as_posix()}"):
        index = open_index(one, name="ties")
        index.rebuild(documents)
        first = index.search(Query(text, EVERYONE, size=30))
        second = index.search(Query(text, EVERYONE, size=400, after=first.next))
        found.append([hit.uuid for hit in (*first.hits, *second.hits)])
        index.close()
    assert found[0] == found[1]
    assert len(found[0]) == 430
