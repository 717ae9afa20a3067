"""The engine for installations whose database is PostgreSQL.

PostgreSQL only stores and intersects: its parser and dictionaries know no Vietnamese, so tsvectors are written from
our own terms. A search is one statement. Its own small pool, because the index is no part of the application's
transactions: it is filled by a worker and may live on another server.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from content_store.search import cursors
from content_store.search import postgres_tables as tables
from content_store.search.finding import Meant, find
from content_store.search.highlight import marking_of
from content_store.search.kept_answers import KeptAnswers, question
from content_store.search.port import (
    MISSING,
    OTHER_FORMAT,
    Document,
    Fragment,
    Hit,
    Query,
    Results,
    SearchBusy,
    SearchUnavailable,
)
from content_store.search.postgres_facets import Letters, Sets, bit_of, count_letters, values_of
from content_store.search.postgres_nearest import NO_BOUNDS, Newest, expected
from content_store.search.postgres_rows import row_of
from content_store.search.postgres_statements import (
    HOLDERS,
    ONE,
    VALUES,
    columns_of,
    search_statement,
    similar_statement,
    suggest_statement,
)
from content_store.search.ranking import Rarity, terms_to_weigh, ways
from content_store.search.similar import COMMON, like, rarest, telling_pairs, words_of
from content_store.search.suggestions import begun, choose, folded_phrase, phrases
from content_store.search.terms import (
    APART,
    Words,
    key_of,
    tidy,
)
from content_store.search.wishes import Question, read_question

_BROKEN = "The search index cannot be read from PostgreSQL. Check the database, then build it anew."
_PAIRS = 200
"""A spelling whose pair is so frequent is likely enough; it is not counted further."""

_UNDEFINED_TABLE = "42P01"
_LOCK_TIMEOUT = "55P03"


class Answer(NamedTuple):
    """The rows of one statement; the first of them tells the totals."""

    rows: list[Any]

    @property
    def found(self) -> int:
        """How many documents the audience may see."""
        return int(self.rows[0].found)

    @property
    def has_phrase(self) -> bool:
        """Whether one of them has the phrase."""
        return bool(self.rows[0].phrased)


class PostgresIndex:
    """One named index in tables `cs_search_<name>` and `cs_search_<name>_words`."""

    def __init__(self, url: str, name: str) -> None:
        """Make the pool; it connects at the first search."""
        self._table = f"cs_search_{name}"
        self._engine: Engine = create_engine(
            make_url(url).set(drivername="postgresql+psycopg"),
            pool_size=4,
            max_overflow=8,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 5},
        )
        self._kept = KeptAnswers()
        self._newest = Newest(self._table)
        event.listen(self._engine, "connect", _prepare)

    def search(self, query: Query) -> Results:
        """Find, by one statement; by a few more where spelling has to be guessed.

        The first page of a question without words is kept. Its stamp is read first: an answer may be newer than it.
        """
        asked = read_question(query.text)
        with _errors(), self._engine.connect() as connection:
            if asked.words.folded or asked.without or query.after:
                return self._reckon(connection, query, asked)
            stamp = connection.execute(text(tables.STAMP.format(table=self._table))).scalar_one()
            return self._kept.answer((stamp, question(query)), lambda: self._reckon(connection, query, asked))

    def _reckon(self, connection: Connection, query: Query, asked: Question) -> Results:
        def ask(question: Question) -> Callable[[Words, bool], Answer]:
            def rows(words: Words, most: bool) -> Answer:
                return Answer(self._rows(connection, query, replace(question, words=words), most=most))

            return rows

        answer, meant = find(
            asked.words,
            ask(replace(asked, without=())),
            lambda terms: self._frequencies(connection, tables.WORD_FREQUENCIES, terms),
            lambda terms: self._frequencies(connection, tables.PAIR_FREQUENCIES, terms, most=_PAIRS),
            ask(asked) if asked.without else None,
        )
        return _results(query, answer.rows, self._facets(connection, query, answer.rows[0]), meant)

    def suggest(self, query: Query) -> tuple[str, ...]:
        """Two short lists out of the index of terms, judged here."""
        begin = begun(query.text)
        if not begin:
            return ()
        statement, parameters = suggest_statement(self._table, query, begin)
        with _errors(), self._engine.connect() as connection:
            rows = connection.execute(text(statement), parameters).all()
        shown = (phrase for row in rows for phrase in phrases(row.title, row.keywords))
        chosen = choose(begin, ((folded_phrase(phrase), phrase) for phrase in shown), query.size)
        return tuple(phrase for _, phrase in chosen)

    def similar(self, key: tuple[str, str], query: Query) -> tuple[Hit, ...]:
        """Learn what the document says, who shares its pairs, and which of them may be seen: three short statements."""
        with _errors(), self._engine.connect() as connection:
            named = {"kind": key[0], "uuid": key[1]}
            one = connection.execute(text(ONE.format(table=self._table)), named).first()
            if one is None:
                return ()
            told = telling_pairs(one.title, one.keywords, one.body)
            told = rarest(told, self._frequencies(connection, tables.WORD_FREQUENCIES, words_of(told)))
            asked = {"terms": sorted(told), "most": COMMON}
            found = connection.execute(text(HOLDERS.format(table=self._table)), asked)
            likeness = like(told, {row.pair: row.ids for row in found}, one.id)
            statement, parameters = similar_statement(self._table, query, likeness)
            rows = connection.execute(text(statement), parameters).all()
        return tuple(Hit(row.kind, row.uuid, 0, Fragment(((row.title, False),)), ()) for row in rows)

    def count(self) -> int:
        """How many documents there are; none where nothing was ever written."""
        with _errors(), self._engine.connect() as connection:
            if not self._exists(connection):
                return 0
            return int(connection.execute(text(f"SELECT count(*) FROM {self._table}")).scalar_one())

    def exists(self) -> bool:
        """Whether its table is there."""
        with _errors(), self._engine.connect() as connection:
            return self._exists(connection)

    def check(self) -> str | None:
        """Look something up in every index; say what is wrong."""
        probe = Query("kiểm tra", frozenset({"check"}), kinds=frozenset({"check"}), facets=("kind",))
        try:
            with _errors(), self._engine.connect() as connection:
                written = connection.execute(text(tables.SHAPE), {"table": self._table}).scalar()
                connection.execute(text(tables.STAMP.format(table=self._table))).scalar_one()
                self._rows(connection, probe, read_question(probe.text), most=False)
                self._frequencies(connection, tables.WORD_FREQUENCIES, ["kiem"])
        except SearchUnavailable as error:
            return error.message
        return None if written == tables.SHAPE_NOW else OTHER_FORMAT

    def put(self, documents: Iterable[Document]) -> int:
        """Write one batch; refused where there are no tables yet."""
        batch = {key_of(document.kind, document.uuid): tidy(document) for document in documents}
        with self._writing() as connection:
            self._need(connection)
            keys = [(document.kind, document.uuid) for document in batch.values()]
            self._forget(connection, keys)
            self._insert(connection, self._table, batch.values())
            self._count_words(connection, keys, 1)
            _run(connection, tables.NEW_STAMP.format(table=self._table))
        return len(batch)

    def remove(self, keys: Iterable[tuple[str, str]]) -> None:
        """Forget these documents; those that are not there are no error."""
        gone = list(keys)
        with self._writing() as connection:
            self._need(connection)
            self._forget(connection, gone)
            _run(connection, tables.NEW_STAMP.format(table=self._table))

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Fill new tables, then rename them, all in one transaction: readers see the old ones until it ends."""
        fresh = f"{self._table}_{uuid.uuid4().hex[:8]}"
        with self._writing() as connection:
            self._create(connection, fresh)
            count = self._insert(connection, fresh, map(tidy, documents))
            self._index(connection, fresh)
            _run(connection, tables.FILL_WORDS.format(table=fresh))
            _run(connection, tables.ANALYZE.format(table=fresh))
            _run(connection, tables.SWAP.format(old=self._table, new=fresh))
        return count

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction that holds the only right to write this index."""
        with _errors(), self._engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '10s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:table))"), {"table": self._table})
            yield connection

    def _need(self, connection: Connection) -> None:
        """An index that was lost is built whole again, not begun with what is at hand."""
        if not self._exists(connection):
            raise SearchUnavailable(MISSING)

    def _exists(self, connection: Connection) -> bool:
        return bool(connection.execute(text("SELECT to_regclass(:table)"), {"table": self._table}).scalar())

    def _create(self, connection: Connection, table: str) -> None:
        _run(connection, tables.CREATE.format(table=table, shape=tables.SHAPE_NOW))

    def _index(self, connection: Connection, table: str) -> None:
        _run(connection, tables.INDEXES.format(table=table, suffix=f"_{uuid.uuid4().hex[:8]}"))

    def _insert(self, connection: Connection, table: str, documents: Iterable[Document]) -> int:
        """Write documents by COPY: a hundred thousand singly would take twice the time."""
        driver = connection.connection.driver_connection
        if driver is None:
            raise SearchUnavailable(_BROKEN)
        keys: set[str] = set()
        known = connection.execute(text(tables.LETTERS.format(table=table)))
        letters = Letters({row.token: row.letter for row in known})
        numbered = connection.execute(text(tables.SETS.format(table=table)))
        sets = Sets({tuple(row.tokens): row.id for row in numbered})
        try:
            with driver.cursor() as cursor, cursor.copy(tables.COPY.format(table=table)) as copy:
                for document in documents:
                    key = key_of(document.kind, document.uuid)
                    if key in keys:
                        raise ValueError(f"Two documents have the same key: {document.kind} {document.uuid}.")
                    keys.add(key)
                    row = row_of(document, letters, sets)
                    copy.write_row([row[column] for column in tables.COLUMNS])
        except connection.dialect.loaded_dbapi.Error as error:
            raise SearchUnavailable(_BROKEN) from error
        if given := letters.new():
            rows = [{"token": token, "letter": letter, "bit": bit_of(letter)} for token, letter in given]
            connection.execute(text(tables.ADD_LETTER.format(table=table)), rows)
        if found := sets.new():
            numbers = [{"id": number, "tokens": list(tokens)} for tokens, number in found]
            connection.execute(text(tables.ADD_SET.format(table=table)), numbers)
        return len(keys)

    def _forget(self, connection: Connection, keys: list[tuple[str, str]]) -> None:
        self._count_words(connection, keys, -1)
        connection.execute(text(tables.DELETE.format(table=self._table)), _named(keys))

    def _count_words(self, connection: Connection, keys: list[tuple[str, str]], sign: int) -> None:
        statement = text(tables.COUNT_WORDS.format(table=self._table))
        connection.execute(statement, {**_named(keys), "sign": sign})

    def _rows(self, connection: Connection, query: Query, asked: Question, *, most: bool) -> list[Any]:
        rarity = self._rarity(connection, asked.words)
        apart = ways(asked.words, rarity, most=most)
        likely = expected(asked.words.folded, rarity)
        bounds = self._newest.bounds(connection, likely, apart=bool(apart))
        statement, parameters = search_statement(self._table, query, asked, apart, bounds)
        rows = list(connection.execute(text(statement), parameters))
        if rows[0].cut:
            rows = list(connection.execute(text(statement), parameters | NO_BOUNDS))
        return rows

    def _rarity(self, connection: Connection, words: Words) -> Rarity:
        """How rare the words are."""
        terms = {*words.folded, *terms_to_weigh(words)}
        if not terms:
            return Rarity(0, {})
        counted = dict(self._frequencies(connection, tables.WORD_FREQUENCIES, {*terms, tables.EVERY}))
        return Rarity(counted.pop(tables.EVERY, 0), counted)

    def _facets(self, connection: Connection, query: Query, row: Any) -> dict[str, dict[str, int]]:
        """Count the values of every facet asked for. The transaction still holds the tables that were searched."""
        counted = {column: count_letters(getattr(row, column)) for column in _columns(query)}
        letters = sorted({letter for counts in counted.values() for letter in counts})
        tokens: dict[str, str] = {}
        if letters:
            rows = connection.execute(text(VALUES.format(table=self._table)), {"letters": letters})
            tokens = {row.letter: row.token for row in rows}
        return {
            name: values_of([counted[column] for column in columns_of(query, name)], name, tokens)
            for name in query.facets
        }

    def _frequencies(
        self, connection: Connection, statement: str, terms: Iterable[str], **most: int
    ) -> Mapping[str, int]:
        found = connection.execute(
            text(statement.format(table=self._table)), {"terms": sorted(terms), **most}
        )
        return {term: count for term, count in found if count}


def _prepare(connection: Any, _record: object) -> None:
    """Settle how this pool's connections plan and sort; nobody else uses them."""
    with connection.cursor() as cursor:
        for statement in tables.SESSION:
            cursor.execute(statement)
    connection.commit()


def _run(connection: Connection, script: str) -> None:
    for statement in script.split(";"):
        connection.execute(text(statement))


def _named(keys: list[tuple[str, str]]) -> dict[str, object]:
    return {"kinds": [kind for kind, _ in keys], "uuids": [uuid_ for _, uuid_ in keys]}


def _columns(query: Query) -> set[str]:
    return {column for name in query.facets for column in columns_of(query, name)}


def _results(query: Query, rows: list[Any], facets: dict[str, dict[str, int]], meant: Meant) -> Results:
    """Rows are one page; each repeats the totals, and one without an id says that the page is empty."""
    marking = marking_of(meant.words)
    page = [row for row in rows if row.id is not None]
    more, page = len(page) > query.size, page[: query.size]
    hits = tuple(
        Hit(
            row.kind,
            row.uuid,
            4 if meant.corrected else row.tier,
            *marking.show(row.title, row.body, row.places, apart=row.tier == APART),
        )
        for row in page
    )
    cursor = cursors.write_cursor(query.sort, _key(query, page[-1])) if more and page else None
    spelling = marking.spelling((row.title, row.body) for row in page) if meant.corrected else None
    return Results(hits, rows[0].total, facets, cursor, spelling, meant.instead)


def _key(query: Query, row: Any) -> cursors.Key:
    if query.sort == "newest":
        return (-row.updated, row.kind, row.uuid)
    if query.sort == "title":
        return (row.title_order, row.kind, row.uuid)
    return (row.tier, -row.score, -row.updated, row.kind, row.uuid)


@contextlib.contextmanager
def _errors() -> Iterator[None]:
    """Tell the three troubles apart: no index yet, another writer, and everything else."""
    try:
        yield
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None)
        if state == _UNDEFINED_TABLE:
            raise SearchUnavailable(MISSING) from error
        if state == _LOCK_TIMEOUT:
            raise SearchBusy from error
        raise SearchUnavailable(_BROKEN) from error
    except SQLAlchemyError as error:
        raise SearchUnavailable(_BROKEN) from error
