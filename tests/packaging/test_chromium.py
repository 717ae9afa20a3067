import pytest

from build_support import chromium


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine without any browser."""
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "browsers"))
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def executable(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_a_chosen_browser_wins(bare, monkeypatch):
    executable(bare / "chromium")
    chosen = executable(bare / "mine" / "browser")
    monkeypatch.setenv("CHROMIUM_PATH", chosen)
    assert chromium.find() == chosen


def test_a_browser_on_the_path_is_found(bare):
    assert chromium.find() is None
    path = executable(bare / "google-chrome")
    assert chromium.find() == path


def test_playwrights_newest_browser_is_found(bare):
    executable(bare / "browsers/chromium-1000/chrome-linux/chrome")
    newest = executable(bare / "browsers/chromium-1001/chrome-linux/chrome")
    assert chromium.find() == newest


def test_without_any_way_one_sentence_says_what_to_install(bare, monkeypatch):
    monkeypatch.setattr(chromium, "attempt", lambda *command: None)
    monkeypatch.setattr(chromium, "install_package", lambda name: None)
    with pytest.raises(SystemExit, match="Chromium is missing: install it"):
        chromium.main()


def test_a_chosen_browser_that_is_not_there_is_not_replaced_by_another(bare, monkeypatch):
    executable(bare / "chromium")
    monkeypatch.setenv("CHROMIUM_PATH", str(bare / "nowhere"))
    with pytest.raises(SystemExit, match="CHROMIUM_PATH"):
        chromium.main()
