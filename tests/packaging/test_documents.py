from dataclasses import fields
from pathlib import Path

from lms.core.config import Settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "configuration.md"


def row(name: str, default: object, text: str) -> str:
    shown = (
        {True: "yes", False: "no", "": ""}.get(default, default)
        if isinstance(default, bool | str)
        else default
    )
    return f"| `{name.upper()}` | {f'`{shown}`' if shown != '' else 'see text'} | {text} |"


def test_every_setting_is_described_with_its_default_and_nothing_else_is():
    wanted = [row(item.name, item.default, item.metadata["doc"]) for item in fields(Settings)]
    written = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert written == wanted
