"""Library documents as text: a few header lines, then simple Markdown, turned into plain blocks.

One source for DOCX, PPTX, ODT, PDF, HTML, EPUB and Markdown, so the writers stay small and every format
is tried with real words. The subset is headings, paragraphs, lists and tables: what a worksheet needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from lms.demo.content.course_text import parse_fields

BlockKind = Literal["heading", "subheading", "paragraph", "bullet", "number", "table"]


@dataclass(frozen=True)
class DocBlock:
    """One heading, paragraph, list line or table."""

    kind: BlockKind
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Document:
    """A document before it has a format."""

    slug: str
    format: str
    title: str
    description: str
    language: str
    subject: str
    grades: tuple[int, ...]
    license_id: str
    authors: tuple[str, ...]
    keywords: tuple[str, ...]
    markdown: str
    blocks: tuple[DocBlock, ...]

    @property
    def filename(self) -> str:
        """The name of the file it becomes."""
        return f"{self.slug}.{self.format}"


def all_documents() -> tuple[Document, ...]:
    """Every document of `data/library/`, by name."""
    folder = files("lms.demo.content") / "data" / "library"
    texts = sorted((entry.name, entry.read_text(encoding="utf-8")) for entry in folder.iterdir())
    return tuple(_document(part) for _, text in texts for part in text.split("\n=====\n"))


def sections(document: Document) -> list[tuple[str, list[DocBlock]]]:
    """The blocks under each heading; slides and chapters are made of these."""
    out: list[tuple[str, list[DocBlock]]] = []
    for block in document.blocks:
        if block.kind == "heading":
            out.append((block.text, []))
        elif out:
            out[-1][1].append(block)
        else:
            out.append((document.title, [block]))
    return out


def _document(text: str) -> Document:
    head, _, body = text.strip().partition("\n---\n")
    fields = parse_fields(head)
    return Document(
        slug=fields["slug"],
        format=fields["format"],
        title=fields["title"],
        description=fields["description"],
        language=fields["language"],
        subject=fields["subject"],
        grades=tuple(int(grade) for grade in fields.get("grades", "").split()),
        license_id=fields["license"],
        authors=_list(fields["authors"]),
        keywords=_list(fields["keywords"]),
        markdown=f"# {fields['title']}\n\n{body.strip()}\n",
        blocks=_blocks(body),
    )


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _blocks(body: str) -> tuple[DocBlock, ...]:
    blocks: list[DocBlock] = []
    table: list[tuple[str, ...]] = []
    for raw in [*body.splitlines(), ""]:
        line = raw.strip()
        if line.startswith("|"):
            if not set(line) <= set("|-: "):
                table.append(tuple(cell.strip() for cell in line.strip("|").split("|")))
            continue
        if table:
            blocks.append(DocBlock("table", rows=tuple(table)))
            table = []
        if line:
            blocks.append(_line(line))
    return tuple(blocks)


def _line(line: str) -> DocBlock:
    if line.startswith("### "):
        return DocBlock("subheading", line[4:])
    if line.startswith("## "):
        return DocBlock("heading", line[3:])
    if line.startswith("- "):
        return DocBlock("bullet", line[2:])
    if line[0].isdigit() and line.partition(". ")[0].isdigit():
        return DocBlock("number", line)
    return DocBlock("paragraph", line)
