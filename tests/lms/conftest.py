"""What the tests of the demo and of its content share."""

from __future__ import annotations

import pytest

from lms.demo.content.library import generate_items
from lms.demo.shelves import Made


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The files of the demo library: drawing and writing them takes some seconds."""
    folder = tmp_path_factory.mktemp("demo-files")
    return folder, generate_items(folder)
