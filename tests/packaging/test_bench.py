"""`make bench` without a name reaches the end: every module it asks has figures to give."""

from __future__ import annotations

from importlib import import_module

from bench.__main__ import measures


def test_every_module_that_a_whole_run_asks_can_measure() -> None:
    asked = measures("")

    assert [name for name in asked if not hasattr(import_module(f"bench.{name}"), "measure")] == []
    assert {"faults", "library_search", "oai", "page", "upload", "weight"} <= set(asked)


def test_a_figure_is_asked_of_its_own_module() -> None:
    assert measures("library.ndcg10.whoosh") == ["library_search", "relevance"]
    assert measures("page.item.cpu_ms") == ["page"]
