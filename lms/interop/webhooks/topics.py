"""What an address can be told of."""

from __future__ import annotations

from lms.core.i18n import LazyText, _l

PUBLISHED, UPDATED, RECALLED, LIFTED, SETTLED = (
    "item.published",
    "item.updated",
    "item.recalled",
    "item.recall_lifted",
    "review.settled",
)
TOPICS: dict[str, LazyText] = {
    PUBLISHED: _l("A material is published"),
    UPDATED: _l("A material has a new version"),
    RECALLED: _l("A version is recalled"),
    LIFTED: _l("A recall is lifted"),
    SETTLED: _l("A review is settled"),
}
