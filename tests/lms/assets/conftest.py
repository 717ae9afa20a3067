"""What the tests of the front end share: the built files and a page renderer that needs no database."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jinja2
import pytest
from markupsafe import Markup

from build_support.assets import build_assets
from lms.core.covers import cover_ink, cover_svg, initials
from lms.core.paths import STATIC, TEMPLATES


@pytest.fixture(scope="session")
def built() -> dict[str, Path]:
    """Logical name → built file; builds first when a source changed."""
    build_assets()
    manifest: dict[str, str] = json.loads((STATIC / "manifest.json").read_text())
    return {name: STATIC / file for name, file in manifest.items()}


@pytest.fixture
def render() -> Callable[..., str]:
    """Render a template text that may import every macro, in English."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )

    def one_or_many(one: str, many: str, num: int) -> str:
        return one if num == 1 else many

    environment.install_gettext_callables(str, one_or_many, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(
        asset=lambda name: f"/static/{name}",
        csrf_token=lambda: "token",
        cover_svg=cover_svg,
        cover_ink=cover_ink,
        initials=initials,
    )

    def rendered(source: str, **values: object) -> Markup:
        return Markup(environment.from_string(source).render(**values))

    return rendered
