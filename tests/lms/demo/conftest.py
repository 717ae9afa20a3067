"""The demo, built once for each set of engines: broken off five times on the way, then completed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from lms.core.db import db
from lms.demo.build import build_demo
from lms.demo.shelves import Made

BREAKS = ("people", "item 48", "lesson ap-suat-chat-long", "learner nam 0", "together shelf")


class PulledPlug(Exception):
    """The power went."""


@pytest.fixture(scope="module")
def demo(site: Flask, make_bare: Callable[[Flask], None], made: Made) -> Iterator[Flask]:
    """The site with the demo in it, the application context open."""
    make_bare(site)
    with site.app_context():
        for step in BREAKS:
            with pytest.raises(PulledPlug):
                build_demo(_pull_plug_at(step), made)
        assert build_demo(lambda _step: None, made)
        yield site
        db.session.remove()


def _pull_plug_at(step: str) -> Callable[[str], None]:
    def say(told: str) -> None:
        if told == step:
            raise PulledPlug

    return say
