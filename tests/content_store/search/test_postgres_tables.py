"""What only an index in tables can suffer: another release's tables."""

from __future__ import annotations

import psycopg
import pytest

from content_store.search import Query, SearchUnavailable, open_index
from tests.content_store.search.corpus import EVERYONE, SCHOOL
from tests.fixtures_postgres import fresh_database

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize(
    "changed",
    [
        "COMMENT ON TABLE cs_search_items IS 'format 1'",
        "COMMENT ON TABLE cs_search_items IS NULL",
        "ALTER TABLE cs_search_items DROP COLUMN places",
        "DROP TABLE cs_search_items_facets",
        "DROP TABLE cs_search_items_state",
    ],
)
def test_tables_of_another_release_ask_to_be_built_anew_and_a_rebuild_heals_them(
    postgres_url: str, changed: str
) -> None:
    url = fresh_database(postgres_url)
    index = open_index(url, name="items")
    index.rebuild(SCHOOL)
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute(changed)
    assert "anew" in (index.check() or "")
    assert index.rebuild(SCHOOL) == len(SCHOOL)
    assert index.check() is None
    assert index.search(Query("toán", EVERYONE, facets=("subject",))).facets["subject"]["toan"] == 3
    index.close()


def test_a_put_into_tables_of_another_release_is_refused_and_tried_again_later(postgres_url: str) -> None:
    url = fresh_database(postgres_url)
    index = open_index(url, name="items")
    index.rebuild(SCHOOL)
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("ALTER TABLE cs_search_items DROP COLUMN keywords")
    with pytest.raises(SearchUnavailable, match="anew"):
        index.put(SCHOOL[:1])
    index.close()
