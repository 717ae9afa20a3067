"""The room's blueprint, apart from the pages so that each file of pages can add its own."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("people", __name__)
