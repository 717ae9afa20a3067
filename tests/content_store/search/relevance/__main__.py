"""`python -m tests.content_store.search.relevance [URL ...]`: judge the pool again, or make a new pool first.

With the addresses of engines, the pool of every question is what each of them and the plain scan put first, beside
the best records the judge knows of and what was pooled before; without, no engine adds to it. `judgments.tsv` is written, and the pool is printed with the
levels for the judge to read. Nothing says which engine found a record.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from content_store.search import open_index
from tests.content_store.search.relevance.judging import by_rules, judge, judgments, overrides, questions
from tests.content_store.search.relevance.measuring import ranking
from tests.content_store.search.relevance.records import HERE, Record, chapters, records
from tests.content_store.search.relevance.scan import Scan

SAMPLES = Path(os.environ.get("BENHOC_SAMPLES", HERE.parents[4] / "shared" / "samples")) / "vi"
DEPTH = 20


def main(*urls: str) -> None:
    """Write the judgments of the pool and print it."""
    every = [*records(), *chapters(SAMPLES)]
    known, read, rows = {record.key: record for record in every}, overrides(), []
    pool = pooled(every, urls)
    for question in questions():
        print(f"\n{question.key} {question.text} | {question.need}")
        for key in sorted(pool[question.key]):
            record = known[key]
            level = judge(question, record, read)
            rows.append(f"{question.key}\t{key}\t{level}\n")
            print(f"{level} {key} [{record.kind} {record.grade}] {record.title} | {record.body[:160]!r}")
    HERE.joinpath("judgments.tsv").write_text("".join(rows), "utf-8")


def pooled(every: list[Record], urls: tuple[str, ...]) -> dict[str, set[str]]:
    """Return the keys to judge for each question."""
    pool = {key: set(levels) for key, levels in judgments().items()}
    scan = Scan(every)
    for question in questions():
        levels = {record.key: by_rules(question, record) for record in every}
        best = {key for key, level in levels.items() if level == max(levels.values())}
        pool.setdefault(question.key, set()).update(scan.first(question.text, DEPTH), best)
    for url in urls:
        engine = open_index(url, name="relevance")
        engine.rebuild(record.document() for record in every)
        for question in questions():
            pool[question.key].update(ranking(engine, question.text, every, DEPTH))
        engine.close()
    return pool


if __name__ == "__main__":
    main(*sys.argv[1:])
