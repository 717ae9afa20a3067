from build_support import environment


def machine_says(monkeypatch, tmp_path, text: str) -> None:
    for name in ("PIP_FIND_LINKS", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CERT", "UV_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    (tmp_path / "pip.conf").write_text(text)


def test_uv_is_told_what_pip_knows_of_this_machine(monkeypatch, tmp_path):
    for name in ("UV_DEFAULT_INDEX", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    machine_says(
        monkeypatch,
        tmp_path,
        "[global]\nindex-url = https://mirror.example/a\nfind-links =\n    /wheels\n    /more\ncert = /ca.pem\n",
    )
    env = environment.uv_environment()
    assert env["UV_DEFAULT_INDEX"] == "https://mirror.example/a"
    assert env["UV_FIND_LINKS"] == "/wheels,/more"
    assert env["SSL_CERT_FILE"] == "/ca.pem"


def test_the_environment_wins_over_pips_files_and_uvs_own_settings_over_both(monkeypatch, tmp_path):
    machine_says(
        monkeypatch, tmp_path, "[global]\nindex-url = https://mirror.example/a\nfind-links = /wheels\n"
    )
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/b")
    monkeypatch.setenv("UV_FIND_LINKS", "/own")
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    env = environment.uv_environment()
    assert (env["UV_DEFAULT_INDEX"], env["UV_FIND_LINKS"]) == ("https://mirror.example/b", "/own")


def test_a_step_is_done_again_when_its_source_changes(monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "VENV", tmp_path)
    lock = tmp_path / "lock.txt"
    lock.write_text("a==1")
    environment.note_done("lock", environment.digest(lock))
    assert environment.is_fresh("lock", environment.digest(lock))
    lock.write_text("a==2")
    assert not environment.is_fresh("lock", environment.digest(lock))


def test_locks_carry_hashes_and_no_host():
    for lock in sorted((environment.ROOT / "requirements").glob("*.txt")):
        text = lock.read_text()
        assert "--hash=sha256:" in text, lock
        assert "://" not in text, lock
        pinned = [line for line in text.splitlines() if line and line[0].isalpha()]
        assert all(line.endswith("\\") for line in pinned), lock


def test_the_tests_run_on_the_versions_that_the_site_runs_on():
    versions = {
        name: {
            line
            for line in (environment.ROOT / "requirements" / name).read_text().splitlines()
            if "==" in line
        }
        for name in ("run.txt", "test.txt")
    }
    assert versions["run.txt"] <= versions["test.txt"]
