"""A repository with items, and a harvester's questions to it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from lxml import etree
from sqlalchemy.orm import Session

from content_store.models import Version
from content_store.oai import provider, stamping
from content_store.store import ContentStore, Metadata

OAI = "{http://www.openarchives.org/OAI/2.0/}"
REPOSITORY = provider.Repository(
    name="Kho học liệu",
    base_url="https://hoc.example.vn/oai",
    host="hoc.example.vn",
    admin_email="thu-vien@example.vn",
    item_url=lambda uuid: f"https://hoc.example.vn/library/{uuid}",
)


@pytest.fixture
def publish(store: ContentStore) -> Callable[..., Version]:
    """Put in a link and show it to everyone."""

    def made(title: str = "Phân số", *, audience: str = "public", **said: object) -> Version:
        metadata = Metadata(title, license_id="link-only", source_url="https://example.org/1", **said)  # type: ignore[arg-type]
        version = store.add(owner="user:1", files=[], metadata=metadata)
        return store.publish(version.item.uuid, audiences=frozenset({audience}))

    return made


@pytest.fixture
def stamp(store_session: Session) -> Callable[[], int]:
    """Do what the worker does."""
    return lambda: stamping.stamp_changes(store_session)


@pytest.fixture
def ask(store_session: Session) -> Callable[..., etree._Element]:
    """Ask the repository and return the root of its answer."""

    def asked(*pairs: tuple[str, str], size: int = 3, **arguments: str) -> etree._Element:
        given = [*pairs, *((name.rstrip("_"), value) for name, value in arguments.items())]
        moment = stamping.read_moment(store_session)
        return etree.fromstring(provider.answer(store_session, REPOSITORY, given, moment=moment, size=size))

    return asked


def identifiers(root: etree._Element) -> list[str]:
    """The identifiers of an answer, in its order."""
    return [str(element.text) for element in root.iter(f"{OAI}identifier")]


def identifier(version: Version) -> str:
    """The identifier of an item."""
    return REPOSITORY.identifier(UUID(str(version.item.uuid)))


def error_of(root: etree._Element) -> str | None:
    """The code of a refusal; None for an answer."""
    found = root.find(f"{OAI}error")
    return None if found is None else found.get("code")
