"""Hatch hook: a wheel carries built assets, compiled translations, templates and migrations inside `lms`.

So `pip install benhoc` alone gives a working site. An editable install needs none of it: a checkout has these
folders at its top, and `make` builds what is built.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STEPS = (("build_support.translations", "compile"), ("build_support.assets",))
CARRIED = ("templates", "migrations")


class CustomBuildHook(BuildHookInterface[Any]):
    """Runs the two build steps in a child, then maps the top-level folders into the package."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Prepare the tree before hatchling packs it."""
        if version == "editable":
            return
        for step in STEPS:
            subprocess.run([sys.executable, "-m", *step], cwd=self.root, check=True)
        for folder in CARRIED:
            if (Path(self.root) / folder).is_dir():
                build_data["force_include"][folder] = f"lms/{folder}"
