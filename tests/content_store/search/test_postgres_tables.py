"""What only an index in tables can suffer: another release's tables, more values than bits, sets of audiences."""

from __future__ import annotations

import psycopg
import pytest

from content_store.search import Query, SearchUnavailable, open_index
from tests.content_store.search.corpus import EVERYONE, SCHOOL, document
from tests.fixtures_postgres import fresh_database

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize(
    "changed",
    [
        "COMMENT ON TABLE cs_search_items IS 'format 1'",
        "COMMENT ON TABLE cs_search_items IS 'format 4'",
        "COMMENT ON TABLE cs_search_items IS NULL",
        "ALTER TABLE cs_search_items DROP COLUMN places",
        "DROP TABLE cs_search_items_facets",
        "DROP TABLE cs_search_items_seen",
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


def test_values_that_came_after_all_bits_and_plain_letters_are_filtered_and_counted_as_the_first(
    postgres_url: str,
) -> None:
    index = open_index(fresh_database(postgres_url), name="items")
    index.rebuild(
        document(f"d{number}", "Phân số", topic=(f"t{number}", "same"), half=(str(number % 2),))
        for number in range(400)
    )
    for number in (0, 62, 63, 94, 95, 254, 399):
        asked = frozenset({f"t{number}", "none"})
        found = index.search(Query("phân số", EVERYONE, filters={"topic": asked}, facets=("half", "topic")))
        assert [hit.uuid for hit in found.hits] == [f"d{number}"]
        assert found.facets["half"] == {str(number % 2): 1}
        assert (found.facets["topic"]["same"], len(found.facets["topic"])) == (400, 401)
    both = frozenset({"t0", "t399"})
    assert index.search(Query("phân số", EVERYONE, filters={"topic": both})).total == 2
    index.close()


def test_a_set_of_audiences_is_looked_at_anew_by_every_write(postgres_url: str) -> None:
    index = open_index(fresh_database(postgres_url), name="items")
    index.rebuild([document("a", "Phân số"), document("b", "Phân số", audiences=frozenset({"mine", "ours"}))])

    def seen(*audiences: str) -> list[str]:
        results = index.search(Query("phân số", frozenset(audiences), facets=("kind",)))
        assert sum(results.facets["kind"].values()) == results.total == len(results.hits)
        assert sorted(index.suggest(Query("phân", frozenset(audiences)))) == ["Phân số"] * bool(results.total)
        return sorted(hit.uuid for hit in results.hits)

    assert (seen("all"), seen("ours"), seen("all", "mine"), seen("theirs"), seen()) == (
        ["a"], ["b"], ["a", "b"], [], [],
    )  # fmt: skip
    index.put([document("a", "Phân số", audiences=frozenset({"theirs"}))])
    index.put([document("b", "Phân số", audiences=frozenset()), document("c", "Phân số")])
    assert (seen("all"), seen("ours", "mine"), seen("theirs")) == (["c"], [], ["a"])
    index.close()


def test_more_terms_than_a_page_holds_are_worth_what_they_are_in_a_short_document(postgres_url: str) -> None:
    index = open_index(fresh_database(postgres_url), name="items")
    many = " ".join(f"tu{number}" for number in range(20_000))
    index.rebuild(
        [
            document("none", "Toán", f"{many} mang."),
            document("title", "Mạng ẩn", many, updated=1.0),
            document("body", "Toán", f"Lớp ẩn. {many} một mạng", updated=9.0),
        ]
    )
    assert [hit.uuid for hit in index.search(Query("mang an", EVERYONE)).hits] == ["title", "body"]
    index.close()
