"""Whatever the rights decide, the site has a sentence for it in both languages."""

from __future__ import annotations

from itertools import product

from flask import Flask

from content_store.errors import NotPermitted
from content_store.models import STATES
from content_store.rights import ACTIONS, LICENSES, Relation, may
from lms.core.i18n import speaking
from lms.library.queries import verdict_words
from lms.library.refusal_words import words_of


def test_every_verdict_is_said_in_both_languages(act: Flask) -> None:
    ties = [
        Relation(state, is_owner=owner, in_audience=audience, in_sector=sector)
        for state, owner, audience, sector in product(STATES, *[(False, True)] * 3)
    ]
    verdicts = {
        may(relation, action, license)
        for relation, action, license in product(ties, ACTIONS, LICENSES.values())
    }
    assert {"allowed", "owner", "retired", "no-download", "no-adapt"} <= {one.code for one in verdicts}
    for verdict in verdicts:
        said = []
        for language in ("vi", "en"):
            with speaking(language):
                said.append(verdict_words(verdict))
        assert said[0] != said[1] and all(words.endswith(".") for words in said), verdict


def test_a_refusal_of_the_store_is_said_in_the_words_of_its_verdict(act: Flask) -> None:
    from_store = may(Relation(in_audience=True), "download", LICENSES["all-rights-reserved"])
    error = NotPermitted(from_store.sentence, code=from_store.code)
    with speaking("en"):
        assert words_of(error) == verdict_words(from_store)
