"""The blueprint of the administrators' pages, apart from the pages so that each file can add its own."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("manage", __name__)
ADMINS = ("school_admin", "org_admin", "sysadmin")
KEEPERS = ("teacher", *ADMINS)
