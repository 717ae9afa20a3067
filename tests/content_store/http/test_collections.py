"""Collections by themselves on the web: what holds something for everyone, and of it what everyone may see."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import jsonschema_rs
import pytest

from content_store import collections
from content_store.http.collections import LISTED, ONE
from content_store.models import Collection, Version
from content_store.representation import PROBLEM
from content_store.store import ContentStore

pytestmark = pytest.mark.anyio
API = "/api/v1/library/collections"
Put = Callable[..., Version]
Keep = Callable[..., Collection]


@pytest.fixture
def keep(store: ContentStore) -> Keep:
    """Keep a collection of some items."""

    def made(title: str, *held: Version, owner: str = "cli", home: str | None = None) -> Collection:
        made = collections.create_collection(store.session, owner=owner, title=title, home=home)
        for version in held:
            collections.add_to_collection(store.session, made, version.item.uuid)
        store.session.commit()
        return made

    return made


async def test_a_collection_lists_in_its_order_what_everyone_may_see(
    browser: httpx.AsyncClient, put: Put, keep: Keep, store: ContentStore
) -> None:
    rows = [put("Hai"), put("Kín", audience="school:x"), put("Một"), put("Nháp", draft=True), put("Ba")]
    gone = put("Bỏ")
    found = keep("Toán 6", *rows, gone)
    store.retire(gone.item.uuid)
    store.session.commit()
    first = (await browser.get(f"{API}/{found.uuid}?size=2")).json()
    rest = (await browser.get(f"{API}/{found.uuid}", params={"size": "2", "after": first["next"]})).json()
    assert [row["title"] for row in first["items"] + rest["items"]] == ["Hai", "Một", "Ba"]
    assert rest["next"] is None and first["title"] == "Toán 6"
    for told in (first, rest):
        jsonschema_rs.validate(ONE, told)
    answer = await browser.get(f"{API}/{found.uuid}")
    again = await browser.get(f"{API}/{found.uuid}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


async def test_the_list_goes_on_by_key_and_leads_to_each(
    browser: httpx.AsyncClient, put: Put, keep: Keep
) -> None:
    item = put()
    made = {str(keep(f"Bộ {number}", item).uuid) for number in range(5)}
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = (await browser.get(API, params={"size": "2", **after})).json()
        jsonschema_rs.validate(LISTED, page)
        seen += [row["uuid"] for row in page["collections"]]
        for row in page["collections"]:
            assert (await browser.get(row["url"])).json()["uuid"] == row["uuid"]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert len(seen) == 5 and set(seen) == made


async def test_what_is_not_for_everyone_is_not_there(
    browser: httpx.AsyncClient, put: Put, keep: Keep
) -> None:
    shown, hidden = put(), put("Kín", audience="school:x")
    closed = [
        keep("Trống"),
        keep("Chỉ có bài kín", hidden),
        keep("Chỉ có nháp", put("Nháp", draft=True)),
        keep("Của riêng một người", shown, owner="user:0190"),
    ]
    of_a_place = keep("Của một trường", shown, owner="user:0190", home="school:1")
    listed = (await browser.get(API)).json()
    assert [row["uuid"] for row in listed["collections"]] == [str(of_a_place.uuid)]
    for one in closed:
        refused = await browser.get(f"{API}/{one.uuid}")
        assert refused.status_code == 404
        jsonschema_rs.validate(dict(PROBLEM), refused.json())


@pytest.mark.parametrize(
    ("path", "status"),
    [("?size=0", 422), ("?size=x", 422), ("?after=x", 404), ("/x", 404), ("/0190?size=101", 422)],
)
async def test_nonsense_is_refused_in_words(browser: httpx.AsyncClient, path: str, status: int) -> None:
    refused = await browser.get(f"{API}{path}")
    assert refused.status_code == status
    jsonschema_rs.validate(dict(PROBLEM), refused.json())
