"""The built front end: light enough for a phone on 3G, complete, and with nothing that the content policy forbids."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from build_support.assets import ASSETS, digest_of
from lms.core.paths import TEMPLATES

pytestmark = pytest.mark.slow

KB = 1024
LETTERS = "ăâđêôơưĂÂĐÊÔƠƯ" + "".join(map(chr, range(0x1EA0, 0x1EFA)))
ICON = re.compile(r"""icon\(\s*["']([a-z0-9-]+)["']""")


def packed(built: dict[str, Path], name: str) -> int:
    file = built[name]
    return file.with_name(f"{file.name}.gz").stat().st_size


def test_style_of_every_page_but_the_editor_fits_in_25_kb(built: dict[str, Path]) -> None:
    assert packed(built, "app.css") + packed(built, "player.css") < 25 * KB


def test_script_of_a_learner_page_fits_in_30_kb(built: dict[str, Path]) -> None:
    assert packed(built, "app.js") + packed(built, "player.js") < 30 * KB


def test_both_weights_of_the_face_fit_in_40_kb(built: dict[str, Path]) -> None:
    assert sum(file.stat().st_size for name, file in built.items() if name.endswith(".woff2")) < 40 * KB


@pytest.mark.parametrize("weight", [400, 600])
def test_the_face_has_every_vietnamese_letter(built: dict[str, Path], weight: int) -> None:
    signs = TTFont(built[f"be-vietnam-pro-{weight}.woff2"]).getBestCmap()
    assert not [letter for letter in LETTERS if ord(letter) not in signs]


def test_every_icon_that_templates_name_is_in_the_sprite(built: dict[str, Path]) -> None:
    sprite = built["icons.svg"].read_text()
    named = {name for page in TEMPLATES.rglob("*.html") for name in ICON.findall(page.read_text())}
    assert named
    assert not sorted(name for name in named if f'id="{name}"' not in sprite)


def test_file_names_carry_the_hash_of_their_bytes(built: dict[str, Path]) -> None:
    for name, file in built.items():
        assert re.fullmatch(rf"{re.escape(Path(name).stem)}\.[0-9a-f]{{10}}{Path(name).suffix}", file.name)


def test_style_asks_for_nothing_outside_our_own_files(built: dict[str, Path]) -> None:
    for name, file in built.items():
        if name.endswith(".css"):
            assert not re.findall(r"https?://[^)\"']+", file.read_text()), name


def test_the_lock_file_names_exact_versions_and_no_host() -> None:
    wanted = json.loads((ASSETS / "package.json").read_text())
    assert all(
        version[0].isdigit()
        for kind in ("dependencies", "devDependencies")
        for version in wanted[kind].values()
    )
    assert "://" not in "".join(
        line for line in (ASSETS / "package-lock.json").read_text().splitlines() if '"resolved"' in line
    )


def test_colors_are_written_only_in_the_tokens() -> None:
    for style in (ASSETS / "css").glob("*.css"):
        if style.name == "tokens.css":
            continue
        text = re.sub(r"@media print \{.*?\}\s*\}|/\*.*?\*/", "", style.read_text(), flags=re.DOTALL)
        found = set(re.findall(r"(?<![\w-])#[0-9a-fA-F]{3,8}\b", text)) - {"#fff", "#000"}
        assert not found, style.name


def test_templates_have_no_inline_style_and_no_handlers() -> None:
    for page in TEMPLATES.rglob("*.html"):
        assert not re.findall(r"<[a-z][^>]*\s(?:style|on[a-z]+)=", page.read_text()), page.name


def test_a_changed_source_changes_the_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("build_support.assets.ROOT", tmp_path)
    source = tmp_path / "a.css"
    source.write_text("a { }")
    before = digest_of(source)
    source.write_text("a { color: red }")
    assert digest_of(source) != before
