"""What a teacher may do with an item, in three words, as a filter over the licenses."""

from __future__ import annotations

from collections.abc import Mapping

from content_store.rights.uses import count_uses, license_ids, use_of
from lms.core.i18n import LazyText, _l

__all__ = ["USES", "count_uses", "license_ids", "use_of"]
USES: Mapping[str, LazyText] = {
    "adapt": _l("Use and change"),
    "as-is": _l("Use as it is"),
    "link": _l("Link only"),
}
