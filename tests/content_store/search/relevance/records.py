"""The records that are searched: what a sector's library might hold, made from the topics beside this file.

Nothing here is drawn at random: every choice is a hash of the record's name, so the corpus is the same on every
machine and every version of Python. What a record is about is known (`topic`, `aspect`, `kind`, `grade`), and that is
what the judgments start from.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from content_store.search import Document

T = TypeVar("T")
HERE = Path(__file__).parent
EVERYONE = frozenset({"public"})
WHOLE_KINDS = (
    "bai-giang",
    "giao-an",
    "on-tap",
    "trac-nghiem",
    "de-kiem-tra",
    "hsg",
    "tro-choi",
    "video",
    "phieu",
)
PART_KINDS = ("phieu", "bai-giang", "giao-an", "video", "thuc-hanh", "de-kiem-tra", "trac-nghiem", "tro-choi")
PLAYFUL = ("bai-giang", "giao-an", "video", "thuc-hanh", "tro-choi", "phieu")
SUBJECTS = {
    "toan": "Toán",
    "hoa-hoc": "Hóa học",
    "sinh-hoc": "Sinh học",
    "vat-li": "Vật lí",
    "khoa-hoc": "Khoa học",
    "khoa-hoc-tu-nhien": "KHTN",
    "tieng-viet": "Tiếng Việt",
    "ngu-van": "Ngữ văn",
    "tieng-anh": "Tiếng Anh",
    "lich-su": "Lịch sử",
    "dia-li": "Địa lí",
    "lich-su-va-dia-li": "LS&ĐL",
    "giao-duc-cong-dan": "GDCD",
    "dao-duc": "Đạo đức",
    "kinh-te-phap-luat": "GDKTPL",
    "tin-hoc": "Tin học",
    "cong-nghe": "Công nghệ",
    "nghe-thuat": "Nghệ thuật",
    "giao-duc-the-chat": "GDTC",
    "hoat-dong-trai-nghiem": "HĐTN",
    "quoc-phong": "GDQPAN",
}


@dataclass(frozen=True)
class Topic:
    """A topic of the curriculum: its names, its grades, its four aspects with a sentence each, and topics near it."""

    subject: str
    slug: str
    name: str
    others: tuple[str, ...]
    grades: tuple[int, ...]
    near: tuple[str, ...]
    aspects: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Record:
    """A record and what is known of it; aspect 0 is the whole topic, `covers` are the topics of an exam."""

    key: str
    topic: str
    aspect: int
    kind: str
    grade: int | None
    subject: str
    title: str
    keywords: str
    body: str
    covers: tuple[str, ...] = ()

    def document(self) -> Document:
        """Return the record as the engines take it."""
        return Document(
            kind="item",
            uuid=str(uuid_of(self.key)),
            title=self.title,
            keywords=self.keywords,
            body=self.body,
            facets={"subject": (self.subject,), "grade": (str(self.grade),) if self.grade else ()},
            audiences=EVERYONE,
            updated=1_700_000_000.0 + number(self.key, "updated") % 50_000_000,
        )


def uuid_of(key: str) -> UUID:
    """Return the identifier of a record."""
    return UUID(hashlib.sha256(key.encode()).hexdigest()[:32])


def number(*names: object) -> int:
    """Return a number that depends on the names alone."""
    return int.from_bytes(hashlib.sha256("/".join(map(str, names)).encode()).digest()[:6], "big")


def pick(choices: Sequence[T], *names: object) -> T:
    """Return one of the choices."""
    return choices[number(*names) % len(choices)]


def some(choices: Sequence[T], count: int, *names: object) -> list[T]:
    """Return `count` of the choices, in an order of their own."""
    ranked = sorted(range(len(choices)), key=lambda at: number(*names, at))
    return [choices[at] for at in ranked[:count]]


def topics() -> dict[str, Topic]:
    """Read every topic."""
    found: dict[str, Topic] = {}
    for path in sorted((HERE / "topics").glob("*.txt")):
        subject = ""
        for block in re.split(r"^(?=[@=] )", path.read_text("utf-8"), flags=re.M):
            head, *lines = block.strip().splitlines() or [""]
            if head.startswith("@ "):
                subject = head[2:]
            elif head.startswith("= "):
                topic = topic_of(subject, head[2:], lines)
                found[topic.slug] = topic
    return found


def topic_of(subject: str, head: str, lines: list[str]) -> Topic:
    """Read one topic."""
    slug, name, others, grades, near = (part.strip() for part in head.split("|"))
    parts = [line[2:].split("|") for line in lines]
    return Topic(
        subject=subject,
        slug=slug,
        name=name,
        others=tuple(part.strip() for part in others.split(";")),
        grades=tuple(int(grade) for grade in grades.split(",")),
        near=tuple(part.strip() for part in near.split(",")),
        aspects=tuple((aspect.strip(), sentence.strip()) for aspect, sentence in parts),
    )


def teaching() -> dict[str, tuple[list[str], list[str]]]:
    """Read the titles and the sentences of every kind."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    kind = ""
    for line in (HERE / "teaching.txt").read_text("utf-8").splitlines():
        if line.startswith("@ "):
            kind = line[2:]
            found[kind] = ([], [])
        elif line.startswith(("t ", "- ")):
            found[kind][line[0] == "-"].append(line[2:])
    return found


def subject_at(subject: str, grade: int) -> str:
    """Return what a subject is called at a grade in the curriculum of 2018."""
    if subject in ("hoa-hoc", "sinh-hoc", "vat-li"):
        return "khoa-hoc" if grade <= 5 else "khoa-hoc-tu-nhien" if grade <= 9 else subject
    if subject in ("lich-su", "dia-li") and grade <= 9:
        return "lich-su-va-dia-li"
    if subject == "giao-duc-cong-dan":
        return "dao-duc" if grade <= 5 else subject if grade <= 9 else "kinh-te-phap-luat"
    if subject == "tieng-viet" and grade > 5:
        return "ngu-van"
    if subject == "ngu-van" and grade <= 5:
        return "tieng-viet"
    return subject


def bare(text: str) -> str:
    """Return the text without accents, as typed in a hurry."""
    flat = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in flat if not unicodedata.combining(letter))


def records() -> list[Record]:
    """Make every record."""
    known, words = topics(), teaching()
    made = [record for topic in known.values() for record in records_of(topic, known, words)]
    return [*made, *exams(known, words)]


def records_of(
    topic: Topic, known: dict[str, Topic], words: dict[str, tuple[list[str], list[str]]]
) -> Iterator[Record]:
    """Make the records of one topic: one of each aspect, three of the whole, of different kinds."""
    young = max(topic.grades) <= 3
    whole = some([kind for kind in WHOLE_KINDS if not young or kind in PLAYFUL], 3, topic.slug, "whole")
    for at, kind in enumerate([*whole, "", "", "", ""]):
        aspect = max(0, at - 2)
        key = f"{topic.slug}-{at + 1}"
        kind = kind or pick(PLAYFUL if young else PART_KINDS, key, "kind")
        grade = topic.grades[(at + number(topic.slug)) % len(topic.grades)]
        yield record_of(key, topic, aspect, kind, grade, known, words)


def record_of(
    key: str,
    topic: Topic,
    aspect: int,
    kind: str,
    grade: int,
    known: dict[str, Topic],
    words: dict[str, tuple[list[str], list[str]]],
) -> Record:
    """Write one record."""
    subject = subject_at(topic.subject, grade)
    titles, sentences = words[kind]
    about = topic.aspects[aspect - 1][0] if aspect else topic.name
    called = about
    if not aspect and key.endswith("-3"):
        called = pick(topic.others, key, "other")
    filled = {"s": SUBJECTS[subject], "g": str(grade), "n": str(2 + number(key, "n") % 40)}
    title = upper(fill(pick(titles, key, "title"), x=in_title(called, aspect), **filled))
    if number(key, "bare") % 9 == 0:
        title = bare(title)
    opening, *rest = [fill(sentence, x=lower(about), **filled) for sentence in sentences]
    lessons = [sentence for at, (_, sentence) in enumerate(topic.aspects, 1) if aspect in (0, at)]
    body = [opening, *lessons]
    if aspect and number(key, "beside") % 2:
        body.append(f"Bài thuộc chủ đề {lower(topic.name)}.")
    body += some(rest, 2 + number(key, "length") % 3, key, "rest")
    if number(key, "near") % 10 < 4:
        near = known[pick(topic.near, key, "which")]
        body.append(fill(pick(words["lien-he"][1], key, "link"), y=lower(near.name)))
    if number(key, "end") % 3 == 0:
        body.append(pick(words["cuoi"][1], key, "closing"))
    keywords = some([topic.name, *topic.others], number(key, "keywords") % 4, key, "keyword")
    return Record(key, topic.slug, aspect, kind, grade, subject, title, ", ".join(keywords), " ".join(body))


def exams(known: dict[str, Topic], words: dict[str, tuple[list[str], list[str]]]) -> Iterator[Record]:
    """Make two exams for every subject and grade that has three topics or more."""
    taught: dict[tuple[str, int], list[Topic]] = defaultdict(list)
    for topic in known.values():
        for grade in topic.grades:
            if grade >= 4:
                taught[subject_at(topic.subject, grade), grade].append(topic)
    titles, sentences = words["thi"]
    for (subject, grade), found in sorted(taught.items()):
        for term in (1, 2) if len(found) >= 3 else ():
            key = f"thi-{subject}-{grade}-{term}"
            filled = {"s": SUBJECTS[subject], "g": str(grade), "n": str(term)}
            chosen = some(found, 4, key)
            body = [
                fill(sentences[0], **filled),
                "Phạm vi: " + ", ".join(lower(t.name) for t in chosen) + ".",
            ]
            body += [fill(sentence, **filled) for sentence in sentences[1:]]
            body += [pick(topic.aspects, key, topic.slug)[1] for topic in chosen]
            yield Record(
                key,
                f"thi-{subject}",
                0,
                "thi",
                grade,
                subject,
                fill(pick(titles, key), **filled),
                "đề thi" if term == 1 else "",
                " ".join(body),
                tuple(topic.slug for topic in chosen),
            )


def chapters(folder: Path) -> list[Record]:
    """Return the sections of the sample chapters; their key begins with `mau-`."""
    made = []
    for path in sorted(folder.glob("*.md")):
        first, *sections = re.split(r"^## ", path.read_text("utf-8"), flags=re.M)
        name = first.strip().splitlines()[0].lstrip("# ")
        for at, section in enumerate([first, *sections]):
            head = section.strip().splitlines()[0].lstrip("# ")
            title = f"{name}: {head}" if at else name
            key = f"mau-{path.stem}-{at}"
            made.append(
                Record(key, f"mau-{path.stem}", at, "chuong", None, "tin-hoc", title, "", section[:3_000])
            )
    return made


def fill(text: str, **values: str) -> str:
    """Put the values into a text with gaps."""
    return text.format(**values)


def upper(text: str) -> str:
    """Return the text with its first letter large."""
    return text[:1].upper() + text[1:]


def lower(text: str) -> str:
    """Return the text with its first letter small, unless its first word is a name or an abbreviation."""
    first = text.split(" ")[0]
    proper = (
        "Tây",
        "Truyện",
        "Lê",
        "Nguyễn",
        "Trần",
        "Việt",
        "Tết",
        "Trái",
        "Python",
        "Scratch",
        "Mendel",
        "Newton",
    )
    return text if first in proper or first.isupper() else text[:1].lower() + text[1:]


def in_title(about: str, aspect: int) -> str:
    """Return the words for a title."""
    return upper(about) if aspect else about
