"""What roles are called on pages."""

from __future__ import annotations

from lms.core.i18n import LazyText, _l

ROLE_LABELS: dict[str, LazyText] = {
    "learner": _l("Learner"),
    "guardian": _l("Guardian"),
    "teacher": _l("Teacher"),
    "editor": _l("Librarian"),
    "reviewer": _l("Reviewer"),
    "school_admin": _l("School administrator"),
    "org_admin": _l("Organization administrator"),
    "auditor": _l("Auditor"),
    "sysadmin": _l("System administrator"),
}
