"""Image, audio, video and document: one library item, pinned at a version, credited by the machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from lms.core.errors import Invalid
from lms.core.i18n import LazyText, _l
from lms.lessons.kinds import FreezeContext, register_kind
from lms.lessons.models import Activity
from lms.lessons.snapshots import FrozenActivity
from lms.library.lighter import lighter_of
from lms.library.queries import captions_links, find_link, reading_html
from lms.library.recall import find_withdrawal
from lms.library.values import PinnedItem

LONGEST_NOTE, LONGEST_ALT = 4000, 300
SEEN_AS_FILES = frozenset({"audio", "image", "pdf", "video"})


class ItemKind:
    """A kind of activity that shows a library item; `types` are the item types it can show (none: every type)."""

    scored = False
    needs_pin = True

    def __init__(self, name: str, label: LazyText, icon: str, *types: str) -> None:
        self.name, self.label, self.icon, self.types = name, label, icon, frozenset(types)
        self.template = f"lessons/kinds/{name}.html"
        self.edit_template = "lessons/editor/kinds/item.html"

    def read_form(self, form: MultiDict[str, str]) -> dict[str, Any]:
        """Return the note and the alternative text of the form."""
        return {"note": form.get("note", ""), "alt": form.get("alt", "")}

    def parse(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return note and alternative text within their limits."""
        note, alt = str(data.get("note") or ""), str(data.get("alt") or "")
        if len(note) > LONGEST_NOTE:
            raise Invalid({"note": _l("This is too long. Shorten it.")})
        if len(alt) > LONGEST_ALT:
            raise Invalid({"alt": _l("This is too long. Shorten it.")})
        return {"note": note.replace("\x00", ""), "alt": alt.replace("\x00", "").strip()}

    def freeze(self, activity: Activity, context: FreezeContext) -> dict[str, Any]:
        """Return the item as pinned, with its attribution, and the note as HTML."""
        item: PinnedItem | None = context.pinned.get(activity.pin or "")
        if item is None:
            raise Invalid({"pin": _l("This item is no longer in the library. Choose another one.")})
        if self.types and item.type not in self.types:
            raise Invalid({"pin": _l("This item is of another type. Insert it as a document.")})
        note = str(activity.data.get("note", ""))
        return {
            "item": item.to_json(),
            "note_html": context.render(note) if note.strip() else "",
            "alt": activity.data.get("alt") or "",
        }

    def points(self, body: Mapping[str, Any]) -> float:
        """Looking and listening have no score."""
        return 0.0

    def show(self, activity: FrozenActivity) -> dict[str, Any]:
        """Return the item with addresses that are good for a quarter of an hour; of a recalled one, that it is."""
        item = PinnedItem.from_json(activity.body["item"])
        withdrawal = find_withdrawal(item.pin)
        if withdrawal is not None:
            return {"item": item, "withdrawal": withdrawal}
        shown: dict[str, Any] = {
            "item": item,
            "main_url": find_link(item),
            "preview_url": find_link(item, "preview"),
            "poster_url": find_link(item, "poster") or find_link(item, "preview"),
            "smaller": lighter_of(item),
        }
        if self.name in {"audio", "video"}:
            shown["captions"] = captions_links(item)
        elif self.name == "document" and item.format not in SEEN_AS_FILES:
            shown["reading_html"] = reading_html(item.pin)
        return shown


register_kind(ItemKind("image", _l("Image"), "image", "image"))
register_kind(ItemKind("audio", _l("Audio"), "volume-2", "audio"))
register_kind(ItemKind("video", _l("Video"), "video", "video"))
register_kind(ItemKind("document", _l("Document"), "file-text"))
