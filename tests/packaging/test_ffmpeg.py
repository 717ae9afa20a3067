import pytest

from build_support import ffmpeg


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """A machine without ffmpeg, where installing it puts it there as told; what was asked for."""
    monkeypatch.setenv("PATH", str(tmp_path))
    names: list[str] = []
    monkeypatch.setattr(ffmpeg, "install_package", names.append)
    return names


def put(path):
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)


def test_what_is_there_is_not_installed_again(asked, tmp_path):
    put(tmp_path / "ffmpeg")
    ffmpeg.main()
    assert asked == []


def test_it_is_installed_where_that_is_allowed(asked, monkeypatch, tmp_path):
    monkeypatch.setattr(ffmpeg, "install_package", lambda name: put(tmp_path / name))
    ffmpeg.main()
    assert (tmp_path / "ffmpeg").exists()


def test_without_any_way_one_sentence_says_what_to_install(asked):
    with pytest.raises(SystemExit, match="ffmpeg is missing: install it"):
        ffmpeg.main()
    assert asked == ["ffmpeg"]
