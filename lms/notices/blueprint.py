"""The room's blueprint and its place in the frame."""

from __future__ import annotations

from flask import Blueprint

from lms.core.nav import place

bp = Blueprint("notices", __name__)
place(bp.name, "any", "notices")
