"""What kinds of units are called on pages."""

from __future__ import annotations

from lms.core.i18n import LazyText, _l

KIND_LABELS: dict[str, LazyText] = {
    "ministry": _l("Ministry"),
    "department": _l("Department"),
    "ward": _l("Ward or commune"),
    "school": _l("School"),
    "group": _l("Group"),
    "learning_center": _l("Learning center"),
    "partner": _l("Partner"),
    "class": _l("Homeroom class"),
}
