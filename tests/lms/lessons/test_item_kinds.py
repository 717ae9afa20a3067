import json
from dataclasses import replace
from types import SimpleNamespace
from uuid import uuid4

import pytest

from lms.core.errors import Invalid
from lms.lessons.kinds import FreezeContext, get_kind, list_kinds
from lms.lessons.snapshots import FrozenActivity
from lms.library.values import PinnedFile, PinnedItem

PIN = f"{uuid4()}@2"
IMAGE = PinnedItem(
    pin=PIN,
    item_uuid=PIN.split("@")[0],
    number=2,
    title="Hai con thuyền",
    type="image",
    format="image",
    license_id="CC-BY-4.0",
    license_name="CC BY 4.0",
    license_url="https://creativecommons.org/licenses/by/4.0/",
    attribution={"vi": "Hai con thuyền, Lan, CC BY 4.0", "en": "Two boats, Lan, CC BY 4.0"},
    files=(PinnedFile("main", "ab" * 32, "thuyen.png", "image/png"),),
    width=800,
    height=500,
)


def freeze(kind, item, data):
    context = FreezeContext(None, None, lambda text: f"<p>{text}</p>", {item.pin: item} if item else {})
    return get_kind(kind).freeze(SimpleNamespace(pin=PIN, data=data), context)


def test_every_kind_of_the_brief_is_registered():
    names = {kind.name for kind in list_kinds()}
    assert {"text", "image", "audio", "video", "document", "question"} <= names


def test_a_frozen_item_keeps_its_version_and_its_attribution():
    body = freeze("image", IMAGE, {"note": "Nhìn mũi thuyền", "alt": "Hai thuyền gỗ"})
    assert PinnedItem.from_json(json.loads(json.dumps(body))["item"]) == IMAGE
    assert body["item"]["pin"] == PIN and body["item"]["attribution"]["vi"].startswith("Hai con thuyền")
    assert body["note_html"] == "<p>Nhìn mũi thuyền</p>" and body["alt"] == "Hai thuyền gỗ"


def test_a_pinned_image_is_shown_by_a_signed_address(act):
    body = freeze("image", IMAGE, {})
    shown = get_kind("image").show(FrozenActivity(uuid4(), "image", "", False, 0.0, PIN, body))
    assert shown["item"] == IMAGE
    assert shown["main_url"] and shown["main_url"] != get_kind("image").show(
        FrozenActivity(uuid4(), "image", "", False, 0.0, PIN, freeze("image", replace(IMAGE, files=()), {}))
    ).get("main_url")


def test_an_item_of_another_type_or_gone_cannot_be_published():
    with pytest.raises(Invalid):
        freeze("video", IMAGE, {})
    with pytest.raises(Invalid):
        freeze("image", None, {})
    assert freeze("document", IMAGE, {})["item"]["type"] == "image"


def test_long_notes_are_refused():
    with pytest.raises(Invalid):
        get_kind("image").parse({"note": "x" * 5000})
    with pytest.raises(Invalid):
        get_kind("image").parse({"alt": "x" * 400})
