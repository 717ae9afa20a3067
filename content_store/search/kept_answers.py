"""Answers that are given again as long as an index stays as it is: first pages of questions without words.

Such a question counts every document there is, and everybody who opens the library asks it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from content_store.search.port import Query, Results
from content_store.search.terms import audience_tokens, facet_filters

_MOST = 64


def question(query: Query) -> Hashable:
    """All that an answer to a first page depends on, beside the words and the state of the index."""
    filters = tuple(sorted(facet_filters(query).items()))
    return tuple(audience_tokens(query)), filters, query.facets, query.sort, query.size


class KeptAnswers:
    """The answers asked for last."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, Results] = OrderedDict()

    def answer(self, asked: Hashable, reckon: Callable[[], Results]) -> Results:
        """Return the answer kept under what was asked, or reckon and keep it."""
        with self._lock:
            found = self._answers.pop(asked, None)
        found = found or reckon()
        with self._lock:
            self._answers[asked] = found
            if len(self._answers) > _MOST:
                self._answers.popitem(last=False)
        return found
