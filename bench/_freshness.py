"""`python -m bench._freshness`: publish items in an installation that is served, and print how long each took to be found.

Found means: a stranger's search page shows it. Prints JSON.
"""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from urllib.parse import urlencode

from sqlalchemy import select

from bench import _corpus as corpus
from lms.app import create_app_from_env
from lms.core.db import db
from lms.people.models import User
from lms.people.queries import build_actor
from tests.factories.library import make_item

ITEMS = 5
PATIENCE_S = 60.0
LOOK_EVERY_S = 0.05


def main(base_url: str) -> None:
    """Publish one after the other, so that each has to wake the worker."""
    app = create_app_from_env()
    waited = []
    with app.app_context():
        user = db.session.scalars(select(User).where(User.login == corpus.CONTRIBUTOR)).one()
        contributor = build_actor(user)
        for number in range(ITEMS):
            word = f"tươi{number}mới"
            version = make_item(contributor, f"Chuyện kể {word}", "Một bài đọc mới.")
            waited.append(seconds_until_found(base_url, word, str(version.item.uuid)))
    print(json.dumps(waited))


def seconds_until_found(base_url: str, word: str, item: str) -> float:
    """Ask the search page for the word until it links to the item."""
    published = time.monotonic()
    address = f"{base_url}/library?{urlencode({'q': word})}"
    while time.monotonic() - published < PATIENCE_S:
        with urllib.request.urlopen(address, timeout=PATIENCE_S) as answer:
            if item in answer.read().decode():
                return time.monotonic() - published
        time.sleep(LOOK_EVERY_S)
    raise RuntimeError(f"{item} was not found within {PATIENCE_S:.0f} s.")


if __name__ == "__main__":
    main(*sys.argv[1:2])
