import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.packaging
ROOT = Path(__file__).resolve().parents[2]


def run(tmp_path: Path, body: str, *options: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "test_it.py").write_text(f"import pytest\n{body}\n")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "build_support.skip_report",
        "-p",
        "no:cacheprovider",
        *options,
    ]
    return subprocess.run(
        [*command, "--rootdir", str(tmp_path), "-c", "/dev/null", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def test_a_run_without_skips_passes_and_says_so_last(tmp_path):
    result = run(tmp_path, "def test_a(): assert True")
    assert result.returncode == 0
    assert result.stdout.rstrip().endswith("skips: 0 (0 without leave)")
    assert "1 passed" in result.stdout.splitlines()[-2]


def test_a_skip_fails_the_run_also_under_xdist(tmp_path):
    result = run(tmp_path, "def test_a(): pytest.skip('no time')\ndef test_b(): pass", "-n", "1")
    assert result.returncode == 1
    assert "skipped without leave: test_it.py::test_a: no time" in result.stdout
    assert result.stdout.rstrip().endswith("skips: 1 (1 without leave)")


def test_a_whole_file_that_skips_itself_fails_the_run(tmp_path):
    assert run(tmp_path, "pytest.importorskip('not_there')\ndef test_b(): pass").returncode != 0


def test_absent_samples_beside_the_checkout_are_forgiven(tmp_path):
    result = run(tmp_path, "def test_a(): pytest.skip('../shared/samples is absent')\ndef test_b(): pass")
    assert result.returncode == 0
    assert result.stdout.rstrip().endswith("skips: 1 (0 without leave)")


def test_an_expected_failure_is_no_skip(tmp_path):
    result = run(tmp_path, "@pytest.mark.xfail\ndef test_a(): assert False")
    assert result.returncode == 0
    assert result.stdout.rstrip().endswith("skips: 0 (0 without leave)")
