"""The administrators' pages together: what the application registers, and their entries in the frame."""

from __future__ import annotations

from lms.core.i18n import _l
from lms.core.nav import NavItem, add_nav_item, place
from lms.people import (
    imports_jobs,
    imports_model,
    imports_pages,
    manage_class_pages,
    manage_factor_pages,
    manage_org_pages,
    manage_token_pages,
    manage_user_pages,
    merge_pages,
    move_pages,
    rollover_pages,
    year_jobs,
)
from lms.people.manage_blueprint import ADMINS, KEEPERS, bp

# Loaded for the pages, jobs and tables they register.
__all__ = [
    "bp",
    "imports_jobs",
    "imports_model",
    "imports_pages",
    "manage_class_pages",
    "manage_factor_pages",
    "manage_org_pages",
    "manage_token_pages",
    "manage_user_pages",
    "merge_pages",
    "move_pages",
    "rollover_pages",
    "year_jobs",
]

place(bp.name, "staff", "manage")
add_nav_item(NavItem("staff", "classes", _l("Classes"), "manage.classes", "users", 30, frozenset(KEEPERS)))
add_nav_item(NavItem("staff", "manage", _l("Manage"), "manage.home", "settings", 40, frozenset(ADMINS)))
for _key, _words, _endpoint, _icon, _order in (
    ("places", _l("Places"), "manage.home", "building-2", 41),
    ("users", _l("People"), "manage.users", "user", 42),
):
    add_nav_item(NavItem("staff", _key, _words, _endpoint, _icon, _order, frozenset(ADMINS), under="manage"))
