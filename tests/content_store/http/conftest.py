"""The library on the web by itself, over a real database, real files and a real index."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session
from starlette.applications import Starlette

from content_store.blobs import Blobs
from content_store.cli import index_all
from content_store.engines import INDEX_NAME, Engines, open_database
from content_store.http.site import create_site
from content_store.models import Base, Version
from content_store.search import SearchIndex, open_index
from content_store.store import ContentStore, Metadata, NewFile

SITE = "https://kho.example.vn"
TEXT = "# Phân số\n\nTử số và mẫu số.".encode()  # the same for all: an inspection costs half a second
Put = Callable[..., Version]


@pytest.fixture(
    params=[
        pytest.param("sqlite", id="sqlite"),
        pytest.param("postgres", id="postgres", marks=pytest.mark.postgres),
    ]
)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Real commits, since the site opens sessions of its own; empty tables afterwards."""
    if request.param == "sqlite":
        engine = open_database(f"sqlite:///{tmp_path}/store.db")
        yield engine
        engine.dispose()
        return
    engine = request.getfixturevalue("store_postgres")
    yield engine
    with Session(engine) as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(delete(table))
        session.commit()


@pytest.fixture
def store_session(database: Engine) -> Iterator[Session]:
    """The session in which things are put in."""
    with Session(database) as session:
        yield session


@pytest.fixture
def index(tmp_path: Path) -> Iterator[SearchIndex]:
    """The index that the site reads."""
    index = open_index(f"whoosh://{tmp_path}/index", name=INDEX_NAME)
    yield index
    index.close()


@pytest.fixture
def put(store: ContentStore) -> Put:
    """Put in a page of text, publish it for everyone (or for others), and let search and harvesters hear of it."""

    def made(
        title: str = "Phân số", *, audience: str = "public", draft: bool = False, **said: object
    ) -> Version:
        metadata = Metadata(title, **{"license_id": "CC-BY-4.0", **said})  # type: ignore[arg-type]
        files = [NewFile("bài.md", io.BytesIO(TEXT))]
        linked = metadata.license_id == "link-only"
        version = store.add(owner="u", files=[] if linked else files, metadata=metadata)
        if not draft:
            store.publish(version.item.uuid, audiences=frozenset({audience}))
        store.session.commit()
        index_all(store)
        return version

    return made


@pytest.fixture
def site(database: Engine, tmp_path: Path, blobs: Blobs) -> Starlette:
    """The site over the same engines."""
    engines = Engines(
        database.url.render_as_string(hide_password=False),
        f"file://{tmp_path}/blobs",
        f"whoosh://{tmp_path}/index",
    )
    return create_site(engines, name="Kho thử", base_url=SITE)


@pytest.fixture
async def browser(site: Starlette) -> object:
    """Somebody out there."""
    transport = httpx.ASGITransport(site, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:
        yield client
    site.state.place.shelf.index.close()
    site.state.place.shelf.engine.dispose()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
