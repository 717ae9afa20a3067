"""Which tests run in one process, because they share what is dear to make, and which begin first.

The groups are told by address: the controlling process of xdist knows no more of a test. (Its own mark
`xdist_group` is not heard by pytest 9.2: what a group shares was made in both processes.)
"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling

BROWSER = "tests/browser/"
# Each test of these makes a site of its own.
ALONE = ("test_story.py", "test_library_story.py", "test_rights_story.py", "test_together_story.py")
# These have one site for the file; all other browser tests visit the small school.
OWN_SITE = ("test_direct_upload.py", "test_second_factor.py")
GROUPS = {
    "tests/lms/demo/": "demo",
    "tests/lms/demo_content/": "demo",
    "tests/packaging/test_wheel.py": "wheel",
    "tests/stories/": "two-nodes",
    "tests/content_store/fuzz/test_crafted.py": "crafted",
}
# Each holds tests of half a minute and more.
LONG = ("tests/content_store/fuzz/", "tests/faults/", "tests/security/test_forms.py", *GROUPS)
LAST = 3


def group_of(nodeid: str) -> str:
    """Return the name of what a test shares with others; its own address when nothing."""
    path = nodeid.partition("::")[0]
    if path.startswith(BROWSER):
        name = path.removeprefix(BROWSER)
        return nodeid if name in ALONE else path if name in OWN_SITE else "small-school"
    group = next((group for start, group in GROUPS.items() if path.startswith(start)), nodeid)
    return f"{group}-postgres" if group == "demo" and "[postgres" in nodeid else group


def turn_of(item: pytest.Item) -> tuple[int, int]:
    """Return where a test stands in the order.

    By its engines first, since to change them costs a site; then what is long, so that nobody waits for it at the end.
    The stories with a browser come after the small school, which is walked meanwhile: two browsers are slow together.
    """
    params = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    engines = {"embedded": 1, "postgres": 2}.get(str(params.get("engine_set")), 0)
    if item.nodeid.startswith(BROWSER):
        return engines, 0 if group_of(item.nodeid) == "small-school" else 2
    return engines, 1 if item.nodeid.startswith(LONG) else LAST


class Sharing(LoadScopeScheduling):
    """Gives a process a whole group, or a single test, in the order of the tests."""

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)
